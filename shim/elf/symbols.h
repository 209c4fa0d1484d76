/* SPDX-License-Identifier: MIT
 *
 * The dynamic symbol table: walk it and look names up in it.
 */
#ifndef NPABI_ELF_SYMBOLS_H
#define NPABI_ELF_SYMBOLS_H

#include "elf/image.h"

struct elf_symbol {
	const char *name; /* lives as long as the image's bytes */
	uint64_t address; /* st_value */
	uint64_t size;	  /* st_size */
	uint32_t index;
	unsigned char type; /* STT_... */
	unsigned char bind; /* STB_... */
	bool defined;	    /* st_shndx is not SHN_UNDEF */
};

/*
 * How many entries the table has, from DT_HASH, DT_GNU_HASH or, with neither or
 * with no symbol in it, the start of the table behind it; each is checked
 * against the segment.  0 when it cannot be told.
 */
uint32_t elf_symbol_count(const struct elf_image *image);

/* Entry INDEX; false when it, or its name, lies outside the tables. */
bool elf_symbol_at(const struct elf_image *image, uint32_t index,
		   struct elf_symbol *symbol_);

/*
 * The defined symbol NAME, by hash table, the default one where it has several
 * versions; false when there is none.  In a loaded object this is safe in a
 * dl_iterate_phdr callback.
 */
bool elf_symbol_find(const struct elf_image *image, const char *name,
		     struct elf_symbol *symbol_);

/*
 * Does the shared object IMAGE import NAME?  Imported symbols come first in the table,
 * as DT_GNU_HASH says: a large object's own ones are not looked at.  (An executable may
 * have some with an address of their own behind them.)
 */
bool elf_symbol_imported(const struct elf_image *image, const char *name);

#endif
