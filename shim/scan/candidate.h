/* SPDX-License-Identifier: MIT
 *
 * One file: is it an extension, and what does it say?
 */
#ifndef NPABI_SCAN_CANDIDATE_H
#define NPABI_SCAN_CANDIDATE_H

#include <stddef.h>

#include "base/arena.h"
#include "facts/facts.h"
#include "scan/library_files.h"
#include "scan/walk.h"

enum candidate_kind {
	CANDIDATE_EXTENSION,  /* facts are filled in, as far as they could be read */
	CANDIDATE_OTHER,      /* found in a directory, and none of our business */
	CANDIDATE_UNREADABLE, /* it may be one, or was named, and cannot be analysed */
	CANDIDATE_ABSENT      /* it cannot be opened, and the user has named it */
};

/* What reading one file leaves for the next. */
struct candidate_memory {
	struct npabi_arena arena; /* as facts_collect has it */
	struct library_files libraries;
};

/*
 * Reads FILE into *FACTS.  Where it is no extension, the cause as a clause is written
 * into REASON, of SIZE bytes.
 */
enum candidate_kind candidate_read(struct candidate_memory *memory,
				   const struct walk_file *file, struct facts *facts,
				   char *reason, size_t size);

/*
 * Reads the file at PATH once more into *FACTS, which candidate_read has filled, with its
 * checks in the order in which they run.
 */
void candidate_read_in_order(struct candidate_memory *memory, const char *path,
			     struct facts *facts);

/*
 * Adds to *FACTS, which candidate_read has filled from the file at PATH, whether it
 * heeds a failure of import_array.
 */
void candidate_read_heed(struct candidate_memory *memory, const char *path,
			 struct facts *facts);

#endif
