/* SPDX-License-Identifier: MIT
 *
 * A file of findings that are known, so that a scan only fails for new ones: a line for
 * each, as finding.h has it, in the order of their bytes.
 */
#ifndef NPABI_SCAN_BASELINE_H
#define NPABI_SCAN_BASELINE_H

#include <stdbool.h>
#include <stddef.h>

#include "report/record.h"

struct baseline_line {
	char *text;
	bool found; /* by this scan */
};

struct baseline_lines {
	struct baseline_line *list;
	size_t count, room;
};

/* Zeroed: no file is read, none is written. */
struct baseline {
	const char *read, *written; /* the files' names; NULL: none */
	struct baseline_lines known, found;
	bool failed; /* no memory for a line of the file that is to be written */
};

/*
 * Reads the file READ (NULL: none is known), and remembers what is found for the file
 * WRITTEN (NULL: not wanted).  False, with the cause in PROBLEM, where it cannot be read
 * or is no baseline.
 */
bool baseline_start(struct baseline *baseline, const char *read, const char *written,
		    struct npabi_textbuf *problem);

/* Each takes note of a finding, of which nothing is kept but its line.  Is it known? */
bool baseline_take_extension(struct baseline *baseline,
			     const struct record_extension *extension);
bool baseline_take_unread(struct baseline *baseline, const char *path,
			  const struct owner *owner);

/* Says on stderr which of those that are known were not taken. */
void baseline_tell_gone(const struct baseline *baseline);

/*
 * Writes all that were taken, if that is wanted.  False, with the cause in PROBLEM, where
 * they cannot be written.
 */
bool baseline_write(struct baseline *baseline, struct npabi_textbuf *problem);

/* Frees what it holds. */
void baseline_free(struct baseline *baseline);

#endif
