/* SPDX-License-Identifier: MIT
 *
 * Dynamic relocations, told apart by what they mean and not by their numbers,
 * which differ from machine to machine (a table per machine, in relocs.c).
 */
#ifndef NPABI_ELF_RELOCS_H
#define NPABI_ELF_RELOCS_H

#include "elf/image.h"
#include "elf/symbols.h"

enum elf_reloc_kind {
	ELF_RELOC_RELATIVE, /* word = bias + addend */
	ELF_RELOC_SLOT,	    /* JUMP_SLOT: word = symbol, perhaps bound late */
	ELF_RELOC_GLOBAL,   /* GLOB_DAT: word = symbol */
	ELF_RELOC_ABSOLUTE, /* R_*_64: word = symbol + addend */
	ELF_RELOC_OTHER
};

struct elf_reloc {
	uint64_t address; /* of the word that it sets */
	enum elf_reloc_kind kind;
	uint32_t symbol; /* index, 0: none */
	int64_t addend;
};

/* Walks DT_JMPREL, then DT_RELA (not DT_RELR, which only has relative ones). */
struct elf_reloc_iter {
	const struct elf_image *image;
	uint64_t index, plt_count, count;
	uint64_t skipped; /* entries at the start of DT_RELA */
};

void elf_reloc_iter_init(struct elf_reloc_iter *iter, const struct elf_image *image);

/*
 * The same without the relative ones at the start of DT_RELA (DT_RELACOUNT),
 * most of a file's: for who looks for symbols.
 */
void elf_reloc_iter_init_symbolic(struct elf_reloc_iter *iter,
				  const struct elf_image *image);

/* The next relocation; false at the end or where the table leaves the image. */
bool elf_reloc_next(struct elf_reloc_iter *iter, struct elf_reloc *reloc_);

/*
 * The link-time address that the pointer-sized word at ADDRESS will hold once
 * loaded: in a loaded object, its value less the bias; in a file, by the
 * relative relocation (RELA, binary search where sorted, or RELR) or the
 * absolute or GLOB_DAT one against a symbol that this object defines (and that
 * no other takes over).  False when that is no address inside the object.
 */
bool elf_pointer_at(const struct elf_image *image, uint64_t address, uint64_t *target_);

/*
 * The function of this object that the DT_JMPREL slot at ADDRESS leads to; false
 * when it is another object's, or there is no such slot.  Objects that call what
 * they export go through such slots.
 */
bool elf_slot_target(const struct elf_image *image, uint64_t address, uint64_t *target_);

#endif
