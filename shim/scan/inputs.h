/* SPDX-License-Identifier: MIT
 *
 * The paths that a scan is to look at.
 */
#ifndef NPABI_SCAN_INPUTS_H
#define NPABI_SCAN_INPUTS_H

#include <stdbool.h>
#include <stddef.h>

struct input {
	char *path;
	bool listed; /* on standard input: by a program, not one by one by the user */
	bool found;  /* by the caller: something was in it, or has been told of it */
};

struct inputs {
	struct input *list; /* zeroed: empty */
	size_t count, room;
};

/*
 * Adds ARGUMENTS, which end with NULL; for "-" the lines of standard input instead,
 * which are paths as they stand.  False with errno set when that cannot be read or
 * memory ran out.
 */
bool inputs_add(struct inputs *inputs, char *const *arguments);

/* Frees everything. */
void inputs_free(struct inputs *inputs);

#endif
