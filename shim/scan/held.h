/* SPDX-License-Identifier: MIT
 *
 * JSON records, which wait until all extensions have been read.
 */
#ifndef NPABI_SCAN_HELD_H
#define NPABI_SCAN_HELD_H

#include <stdbool.h>
#include <stdio.h>

#include "report/record.h"
#include "scan/common_range.h"

struct held;

struct held_list {
	struct held *first, **last; /* zeroed: empty */
};

/*
 * Appends EXTENSION, which is kept with RANGE as in kept.h until the list is written.
 * False: no memory.
 */
bool held_add(struct held_list *list, const struct record_extension *extension,
	      const struct common_range *range);

/* Appends LENGTH bytes that are ready to be written. */
bool held_add_text(struct held_list *list, const char *text, size_t length);

/* Writes all as JSON Lines, in their order, and empties the list. */
void held_write(struct held_list *list, FILE *output);

/* The same, but gives each record to VISIT, with CONTEXT; text is not for it. */
void held_visit(struct held_list *list,
		void (*visit)(void *context, const struct record_extension *extension),
		void *context);

/* Empties the list. */
void held_free(struct held_list *list);

#endif
