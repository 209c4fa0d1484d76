/* SPDX-License-Identifier: MIT
 *
 * Dynamic relocations of files and loaded objects, and what a pointer in data
 * will point to.  Changes nothing: who rewrites a slot does that elsewhere.
 * Called by facts/ to follow tables of pointers and by preload/ to find slots.
 */
#include "base/span.h"
#include "elf/relocs.h"

/* What the machines call their relocations. */
static const struct machine_relocs {
	uint16_t machine;
	uint16_t relative, slot, global, absolute;
} machine_relocs[] = {
	{EM_X86_64, R_X86_64_RELATIVE, R_X86_64_JUMP_SLOT, R_X86_64_GLOB_DAT,
	 R_X86_64_64},
	{EM_AARCH64, R_AARCH64_RELATIVE, R_AARCH64_JUMP_SLOT, R_AARCH64_GLOB_DAT,
	 R_AARCH64_ABS64},
};

static enum elf_reloc_kind find_kind(uint16_t machine, uint32_t type)
{
	const struct machine_relocs *row = machine_relocs;

	for (size_t i = 0; i < sizeof(machine_relocs) / sizeof(*row); i++, row++) {
		if (row->machine != machine)
			continue;
		if (type == row->relative)
			return ELF_RELOC_RELATIVE;
		if (type == row->slot)
			return ELF_RELOC_SLOT;
		if (type == row->global)
			return ELF_RELOC_GLOBAL;
		if (type == row->absolute)
			return ELF_RELOC_ABSOLUTE;
	}
	return ELF_RELOC_OTHER;
}

static uint64_t count_entries(struct elf_table table)
{
	return table.size / sizeof(Elf64_Rela);
}

/* Entry INDEX of TABLE, which must have it; NULL when it cannot be read. */
static const uint8_t *view_entry(const struct elf_image *image, struct elf_table table,
				 uint64_t index)
{
	return elf_at(image, table.address + index * sizeof(Elf64_Rela),
		      sizeof(Elf64_Rela));
}

static struct elf_reloc load_reloc(const struct elf_image *image, const uint8_t *raw)
{
	uint64_t info = npabi_load64(raw + offsetof(Elf64_Rela, r_info));

	return (struct elf_reloc){
		.address = npabi_load64(raw + offsetof(Elf64_Rela, r_offset)),
		.kind = find_kind(image->machine, (uint32_t)ELF64_R_TYPE(info)),
		.symbol = (uint32_t)ELF64_R_SYM(info),
		.addend = (int64_t)npabi_load64(raw + offsetof(Elf64_Rela, r_addend)),
	};
}

void elf_reloc_iter_init(struct elf_reloc_iter *iter, const struct elf_image *image)
{
	iter->image = image;
	iter->index = 0;
	iter->plt_count = count_entries(image->plt_rela);
	iter->count = iter->plt_count + count_entries(image->rela);
	iter->skipped = 0;
}

void elf_reloc_iter_init_symbolic(struct elf_reloc_iter *iter,
				  const struct elf_image *image)
{
	elf_reloc_iter_init(iter, image);
	iter->skipped = image->rela_relative;
	iter->count -= iter->skipped;
}

bool elf_reloc_next(struct elf_reloc_iter *iter, struct elf_reloc *reloc_)
{
	const uint8_t *raw;

	if (iter->index >= iter->count)
		return false;
	if (iter->index < iter->plt_count)
		raw = view_entry(iter->image, iter->image->plt_rela, iter->index);
	else
		raw = view_entry(iter->image, iter->image->rela,
				 iter->index - iter->plt_count + iter->skipped);
	if (!raw)
		return false;
	iter->index++;
	*reloc_ = load_reloc(iter->image, raw);
	return true;
}

/* Looks at the entries FIRST up to END of DT_RELA for the one that sets ADDRESS. */
static bool scan_relocs(const struct elf_image *image, uint64_t address, uint64_t first,
			uint64_t end, struct elf_reloc *reloc_)
{
	const uint8_t *raw;

	for (uint64_t i = first; i < end; i++) {
		raw = view_entry(image, image->rela, i);
		if (!raw)
			return false;
		if (npabi_load64(raw) == address) {
			*reloc_ = load_reloc(image, raw);
			return true;
		}
	}
	return false;
}

/* As many entries are looked at one by one: no more than a few blocks. */
#define SCAN_MAX 128

/*
 * Looks among the relative relocations.  Linkers sort them by address, but
 * nothing obliges them to: an entry that is out of order with those seen on the
 * way means looking at every one.  A long table that only looks sorted on the
 * way makes a pointer seem to be none, never to be another.
 */
static bool search_relative(const struct elf_image *image, uint64_t address,
			    struct elf_reloc *reloc_)
{
	uint64_t low_address = 0;
	uint64_t high_address = UINT64_MAX;
	uint64_t first = 0;
	uint64_t end = image->rela_relative;
	uint64_t middle;
	uint64_t found;
	const uint8_t *raw;

	if (end <= SCAN_MAX)
		return scan_relocs(image, address, 0, end, reloc_);
	while (first < end) {
		middle = first + (end - first) / 2;
		raw = view_entry(image, image->rela, middle);
		if (!raw)
			return false;
		found = npabi_load64(raw);
		if (found == address) {
			*reloc_ = load_reloc(image, raw);
			return true;
		}
		if (found < low_address || found > high_address)
			return scan_relocs(image, address, 0, image->rela_relative,
					   reloc_);
		if (found < address) {
			first = middle + 1;
			low_address = found;
		} else {
			end = middle;
			high_address = found;
		}
	}
	return false;
}

/*
 * Is the word at ADDRESS among those that DT_RELR moves?  An even entry is the
 * address of a word; each odd one after it has a bit for each of the 63 words
 * that come next.
 */
static bool is_in_relr(const struct elf_image *image, uint64_t address)
{
	uint64_t count = image->relr.size / sizeof(uint64_t);
	const uint8_t *raw;
	uint64_t entry;
	uint64_t next = 0;

	for (uint64_t i = 0; i < count; i++) {
		raw = elf_at(image, image->relr.address + i * sizeof(entry),
			     sizeof(entry));
		if (!raw)
			return false;
		entry = npabi_load64(raw);
		if (!(entry & 1)) {
			if (entry == address)
				return true;
			next = entry + sizeof(entry);
			continue;
		}
		if (address >= next && address - next < 63 * sizeof(entry) &&
		    (address - next) % sizeof(entry) == 0)
			return entry >> (1 + (address - next) / sizeof(entry)) & 1;
		next += 63 * sizeof(entry);
	}
	return false;
}

/* Where RELOC makes its word point, as far as this object alone tells. */
static bool find_target(const struct elf_image *image, const struct elf_reloc *reloc,
			uint64_t *target_)
{
	struct elf_symbol symbol;

	if (reloc->kind == ELF_RELOC_RELATIVE) {
		*target_ = (uint64_t)reloc->addend;
		return true;
	}
	if (reloc->kind != ELF_RELOC_ABSOLUTE && reloc->kind != ELF_RELOC_GLOBAL)
		return false;
	if (!elf_symbol_at(image, reloc->symbol, &symbol) || !symbol.defined)
		return false;
	*target_ = symbol.address;
	if (reloc->kind == ELF_RELOC_ABSOLUTE)
		*target_ += (uint64_t)reloc->addend;
	return true;
}

static bool find_in_file(const struct elf_image *image, uint64_t address,
			 uint64_t *target_)
{
	struct elf_reloc reloc;
	const uint8_t *word;

	if (search_relative(image, address, &reloc) ||
	    scan_relocs(image, address, image->rela_relative, count_entries(image->rela),
			&reloc))
		return find_target(image, &reloc, target_);
	if (!image->fixed && !is_in_relr(image, address))
		return false;
	word = elf_at(image, address, sizeof(*target_));
	if (word)
		*target_ = npabi_load64(word);
	return word != NULL;
}

bool elf_pointer_at(const struct elf_image *image, uint64_t address, uint64_t *target_)
{
	const uint8_t *word;
	uint64_t target;

	if (image->source) {
		if (!find_in_file(image, address, &target))
			return false;
	} else {
		word = elf_at(image, address, sizeof(target));
		if (!word)
			return false;
		target = npabi_load64(word) - image->bias;
	}
	if (!elf_contains(image, target))
		return false;
	*target_ = target;
	return true;
}

/* The entry of DT_JMPREL, which linkers sort by address, that sets ADDRESS. */
static bool find_slot(const struct elf_image *image, uint64_t address,
		      struct elf_reloc *reloc_)
{
	uint64_t low = 0, high = count_entries(image->plt_rela);

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		const uint8_t *raw = view_entry(image, image->plt_rela, middle);

		if (!raw)
			return false;
		*reloc_ = load_reloc(image, raw);
		if (reloc_->address == address)
			return true;
		if (reloc_->address < address)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

bool elf_slot_target(const struct elf_image *image, uint64_t address, uint64_t *target_)
{
	struct elf_symbol symbol;
	struct elf_reloc reloc;

	if (!find_slot(image, address, &reloc) || reloc.kind != ELF_RELOC_SLOT ||
	    !elf_symbol_at(image, reloc.symbol, &symbol) || !symbol.defined)
		return false;
	*target_ = symbol.address;
	return true;
}
