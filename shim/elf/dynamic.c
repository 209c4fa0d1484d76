/* SPDX-License-Identifier: MIT
 *
 * Reads the dynamic section: which tables there are, and that each lies inside
 * the load segments, so that the readers of the tables only have to check their
 * indices.  Does not look into the tables.  Called by image.c.
 */
#include <string.h>

#include "base/span.h"
#include "elf/dynamic.h"

/* Newer than the oldest elf.h that is compiled against. */
#ifndef DT_RELR
#define DT_RELRSZ  35
#define DT_RELR	   36
#define DT_RELRENT 37
#endif

/* Real files have some thirty entries, and one more for each library needed. */
#define ENTRIES_MAX 4096

/* The values as they stand in the section; of a tag named twice, the last. */
struct dynamic_values {
	uint64_t symbols, symbol_size, strings, strings_size;
	uint64_t gnu_hash, sysv_hash, versions, soname;
	uint64_t rela, rela_size, rela_entry, rela_relative;
	uint64_t plt, plt_size, plt_form;
	uint64_t relr, relr_size, relr_entry;
	uint64_t flags, flags_1;
};

static const struct {
	uint32_t tag;
	uint32_t field; /* offset in struct dynamic_values */
} known_tags[] = {
	{DT_SYMTAB, offsetof(struct dynamic_values, symbols)},
	{DT_SYMENT, offsetof(struct dynamic_values, symbol_size)},
	{DT_STRTAB, offsetof(struct dynamic_values, strings)},
	{DT_STRSZ, offsetof(struct dynamic_values, strings_size)},
	{DT_GNU_HASH, offsetof(struct dynamic_values, gnu_hash)},
	{DT_HASH, offsetof(struct dynamic_values, sysv_hash)},
	{DT_VERSYM, offsetof(struct dynamic_values, versions)},
	{DT_SONAME, offsetof(struct dynamic_values, soname)},
	{DT_RELA, offsetof(struct dynamic_values, rela)},
	{DT_RELASZ, offsetof(struct dynamic_values, rela_size)},
	{DT_RELAENT, offsetof(struct dynamic_values, rela_entry)},
	{DT_RELACOUNT, offsetof(struct dynamic_values, rela_relative)},
	{DT_JMPREL, offsetof(struct dynamic_values, plt)},
	{DT_PLTRELSZ, offsetof(struct dynamic_values, plt_size)},
	{DT_PLTREL, offsetof(struct dynamic_values, plt_form)},
	{DT_RELR, offsetof(struct dynamic_values, relr)},
	{DT_RELRSZ, offsetof(struct dynamic_values, relr_size)},
	{DT_RELRENT, offsetof(struct dynamic_values, relr_entry)},
	{DT_FLAGS, offsetof(struct dynamic_values, flags)},
	{DT_FLAGS_1, offsetof(struct dynamic_values, flags_1)},
};

static void keep_value(struct dynamic_values *values, uint64_t tag, uint64_t value)
{
	for (size_t i = 0; i < sizeof(known_tags) / sizeof(known_tags[0]); i++) {
		if (known_tags[i].tag != tag)
			continue;
		memcpy((char *)values + known_tags[i].field, &value, sizeof(value));
		return;
	}
}

static enum npabi_status read_entries(struct elf_image *image, struct elf_table section,
				      struct dynamic_values *values)
{
	uint64_t count = section.size / sizeof(Elf64_Dyn);
	const uint8_t *entry;
	uint64_t tag;

	for (uint64_t i = 0; i < count; i++) {
		if (i == ENTRIES_MAX)
			return NPABI_TOO_COMPLEX;
		entry = elf_at(image, section.address + i * sizeof(Elf64_Dyn),
			       sizeof(Elf64_Dyn));
		if (!entry)
			return NPABI_TRUNCATED;
		tag = npabi_load64(entry);
		if (tag == DT_NULL)
			break;
		if (tag == DT_BIND_NOW)
			image->bind_now = true;
		keep_value(values, tag, npabi_load64(entry + 8));
	}
	return NPABI_OK;
}

/*
 * The link-time address that a pointer of the section means.  In a loaded
 * object it has the bias added (glibc, for most tags) or not (musl, the vDSO,
 * glibc's DT_RELR); only one of the two lies inside the object, for a bias is
 * either 0 or far more than an object's length.
 */
static bool resolve_pointer(const struct elf_image *image, uint64_t value,
			    uint64_t length, uint64_t *address_)
{
	if (!image->source && elf_extent(image, value - image->bias) >= length)
		*address_ = value - image->bias;
	else if (elf_extent(image, value) >= length)
		*address_ = value;
	else
		return false;
	return true;
}

/* Takes over one table; one that is absent or empty may point anywhere. */
static bool take_table(const struct elf_image *image, uint64_t value, uint64_t size,
		       struct elf_table *table_)
{
	if (!value || !size)
		return true;
	table_->size = size;
	return resolve_pointer(image, value, size, &table_->address);
}

/* Takes over the start of a table whose length stands in itself, if anywhere. */
static bool take_start(const struct elf_image *image, uint64_t value, uint64_t least,
		       uint64_t *address_)
{
	return !value || resolve_pointer(image, value, least, address_);
}

static bool take_symbols(struct elf_image *image, const struct dynamic_values *values)
{
	if (values->symbol_size && values->symbol_size != sizeof(Elf64_Sym))
		return false;
	image->soname = values->soname;
	return take_start(image, values->symbols, sizeof(Elf64_Sym), &image->symbols) &&
	       take_table(image, values->strings, values->strings_size,
			  &image->strings) &&
	       take_start(image, values->gnu_hash, 16, &image->gnu_hash) &&
	       take_start(image, values->sysv_hash, 8, &image->sysv_hash) &&
	       take_start(image, values->versions, 2, &image->versions) &&
	       image->strings.size && image->soname < image->strings.size;
}

static bool take_relocations(struct elf_image *image, const struct dynamic_values *values)
{
	uint64_t rela_count;

	if (values->rela_entry && values->rela_entry != sizeof(Elf64_Rela))
		return false;
	if (values->relr_entry && values->relr_entry != sizeof(uint64_t))
		return false;
	if (!take_table(image, values->rela, values->rela_size, &image->rela) ||
	    !take_table(image, values->relr, values->relr_size, &image->relr))
		return false;
	rela_count = image->rela.size / sizeof(Elf64_Rela);
	image->rela_relative = values->rela_relative;
	if (image->rela_relative > rela_count)
		image->rela_relative = rela_count;
	if (values->plt_form != DT_RELA)
		return true;
	return take_table(image, values->plt, values->plt_size, &image->plt_rela);
}

enum npabi_status elf_read_dynamic(struct elf_image *image, struct elf_table section)
{
	struct dynamic_values values = {0};
	enum npabi_status status;

	if (elf_extent(image, section.address) < section.size)
		return NPABI_ELF_CORRUPT;
	status = read_entries(image, section, &values);
	if (status != NPABI_OK)
		return status;
	if (!values.symbols)
		return NPABI_NOT_DYNAMIC;
	image->dynamic = section;
	if (!take_symbols(image, &values) || !take_relocations(image, &values))
		return NPABI_ELF_CORRUPT;
	if ((values.flags & DF_BIND_NOW) || (values.flags_1 & DF_1_NOW))
		image->bind_now = true;
	return NPABI_OK;
}
