/* SPDX-License-Identifier: MIT
 *
 * Whether an extension heeds the failure of its import_array.  Asked only where a
 * verdict hangs on it: it takes as long as reading the extension does.
 */
#ifndef NPABI_FACTS_HEED_H
#define NPABI_FACTS_HEED_H

#include "base/arena.h"
#include "elf/image.h"
#include "facts/reader.h"

/*
 * Reads from IMAGE, which *FACTS was collected from, what its init code does when
 * import_array fails, into facts->heed, with evidence; sets facts->heed_read.
 * What could not be followed stays unknown.  MEMORY as facts_collect has it.
 */
void heed_read(struct npabi_arena *memory, const struct elf_image *image,
	       struct facts *facts);

/*
 * The same for an init function at ENTRY, with a READER that has its imports,
 * memos and flow.
 */
void heed_read_from(struct reader *reader, uint64_t entry);

/*
 * What a function at ENTRY, that gives an int and calls import_array, does when that
 * fails, into heed_[FACTS_FAILURES], which the caller has cleared.  READER as above.
 */
void heed_read_function(struct reader *reader, uint64_t entry, struct facts_heed *heed_);

#endif
