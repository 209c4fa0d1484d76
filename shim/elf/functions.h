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

/* The unwind tables of one image, and what has been read of them. */
struct elf_functions {
	const struct elf_image *image;
	uint64_t entries;	  /* address of the search table's first entry */
	const uint8_t *bytes;	  /* the search table, if it is in memory anyway */
	uint32_t count;		  /* of entries, 0: no table, or not understood */
	uint64_t common;	  /* the common part read last, 0: none yet ... */
	uint8_t encoding;	  /* ... and how its entries write addresses */
	struct elf_function last; /* the one found last */
};

/*
 * Prepares FUNCTIONS for IMAGE, which has to outlive it: finds the search table in
 * .eh_frame_hdr (table encoding datarel|sdata4, the only one linkers make).
 * Nothing has to be released.
 */
void elf_functions_open(struct elf_functions *functions, const struct elf_image *image);

/*
 * The unwind entry that covers ADDRESS, by binary search; false when there is none
 * or it is not understood.
 */
bool elf_functions_at(struct elf_functions *functions, uint64_t address,
		      struct elf_function *function_);

/* The start of entry INDEX of the search table; false when it cannot be read. */
bool elf_functions_start(const struct elf_functions *functions, uint32_t index,
			 uint64_t *start_);

#endif
