/* SPDX-License-Identifier: MIT
 *
 * What a scan finds, on its way into the form that was asked for.
 */
#ifndef NPABI_SCAN_OUTPUT_H
#define NPABI_SCAN_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "scan/groups.h"
#include "scan/held.h"
#include "scan/html_scan.h"
#include "scan/reading.h"
#include "scan/rows.h"
#include "scan/sarif.h"

struct output {
	const struct scan_arguments *arguments; /* borrowed, as the next */
	const struct targets *targets;
	FILE *file;
	bool colour;
	bool in_wheel;			/* the file at hand is one */
	const struct target *beside;	/* of the extension at hand, by the caller */
	struct held_list held;		/* JSON records, until all is read */
	struct held_list held_by_wheel; /* until the wheel at hand is */
	struct groups groups;		/* rows of text */
	struct sarif sarif;
	struct html_scan *page; /* NULL: none is wanted */
	char record[RECORD_SIZE_MAX + 1];
};

/*
 * Opens what ARGUMENTS name in a zeroed OUTPUT, which borrows them and TARGETS.  False
 * with errno set: it cannot be had.
 */
bool output_open(struct output *output, const struct scan_arguments *arguments,
		 const struct targets *targets);

/* Are those told of, too, that nothing is wrong with? */
bool output_wants_all(const struct output *output);

/* Before and after the readings of each file. */
void output_begin_file(struct output *output, bool is_wheel);
void output_end_file(struct output *output);

/* Tells of READING's path what its reason says. */
void output_remark(struct output *output, const struct reading *reading);

/* Tells that READING's path was not analysed, and why; KNOWN: it is in a baseline. */
void output_unread(struct output *output, const struct reading *reading, bool known);

/*
 * Tells of EXTENSION, of which what counts comes first, then what it comes to on the
 * releases of a page; RANGE as held_add has it.  False: no memory.
 */
bool output_extension(struct output *output, const struct record_extension *extension,
		      const struct common_range *range);

/*
 * Writes what waited until all was read, and what it has come to.  SUCCESS: all that the
 * user has named could be looked at; EMPTY: there was nothing to be read.
 */
void output_finish(struct output *output, const struct tally *tally, bool success,
		   bool empty);

/* Closes it.  False with errno set, or 0: not all could be written, as on a full disk. */
bool output_close(struct output *output);

/* Frees everything else. */
void output_free(struct output *output);

#endif
