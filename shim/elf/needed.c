/* SPDX-License-Identifier: MIT
 *
 * Walks the dynamic section for the entries that hold names.  Called by facts/ and
 * the front ends.
 */
#include "elf/needed.h"

#include "base/span.h"

/* Entry INDEX of the section; false at its end. */
static bool load_entry(const struct elf_image *image, unsigned index, uint64_t *tag_,
		       uint64_t *value_)
{
	const uint8_t *entry;

	if (index >= image->dynamic.size / sizeof(Elf64_Dyn))
		return false;
	entry = elf_at(image, image->dynamic.address + index * sizeof(Elf64_Dyn),
		       sizeof(Elf64_Dyn));
	if (!entry)
		return false;
	*tag_ = npabi_load64(entry);
	*value_ = npabi_load64(entry + 8);
	return *tag_ != DT_NULL;
}

const char *elf_needed_next(const struct elf_image *image, unsigned *cursor)
{
	uint64_t tag, value;

	while (load_entry(image, (*cursor)++, &tag, &value)) {
		const char *name =
			tag == DT_NEEDED ? elf_dynamic_string(image, value) : NULL;

		if (name)
			return name;
	}
	return NULL;
}

const char *elf_library_path(const struct elf_image *image)
{
	const char *path = "", *found;
	uint64_t tag, value;

	for (unsigned i = 0; load_entry(image, i, &tag, &value); i++) {
		if (tag != DT_RUNPATH && tag != DT_RPATH)
			continue;
		found = elf_dynamic_string(image, value);
		if (found && (tag == DT_RUNPATH || !path[0]))
			path = found;
	}
	return path;
}
