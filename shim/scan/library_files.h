/* SPDX-License-Identifier: MIT
 *
 * The libraries that extensions are linked with, found as the loader would find
 * those of the same tree, and read once.
 */
#ifndef NPABI_SCAN_LIBRARY_FILES_H
#define NPABI_SCAN_LIBRARY_FILES_H

#include "facts/library.h"

struct library_files {
	struct library_file *first;
};

/*
 * If FACTS, of the extension at PATH whose image is IMAGE, leave open that a library
 * calls import_array for it, looks for one that does, and adds what it has.  Looked in
 * are the folders that IMAGE names by its own place ($ORIGIN), and that place itself.
 * MEMORY as facts_collect has it.
 */
void library_files_add(struct library_files *files, struct npabi_arena *memory,
		       const char *path, const struct elf_image *image,
		       struct facts *facts);

void library_files_free(struct library_files *files);

#endif
