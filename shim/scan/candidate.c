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
#include "scan/candidate.h"

/* Reads the file behind SOURCE; what could not be followed is in *FACTS. */
static enum npabi_status read_source(struct npabi_source *source, struct facts *facts)
{
	struct elf_image image;
	enum npabi_status status = elf_image_from_file(&image, source);

	if (status != NPABI_OK)
		return status;
	status = facts_collect(&image, facts);
	return npabi_source_changed(source) ? NPABI_CHANGED : status;
}

/*
 * Plain libraries are called libNAME.so; an extension may be, too, but then
 * its suffix mostly tells the interpreter.
 */
static bool is_library_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	return strncmp(name, "lib", 3) == 0 && !strstr(name, ".cpython-") &&
	       !strstr(name, ".abi3.");
}

static enum candidate_kind judge_status(const struct walk_file *file,
					enum npabi_status status)
{
	switch (status) {
	case NPABI_NOT_AN_EXTENSION:
	case NPABI_NOT_DYNAMIC:
	case NPABI_ELF_NOT_SHARED:
		return CANDIDATE_OTHER;
	default:
		break;
	}
	if (!file->named && is_library_name(file->path))
		return CANDIDATE_OTHER;
	return CANDIDATE_UNREADABLE;
}

enum candidate_kind candidate_read(const struct walk_file *file, struct facts *facts,
				   char *reason, size_t size)
{
	struct npabi_source source;
	enum npabi_status status;

	memset(facts, 0, sizeof(*facts));
	reason[0] = '\0';
	if (file->error) {
		snprintf(reason, size, "%s", strerror(file->error));
		return CANDIDATE_UNREADABLE;
	}
	errno = 0;
	status = npabi_source_open(&source, file->path);
	if (status == NPABI_CANNOT_OPEN) {
		snprintf(reason, size, "%s", strerror(errno));
		return file->named ? CANDIDATE_ABSENT : CANDIDATE_UNREADABLE;
	}
	if (status == NPABI_OK) {
		status = read_source(&source, facts);
		npabi_source_close(&source);
	}
	/* one that says PyInit_ is an extension, even where it cannot be followed */
	if (status == NPABI_OK || strncmp(facts->init_name, "PyInit_", 7) == 0) {
		facts->status = status;
		return CANDIDATE_EXTENSION;
	}
	snprintf(reason, size, "%s", npabi_status_text(status));
	return judge_status(file, status);
}
