/* SPDX-License-Identifier: MIT
 *
 * One view of the whole symbol and string tables instead of one per symbol.
 * Called by facts/ and preload/.
 */
#include "elf/names.h"

#include "base/span.h"
#include "elf/symbols.h"

bool elf_names_init(struct elf_names *names_, const struct elf_image *image)
{
	names_->symbol_count = elf_symbol_count(image);
	names_->symbols = elf_at(image, image->symbols,
				 (size_t)names_->symbol_count * sizeof(Elf64_Sym));
	names_->strings_size = image->strings.size;
	names_->strings = (const char *)elf_at(image, image->strings.address,
					       (size_t)image->strings.size);
	return names_->symbols && names_->strings && names_->strings_size &&
	       !names_->strings[names_->strings_size - 1];
}

const char *elf_names_any(const struct elf_names *names, uint32_t index)
{
	uint32_t offset;

	if (index >= names->symbol_count)
		return "";
	offset = npabi_load32(names->symbols + (size_t)index * sizeof(Elf64_Sym) +
			      offsetof(Elf64_Sym, st_name));
	return offset < names->strings_size ? names->strings + offset : "";
}

const char *elf_names_undefined(const struct elf_names *names, uint32_t index)
{
	const uint8_t *symbol;

	if (index >= names->symbol_count)
		return "";
	symbol = names->symbols + (size_t)index * sizeof(Elf64_Sym);
	if (npabi_load16(symbol + offsetof(Elf64_Sym, st_shndx)) != SHN_UNDEF)
		return "";
	return elf_names_any(names, index);
}

uint64_t elf_names_function(const struct elf_names *names, uint32_t index)
{
	const uint8_t *symbol;

	if (index >= names->symbol_count)
		return 0;
	symbol = names->symbols + (size_t)index * sizeof(Elf64_Sym);
	if (ELF64_ST_TYPE(symbol[offsetof(Elf64_Sym, st_info)]) != STT_FUNC ||
	    npabi_load16(symbol + offsetof(Elf64_Sym, st_shndx)) == SHN_UNDEF)
		return 0;
	return npabi_load64(symbol + offsetof(Elf64_Sym, st_value));
}
