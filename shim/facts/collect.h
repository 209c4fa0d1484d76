/* SPDX-License-Identifier: MIT
 *
 * Bytes in, facts out: the one entry point of the reader, for both front ends.
 */
#ifndef NPABI_FACTS_COLLECT_H
#define NPABI_FACTS_COLLECT_H

#include "base/arena.h"
#include "elf/image.h"
#include "facts/facts.h"

/*
 * Reads all that can be read of the extension behind IMAGE into *FACTS, which
 * is cleared first.  Returns facts->status.  What could not be followed stays
 * unknown.  IN_ORDER: every function is walked along its branches, which takes
 * several times as long, for who must know which of several checks fails first.
 * Takes no locks, calls nothing of Python; not for signal handlers.
 *
 * Working MEMORY is kept by the caller from one extension to the next: zeroed at
 * first, opened here (by mmap), and at the end closed with npabi_arena_close.
 * Fresh pages for each extension take about as long as reading it does.
 */
enum npabi_status facts_collect(struct npabi_arena *memory, const struct elf_image *image,
				bool in_order, struct facts *facts);

#endif
