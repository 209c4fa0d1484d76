/* SPDX-License-Identifier: MIT
 *
 * Bytes that may be those of an extension: are they, and what do they say?
 */
#ifndef NPABI_SCAN_CANDIDATE_H
#define NPABI_SCAN_CANDIDATE_H

#include "base/arena.h"
#include "base/source.h"
#include "facts/facts.h"
#include "scan/library_files.h"

enum candidate_kind {
	CANDIDATE_EXTENSION, /* facts are filled in, as far as they could be read */
	CANDIDATE_OTHER,     /* none of our business */
	CANDIDATE_UNREADABLE /* it may be one, and cannot be analysed */
};

/* What reading one file leaves for the next. */
struct candidate_memory {
	struct npabi_arena arena; /* as facts_collect has it */
	struct library_files libraries;
	bool in_wheel; /* what lies beside the file cannot be read */
};

/*
 * Reads SOURCE into *FACTS, with MEMORY zeroed before the first.  Where it is
 * no extension, *STATUS_ says why, and NAME, its path or a part of it, whether it is
 * called like one.
 */
enum candidate_kind candidate_read(struct candidate_memory *memory,
				   struct npabi_source *source, const char *name,
				   struct facts *facts, enum npabi_status *status_);

/* What a file called NAME is that cannot be read because of STATUS. */
enum candidate_kind candidate_judge(const char *name, enum npabi_status status);

/*
 * Reads SOURCE once more into *FACTS, which candidate_read has filled, with its checks
 * in the order in which they run.
 */
void candidate_read_in_order(struct candidate_memory *memory, struct npabi_source *source,
			     const char *name, struct facts *facts);

/*
 * Adds to *FACTS, which candidate_read has filled from SOURCE, whether it heeds a
 * failure of import_array.
 */
void candidate_read_heed(struct candidate_memory *memory, struct npabi_source *source,
			 const char *name, struct facts *facts);

#endif
