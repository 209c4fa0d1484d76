/* SPDX-License-Identifier: MIT
 *
 * Cython's rules for the size of an imported type, by the release that made
 * the extension: when they raise, when they warn, and in which words.
 * Source: cython/cython, Cython/Utility/ImportExport.c, section TypeImport.
 */
#ifndef NPABI_VERDICT_CYTHON_RULE_H
#define NPABI_VERDICT_CYTHON_RULE_H

#include "base/textbuf.h"
#include "facts/facts.h"
#include "verdict/verdict.h"

/* The run-time side of a check: tp_basicsize and tp_itemsize. */
struct cython_actual {
	uint64_t basic, item;
};

/*
 * What CHECK comes to against ACTUAL: VERDICT_OK, VERDICT_WARN or
 * VERDICT_ERROR; VERDICT_UNKNOWN when the type is larger and the policy not
 * known.
 */
enum verdict_kind cython_rule_outcome(const struct facts_size_check *check,
				      const struct cython_actual *actual);

/*
 * Appends the text of the exception (OUTCOME VERDICT_ERROR) or of the warning
 * (VERDICT_WARN); nothing when CHECK's wording is not known.
 */
void cython_rule_text(const struct facts_size_check *check,
		      const struct cython_actual *actual, enum verdict_kind outcome,
		      struct npabi_textbuf *buf);

/*
 * Until 3.1.0 a warning is made in a buffer of 200 bytes, its NUL counted; for
 * later ones this is not needed.  Cuts WARNING to that where the release named
 * by GENERATOR ("cython 0.29.24") asks for it or is not known.
 */
void cython_rule_cut_warning(const char *generator, char *warning);

#endif
