/* SPDX-License-Identifier: MIT
 *
 * From files and wheels to readings: all that has to look into bytes, so that what
 * follows needs none.  One examiner works on one file after the other.
 */
#ifndef NPABI_SCAN_EXAMINE_H
#define NPABI_SCAN_EXAMINE_H

#include "scan/candidate.h"
#include "scan/reading.h"
#include "scan/targets.h"
#include "scan/walk.h"
#include "scan/zip_unpack.h"
#include "verdict/verdict.h"

/* Gets each reading, which is gone when it returns. */
typedef void reading_taker(void *context, const struct reading *reading);

struct examiner {
	struct targets *targets; /* borrowed, as the next two */
	struct owner_cache *owners;
	void *context; /* of take */
	reading_taker *take;
	/* zeroed at first, kept from one file to the next */
	struct candidate_memory memory;
	struct zip_unpacker unpacker;
	struct verdict verdict;
	struct reading reading;
};

/*
 * Reads FILE and hands what there is to be told of it to examiner->take: at most one
 * reading of a file, any number of a wheel.  Facts have all that verdicts on the
 * examiner's targets hang on.
 */
void examine_file(struct examiner *examiner, const struct walk_file *file);

/* Gives the memory back; targets and owners are the caller's. */
void examiner_close(struct examiner *examiner);

#endif
