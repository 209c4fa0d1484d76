/* SPDX-License-Identifier: MIT
 *
 * What Python then said, held against what was foretold.  Pure functions.
 */
#ifndef NPABI_VERDICT_OUTCOME_H
#define NPABI_VERDICT_OUTCOME_H

#include <stddef.h>

#include "verdict/verdict.h"

struct outcome {
	enum verdict_kind predicted;
	char expected[sizeof(((struct verdict *)NULL)->message)];     /* "" not known */
	char expected_cause[sizeof(((struct verdict *)NULL)->cause)]; /* "" none other */
	bool warning_expected; /* a check comes to a warning, if only to a hidden one */

	/*
	 * OK; WARN: it has handed Python a warning about sizes, which filters may
	 * have hidden; ERROR: the import has failed; UNKNOWN: not seen.
	 */
	enum verdict_kind observed;
	bool is_foreign;  /* the error was raised by an extension that it imports */
	bool of_mismatch; /* the error, or what it was made of, tells of a mismatch */
	char type[32];	  /* "ValueError"; "" not known */
	char message[sizeof(((struct verdict *)NULL)->message)]; /* "" not known */
};

/* Takes over what VERDICT on FACTS foretells; what was observed stays as it is. */
void outcome_expect(struct outcome *outcome_, const struct facts *facts,
		    const struct verdict *verdict);

/*
 * The error of OUTCOME was left pending by a function that says all went well: of
 * such a one CPython makes a SystemError.  INIT_NAME: the init function that it was,
 * NULL: an exec function.
 */
void outcome_make_unreported(struct outcome *outcome, const char *init_name);

/* Is TEXT one of those that a mismatch leads to? */
bool outcome_is_of_mismatch(const char *text);

/*
 * Was the prediction right?  UNKNOWN where it was not put to the test: nothing was
 * foretold, or the import has failed for a reason that has nothing to do with it.
 */
enum facts_answer outcome_agrees(const struct outcome *outcome);

#endif
