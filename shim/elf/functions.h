/* SPDX-License-Identifier: MIT
 *
 * Function bounds, from the unwind tables: they are present in stripped files.
 */
#ifndef NPABI_ELF_FUNCTIONS_H
#define NPABI_ELF_FUNCTIONS_H

#include "elf/image.h"

/* [start, end) of one piece of code: a function, or the cold part of one. */
struct elf_function {
	uint64_t start, end;
};

/*
 * The unwind entry that covers ADDRESS, by binary search in .eh_frame_hdr
 * (table encoding datarel|sdata4, the only one linkers make); false when there
 * is none or the tables are not understood.
 */
bool elf_function_at(const struct elf_image *image, uint64_t address,
		     struct elf_function *function_);

/* How many entries the search table has (0: no table), and the start of entry INDEX. */
uint32_t elf_function_count(const struct elf_image *image);
bool elf_function_start(const struct elf_image *image, uint32_t index, uint64_t *start_);

#endif
