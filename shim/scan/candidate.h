/* SPDX-License-Identifier: MIT
 *
 * One file: is it an extension, and what does it say?
 */
#ifndef NPABI_SCAN_CANDIDATE_H
#define NPABI_SCAN_CANDIDATE_H

#include <stddef.h>

#include "base/arena.h"
#include "facts/facts.h"
#include "scan/walk.h"

enum candidate_kind {
	CANDIDATE_EXTENSION,  /* facts are filled in, as far as they could be read */
	CANDIDATE_OTHER,      /* found in a directory, and none of our business */
	CANDIDATE_UNREADABLE, /* it may be one, or was named, and cannot be analysed */
	CANDIDATE_ABSENT      /* it cannot be opened, and the user has named it */
};

/*
 * Reads FILE into *FACTS, with working MEMORY as facts_collect wants it.  Where it is no
 * extension, the cause as a clause is written into REASON, of SIZE bytes.
 */
enum candidate_kind candidate_read(struct npabi_arena *memory,
				   const struct walk_file *file, struct facts *facts,
				   char *reason, size_t size);

/*
 * Reads the file at PATH once more into *FACTS, which candidate_read has filled, with its
 * checks in the order in which they run.
 */
void candidate_read_in_order(struct npabi_arena *memory, const char *path,
			     struct facts *facts);

/*
 * Adds to *FACTS, which candidate_read has filled from the file at PATH, whether it
 * heeds a failure of import_array.
 */
void candidate_read_heed(struct npabi_arena *memory, const char *path,
			 struct facts *facts);

#endif
