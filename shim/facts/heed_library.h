/* SPDX-License-Identifier: MIT
 *
 * Where a library's function is called that calls import_array.  Internal to
 * facts/heed.c.
 */
#ifndef NPABI_FACTS_HEED_LIBRARY_H
#define NPABI_FACTS_HEED_LIBRARY_H

#include "facts/heed_run.h"

/*
 * The first call of RUN's library in the function at ENTRY, at or after FROM: the
 * address of the call; 0: there is none.
 */
uint64_t heed_library_call(struct heed_run *run, uint64_t entry, uint64_t from);

#endif
