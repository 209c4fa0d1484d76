/* SPDX-License-Identifier: MIT
 *
 * Which files there are to read below some paths: all that are named, and in
 * directories those whose names end in .so or .whl.
 *
 * Every directory is entered once, whatever leads to it, so that loops of
 * symbolic links end; real ones come before links to them, so that a file is
 * told by its real path.  Within a directory a link to a file beside it is left
 * out; a link to nothing is an entry with an error, ENOLINK, unless it is that of a
 * plain library.  File systems that are no files (proc, sys) are not entered.
 */
#ifndef NPABI_SCAN_WALK_H
#define NPABI_SCAN_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct walk_file {
	char *path;
	size_t input;  /* the number of the path that led to it */
	bool named;    /* by the user, and not found in a directory or a list */
	bool is_wheel; /* by its name */
	bool repeated; /* the same path, or the same wheel, is told already */
	int error;     /* not 0: a file or directory that cannot be read, an errno */
	uint64_t device, inode; /* of a wheel */
};

struct walk {
	struct walk_file *files;
	size_t count, room;
};

/*
 * Adds what there is at PATH, the one with number INPUT; a file is NAMED, or one of a
 * list.  False with errno set when PATH itself cannot be looked at, or memory ran out;
 * what is below it and cannot be read becomes an entry with an error.
 */
bool walk_add(struct walk *walk, const char *path, size_t input, bool named);

/*
 * Sorts the files by path and marks those that are there twice.  A wheel is the same by
 * whatever link it is reached; an extension is not, for it belongs to where it lies.
 */
void walk_sort(struct walk *walk);

/* Frees everything; a zeroed walk is an empty one. */
void walk_free(struct walk *walk);

#endif
