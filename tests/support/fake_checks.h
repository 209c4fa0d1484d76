/* SPDX-License-Identifier: MIT
 *
 * C code that checks type sizes as the code of each Cython line does, written
 * anew: what is compared, in which order, with which words (cython/cython,
 * Cython/Utility/ImportExport.c at 0.28.6, 0.29.21, 0.29.37.1, 3.0.12, 3.1.0 and
 * 3.2.4).
 */
#ifndef NPABI_TESTS_FAKE_CHECKS_H
#define NPABI_TESTS_FAKE_CHECKS_H

#include "facts/facts.h"

enum fake_form {
	FAKE_0_28,    /* by Python strings; strict or not */
	FAKE_0_29_0,  /* sizes alone */
	FAKE_0_29_37, /* with item sizes */
	FAKE_3_0,     /* with a range in the words */
	FAKE_LIMITED, /* sizes by attributes, as for the limited API */
	FAKE_3_2,     /* warns in one call */
	FAKE_FORMS
};

#define FAKE_SOURCE_MAX 60000

/* One size check of a generated source. */
struct fake_check {
	const char *package, *name;
	unsigned size, alignment;
	enum facts_policy policy;
};

/*
 * The functions that check, one a form, to follow fake_python.  They are static;
 * the macro HOW, defined by the flags, stands before each (inline, noinline).
 */
extern const char fake_checkers[];

/*
 * Appends to SOURCE, which has FAKE_SOURCE_MAX bytes, a function NAME, exported,
 * that imports each package and makes the COUNT checks at CHECKS in the way of FORM.
 */
void fake_checks_write(char *source, enum fake_form form, const char *name,
		       const struct fake_check *checks, int count);

/* How the form words its error, and whether it adds the item size. */
enum facts_wording fake_wording(enum fake_form form, enum facts_policy policy);
bool fake_counts_items(enum fake_form form);

#endif
