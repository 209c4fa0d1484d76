/* SPDX-License-Identifier: MIT
 *
 * The dynamic symbol table and its two kinds of hash table.  Every index that
 * comes out of a hash table is checked where it is used, and every chain ends
 * after as many steps as there can be symbols.  Called by facts/ and preload/,
 * also inside loader callbacks: no allocation, no locks, no loader calls.
 */
#include <string.h>

#include "base/span.h"
#include "elf/symbols.h"

/* In DT_VERSYM: not the version that a plain name stands for (name@VERSION). */
#define VERSION_HIDDEN 0x8000

struct gnu_hash {
	uint32_t bucket_count, first_symbol, filter_words, filter_shift;
	uint64_t filter, buckets, chains;
};

static bool load_word(const struct elf_image *image, uint64_t address, uint32_t *value_)
{
	const uint8_t *raw = elf_at(image, address, sizeof(*value_));

	if (raw)
		*value_ = npabi_load32(raw);
	return raw != NULL;
}

/*
 * How many entries there is room for: up to the end of the segment or the table
 * that comes next, whichever it is.
 */
static uint64_t symbol_limit(const struct elf_image *image)
{
	const uint64_t others[] = {image->strings.address, image->gnu_hash,
				   image->sysv_hash, image->versions,
				   image->rela.address};
	uint64_t room = image->symbols ? elf_extent(image, image->symbols) : 0;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (others[i] > image->symbols && others[i] - image->symbols < room)
			room = others[i] - image->symbols;
	room /= sizeof(Elf64_Sym);
	return room < UINT32_MAX ? room : UINT32_MAX;
}

/* The header of DT_GNU_HASH; false when its parts do not fit in the segment. */
static bool load_gnu_hash(const struct elf_image *image, struct gnu_hash *hash_)
{
	const uint8_t *raw = image->gnu_hash ? elf_at(image, image->gnu_hash, 16) : NULL;
	uint64_t length;

	if (!raw)
		return false;
	hash_->bucket_count = npabi_load32(raw);
	hash_->first_symbol = npabi_load32(raw + 4);
	hash_->filter_words = npabi_load32(raw + 8);
	hash_->filter_shift = npabi_load32(raw + 12);
	hash_->filter = image->gnu_hash + 16;
	hash_->buckets = hash_->filter + 8 * (uint64_t)hash_->filter_words;
	hash_->chains = hash_->buckets + 4 * (uint64_t)hash_->bucket_count;
	length = hash_->chains - image->gnu_hash;
	return length <= elf_extent(image, image->gnu_hash);
}

/*
 * The symbols are sorted by bucket, so the last bucket in use leads to the last
 * chain, and the end of that is the end of the table.
 */
static uint32_t count_gnu_hash(const struct elf_image *image)
{
	uint64_t limit = symbol_limit(image);
	struct gnu_hash hash;
	uint32_t index = 0;
	uint32_t word;

	if (!load_gnu_hash(image, &hash))
		return 0;
	for (uint64_t i = hash.bucket_count; i > 0 && !index; i--)
		if (!load_word(image, hash.buckets + 4 * (i - 1), &index))
			return 0;
	if (!index) /* GNU ld then says 1, however many are imported */
		return (uint32_t)limit;
	if (index < hash.first_symbol)
		return 0;
	for (; index < limit; index++) {
		if (!load_word(image,
			       hash.chains + 4 * (uint64_t)(index - hash.first_symbol),
			       &word))
			return 0;
		if (word & 1)
			return index + 1;
	}
	return 0;
}

static uint32_t count_sysv_hash(const struct elf_image *image)
{
	uint32_t chain_count;

	if (!image->sysv_hash || !load_word(image, image->sysv_hash + 4, &chain_count))
		return 0;
	return chain_count <= symbol_limit(image) ? chain_count : 0;
}

uint32_t elf_symbol_count(const struct elf_image *image)
{
	uint32_t count = count_sysv_hash(image);

	if (!count)
		count = count_gnu_hash(image);
	if (!count && !image->sysv_hash && !image->gnu_hash)
		count = (uint32_t)symbol_limit(image);
	return count;
}

bool elf_symbol_at(const struct elf_image *image, uint32_t index,
		   struct elf_symbol *symbol_)
{
	const uint8_t *raw;
	const char *name;

	if (index >= symbol_limit(image))
		return false;
	raw = elf_at(image, image->symbols + (uint64_t)index * sizeof(Elf64_Sym),
		     sizeof(Elf64_Sym));
	if (!raw)
		return false;
	name = elf_dynamic_string(image, npabi_load32(raw));
	if (!name)
		return false;
	*symbol_ = (struct elf_symbol){
		.name = name,
		.address = npabi_load64(raw + offsetof(Elf64_Sym, st_value)),
		.size = npabi_load64(raw + offsetof(Elf64_Sym, st_size)),
		.index = index,
		.type = ELF64_ST_TYPE(raw[offsetof(Elf64_Sym, st_info)]),
		.bind = ELF64_ST_BIND(raw[offsetof(Elf64_Sym, st_info)]),
		.defined = npabi_load16(raw + offsetof(Elf64_Sym, st_shndx)) != SHN_UNDEF,
	};
	return true;
}

/* Is INDEX the symbol that a plain NAME means?  An older version of it is not. */
static bool is_default_version(const struct elf_image *image, uint32_t index)
{
	const uint8_t *raw;

	if (!image->versions)
		return true;
	raw = elf_at(image, image->versions + 2 * (uint64_t)index, 2);
	return !raw || !(npabi_load16(raw) & VERSION_HIDDEN);
}

/*
 * Offers entry INDEX.  True when the search is over; an older version is kept
 * in *symbol_, with *found_ set, while the search goes on for the default one.
 */
static bool try_symbol(const struct elf_image *image, uint32_t index, const char *name,
		       struct elf_symbol *symbol_, bool *found_)
{
	struct elf_symbol symbol;
	bool is_default;

	if (!elf_symbol_at(image, index, &symbol) || !symbol.defined ||
	    strcmp(symbol.name, name) != 0)
		return false;
	is_default = is_default_version(image, index);
	if (is_default || !*found_)
		*symbol_ = symbol;
	*found_ = true;
	return is_default;
}

static uint32_t hash_gnu(const char *name)
{
	uint32_t hash = 5381;

	for (; *name; name++)
		hash = hash * 33 + (unsigned char)*name;
	return hash;
}

/* Does the filter admit a name of this HASH?  A damaged filter admits all. */
static bool passes_filter(const struct elf_image *image, const struct gnu_hash *table,
			  uint32_t hash)
{
	uint32_t other_hash;
	uint64_t word_index;
	const uint8_t *raw;
	uint64_t word;

	if (!table->filter_words)
		return true;
	word_index = hash / 64 % table->filter_words;
	raw = elf_at(image, table->filter + 8 * word_index, 8);
	if (!raw)
		return true;
	word = npabi_load64(raw);
	other_hash = hash >> (table->filter_shift & 31);
	return (word >> (hash % 64) & 1) && (word >> (other_hash % 64) & 1);
}

static bool find_gnu(const struct elf_image *image, const char *name,
		     struct elf_symbol *symbol_)
{
	uint64_t limit = symbol_limit(image);
	uint32_t wanted = hash_gnu(name);
	struct gnu_hash table;
	bool found = false;
	uint32_t index;
	uint32_t word;

	if (!load_gnu_hash(image, &table) || !table.bucket_count ||
	    !passes_filter(image, &table, wanted) ||
	    !load_word(image, table.buckets + 4 * (uint64_t)(wanted % table.bucket_count),
		       &index) ||
	    !index || index < table.first_symbol)
		return false;
	for (; index < limit; index++) {
		if (!load_word(image,
			       table.chains + 4 * (uint64_t)(index - table.first_symbol),
			       &word))
			break;
		if ((word | 1) == (wanted | 1) &&
		    try_symbol(image, index, name, symbol_, &found))
			break;
		if (word & 1)
			break;
	}
	return found;
}

static uint32_t hash_sysv(const char *name)
{
	uint32_t hash = 0;
	uint32_t high;

	for (; *name; name++) {
		hash = (hash << 4) + (unsigned char)*name;
		high = hash & 0xf0000000;
		hash ^= high >> 24;
		hash &= ~high;
	}
	return hash;
}

static bool find_sysv(const struct elf_image *image, const char *name,
		      struct elf_symbol *symbol_)
{
	uint64_t limit = symbol_limit(image);
	const uint8_t *raw = elf_at(image, image->sysv_hash, 8);
	uint64_t buckets = image->sysv_hash + 8;
	uint64_t bucket_count = raw ? npabi_load32(raw) : 0;
	uint64_t chains = buckets + 4 * bucket_count;
	bool found = false;
	uint32_t index;

	if (!bucket_count ||
	    !load_word(image, buckets + 4 * (hash_sysv(name) % bucket_count), &index))
		return false;
	/* a chain that leads back into itself ends by the count of steps */
	for (uint64_t steps = 0; index && index < limit && steps < limit; steps++) {
		if (try_symbol(image, index, name, symbol_, &found))
			break;
		if (!load_word(image, chains + 4 * (uint64_t)index, &index))
			break;
	}
	return found;
}

bool elf_symbol_find(const struct elf_image *image, const char *name,
		     struct elf_symbol *symbol_)
{
	if (image->gnu_hash)
		return find_gnu(image, name, symbol_);
	return image->sysv_hash && find_sysv(image, name, symbol_);
}

bool elf_symbol_imported(const struct elf_image *image, const char *name)
{
	struct elf_symbol symbol;
	struct gnu_hash hash;
	uint32_t count;

	/* with no symbol in it, the table says 1 */
	if (load_gnu_hash(image, &hash) && hash.first_symbol > 1)
		count = hash.first_symbol;
	else
		count = elf_symbol_count(image);
	for (uint32_t i = 1; i < count && elf_symbol_at(image, i, &symbol); i++)
		if (!symbol.defined && strcmp(symbol.name, name) == 0)
			return true;
	return false;
}
