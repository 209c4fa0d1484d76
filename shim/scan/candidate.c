/* SPDX-License-Identifier: MIT
 *
 * From a file to facts.  In a directory full of shared objects most are no
 * extensions, and a few cannot be read: the first are nobody's business, the
 * second must be told.  Called by scan.c.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "facts/collect.h"
#include "facts/heed.h"
#include "scan/candidate.h"

/* Reads the file behind SOURCE; what could not be followed is in *FACTS. */
static enum npabi_status read_source(struct candidate_memory *memory, const char *path,
				     struct npabi_source *source, bool in_order,
				     struct facts *facts)
{
	struct elf_image image;
	enum npabi_status status = elf_image_from_file(&image, source);

	if (status != NPABI_OK)
		return status;
	status = facts_collect(&memory->arena, &image, in_order, facts);
	if (status == NPABI_OK)
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
	const char *slash = strrchr(path, '/');

	return strncmp(slash ? slash + 1 : path, "lib", 3) == 0;
}

/* What a file is that a directory holds and that cannot be read. */
static enum candidate_kind judge_status(const char *path, enum npabi_status status)
{
	switch (status) {
	case NPABI_NOT_AN_EXTENSION:
	case NPABI_NOT_DYNAMIC:
	case NPABI_ELF_NOT_SHARED:
		return CANDIDATE_OTHER;
	case NPABI_ELF_32_BIT:
	case NPABI_ELF_BIG_ENDIAN:
	case NPABI_FOREIGN_MACHINE: /* a system's libraries for other machines */
		return is_marked(path) ? CANDIDATE_UNREADABLE : CANDIDATE_OTHER;
	default:
		return is_library_name(path) && !is_marked(path) ? CANDIDATE_OTHER
								 : CANDIDATE_UNREADABLE;
	}
}

static enum candidate_kind fail_to_open(const struct walk_file *file, int error,
					char *reason, size_t size)
{
	snprintf(reason, size, "%s", strerror(error));
	if (file->named)
		return CANDIDATE_ABSENT;
	/* gone since the directory was read */
	return error == ENOENT ? CANDIDATE_OTHER : CANDIDATE_UNREADABLE;
}

enum candidate_kind candidate_read(struct candidate_memory *memory,
				   const struct walk_file *file, struct facts *facts,
				   char *reason, size_t size)
{
	struct npabi_source source;
	enum npabi_status status;

	facts_clear(facts);
	reason[0] = '\0';
	if (file->error)
		return fail_to_open(file, file->error, reason, size);
	errno = 0;
	status = npabi_source_open(&source, file->path);
	if (status == NPABI_CANNOT_OPEN)
		return fail_to_open(file, errno, reason, size);
	if (status == NPABI_OK) {
		status = read_source(memory, file->path, &source, false, facts);
		npabi_source_close(&source);
	}
	/* one that says PyInit_ is an extension, even where it cannot be followed */
	if (status == NPABI_OK || strncmp(facts->init_name, "PyInit_", 7) == 0) {
		facts->status = status;
		return CANDIDATE_EXTENSION;
	}
	snprintf(reason, size, "%s", npabi_status_text(status));
	return file->named ? CANDIDATE_UNREADABLE : judge_status(file->path, status);
}

void candidate_read_in_order(struct candidate_memory *memory, const char *path,
			     struct facts *facts)
{
	struct npabi_source source;

	if (npabi_source_open(&source, path) != NPABI_OK)
		return;
	if (read_source(memory, path, &source, true, facts) != NPABI_OK)
		facts->status = NPABI_CHANGED; /* it was readable a moment ago */
	npabi_source_close(&source);
}

void candidate_read_heed(struct candidate_memory *memory, const char *path,
			 struct facts *facts)
{
	struct npabi_source source;
	struct elf_image image;

	facts->heed_read = true; /* as far as it can be: else it is asked for again */
	if (npabi_source_open(&source, path) != NPABI_OK)
		return;
	if (elf_image_from_file(&image, &source) == NPABI_OK)
		heed_read(&memory->arena, &image, facts);
	if (npabi_source_changed(&source))
		facts->status = NPABI_CHANGED;
	npabi_source_close(&source);
}
