/* SPDX-License-Identifier: MIT
 *
 * What a scan prints for people: what could not be read, and a summary.
 */
#ifndef NPABI_SCAN_ROWS_H
#define NPABI_SCAN_ROWS_H

#include <stdbool.h>
#include <stdio.h>

#include "report/record.h"
#include "scan/common_range.h"
#include "scan/targets.h"

/* How many verdicts there are of each kind. */
struct breakdown {
	unsigned of[VERDICT_UNSAFE + 1];
};

/* What a scan has come to. */
struct tally {
	unsigned extensions, dependent; /* dependent: but those left out */
	unsigned left_out;		/* NumPy's own, where another is named */
	unsigned unsettled; /* not known to be dependent, with another verdict than ok */
	struct breakdown all; /* one a NumPy and extension ... */
	/* of dependent ones only, a NumPy that is named; the first where none is */
	struct breakdown dependents[ARGUMENTS_NUMPY_MAX];
	unsigned unread;	   /* files that could not be analysed */
	unsigned without;	   /* of the unknown ones: only a NumPy is missing */
	unsigned known;		   /* of all that is wrong: it is in a baseline */
	struct common_range range; /* of all dependent ones but NumPy's own */
};

/* Is OUTPUT a terminal that colour is wanted on (NO_COLOR)? */
bool rows_want_colour(FILE *output);

/* Prints that PATH could not be analysed, and why; KNOWN: it is in a baseline. */
void rows_print_unread(FILE *output, const char *path, const char *reason, bool known);

/* Prints REASON of PATH, which stops nothing. */
void rows_print_remark(FILE *output, const char *path, const char *reason);

/* Appends where TARGET's NumPy is, and what else meets it or is hidden by it. */
void rows_append_numpy(struct npabi_textbuf *buf, const struct target *target);

/* Appends which two exclude each other, or which one works with none. */
void rows_append_conflict(struct npabi_textbuf *buf, const struct common_range *range);

/* "s", but for one. */
static inline const char *rows_plural(unsigned count)
{
	return count == 1 ? "" : "s";
}

/* What is said of a tally besides its verdicts. */
enum rows_count { ROWS_LEFT_OUT, ROWS_UNSETTLED, ROWS_KNOWN };

/* Appends the clause with TALLY's count of WHAT; false where there are none. */
bool rows_append_count(struct npabi_textbuf *buf, const struct tally *tally,
		       enum rows_count what);

/* Prints what it all comes to. */
void rows_print_summary(FILE *output, const struct tally *tally,
			const struct targets *targets);

#endif
