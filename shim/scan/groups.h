/* SPDX-License-Identifier: MIT
 *
 * Extensions with the same trouble: it is told once for each distribution, and a
 * row for each file follows, and what to do.
 */
#ifndef NPABI_SCAN_GROUPS_H
#define NPABI_SCAN_GROUPS_H

#include <stdbool.h>
#include <stdio.h>

#include "report/record.h"
#include "scan/common_range.h"

struct group;

struct groups {
	struct group *first; /* zeroed: empty */
};

/*
 * Adds EXTENSION to those of its distribution with the same verdict on the same
 * NumPy for the same reason.  RANGE, where not NULL, is that of its neighbours when the
 * groups are printed.  Nothing else of it needs to live on.  False: no memory.
 */
bool groups_add(struct groups *groups, const struct record_extension *extension,
		const struct common_range *range);

/*
 * Prints, once, a heading for each group, its files and its advice, indented, a line
 * each; advice on several groups in a row is behind the last of them.
 */
void groups_print(const struct groups *groups, FILE *output, bool colour);

/* Empties it. */
void groups_free(struct groups *groups);

#endif
