/* SPDX-License-Identifier: MIT
 *
 * From bytes to facts.  In a directory full of shared objects most are no
 * extensions, and a few cannot be read: the first are nobody's business, the
 * second must be told.  Called by examine.c.
 */
#include <string.h>

#include "base/path.h"
#include "facts/collect.h"
#include "facts/heed.h"
#include "scan/candidate.h"

/* Reads the file at PATH behind SOURCE; what could not be followed is in *FACTS. */
static enum npabi_status read_source(struct candidate_memory *memory, const char *path,
				     struct npabi_source *source, bool in_order,
				     struct facts *facts)
{
	struct elf_image image;
	enum npabi_status status = elf_image_from_file(&image, source);

	if (status != NPABI_OK)
		return status;
	image.path = path;
	status = facts_collect(&memory->arena, &image, in_order, facts);
	if (status == NPABI_OK && !memory->in_wheel)
		library_files_add(&memory->libraries, &memory->arena, path, &image,
				  facts);
	return npabi_source_changed(source) ? NPABI_CHANGED : status;
}

/* Does the file's name, or where it lies, say that it is an extension? */
static bool is_marked(const char *path)
{
	static const char marks[][24] = {".cpython-", ".abi3.", ".pypy",
					 "/site-packages/", "/dist-packages/"};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (strstr(path, marks[i]))
			return true;
	}
	return false;
}

/* Plain libraries are called libNAME.so; some are no ELF but a linker's script. */
static bool is_library_name(const char *path)
{
	return strncmp(npabi_file_name(path), "lib", 3) == 0;
}

enum candidate_kind candidate_judge(const char *name, enum npabi_status status)
{
	switch (status) {
	case NPABI_NOT_AN_EXTENSION:
	case NPABI_NOT_DYNAMIC:
	case NPABI_ELF_NOT_SHARED:
		return CANDIDATE_OTHER;
	case NPABI_ELF_32_BIT:
	case NPABI_ELF_BIG_ENDIAN:
	case NPABI_FOREIGN_MACHINE: /* a system's libraries for other machines */
		return is_marked(name) ? CANDIDATE_UNREADABLE : CANDIDATE_OTHER;
	default:
		return is_library_name(name) && !is_marked(name) ? CANDIDATE_OTHER
								 : CANDIDATE_UNREADABLE;
	}
}

enum candidate_kind candidate_read(struct candidate_memory *memory,
				   struct npabi_source *source, const char *name,
				   struct facts *facts, enum npabi_status *status_)
{
	enum npabi_status status;

	facts_clear(facts);
	status = read_source(memory, name, source, false, facts);
	*status_ = status;
	/* one with an init function is an extension, even where it cannot be followed */
	if (status == NPABI_OK || facts->init_name[0]) {
		facts->status = status;
		return CANDIDATE_EXTENSION;
	}
	return candidate_judge(name, status);
}

void candidate_read_in_order(struct candidate_memory *memory, struct npabi_source *source,
			     const char *name, struct facts *facts)
{
	if (read_source(memory, name, source, true, facts) != NPABI_OK)
		facts->status = NPABI_CHANGED; /* it was readable a moment ago */
	facts->in_order = true; /* as far as can be: else it is asked for again */
}

void candidate_read_heed(struct candidate_memory *memory, struct npabi_source *source,
			 const char *name, struct facts *facts)
{
	struct elf_image image;

	facts->heed_read = true; /* likewise */
	if (elf_image_from_file(&image, source) == NPABI_OK) {
		image.path = name;
		heed_read(&memory->arena, &image, facts);
	}
	if (npabi_source_changed(source))
		facts->status = NPABI_CHANGED;
}
