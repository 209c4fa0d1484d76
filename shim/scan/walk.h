/* SPDX-License-Identifier: MIT
 *
 * Which files there are to read below some paths: all that are named, and in
 * directories those whose names end in .so.
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

struct walk_file {
	char *path;
	bool named; /* by the user, and not found in a directory */
	int error;  /* not 0: a file or directory that cannot be read, an errno */
};

struct walk {
	struct walk_file *files;
	size_t count, room;
	size_t wheels; /* files called .whl in directories, which are passed over */
};

/*
 * Adds what there is at PATH.  False with errno set when PATH itself cannot be
 * looked at, or memory ran out; what is below it and cannot be read becomes an
 * entry with an error.
 */
bool walk_add(struct walk *walk, const char *path);

/* Sorts the files by path and drops those that are there twice. */
void walk_sort(struct walk *walk);

/* Frees everything; a zeroed walk is an empty one. */
void walk_free(struct walk *walk);

#endif
