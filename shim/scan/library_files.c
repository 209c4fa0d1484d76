/* SPDX-License-Identifier: MIT
 *
 * Libraries are told apart by their files, since each extension writes the way to
 * one differently.  Called by candidate.c.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "elf/needed.h"
#include "scan/library_files.h"

struct library_file {
	struct library_file *next;
	dev_t device;
	ino_t file;
	struct library library;
};

/* The extension whose libraries are looked for. */
struct search {
	struct library_files *files;
	struct npabi_arena *memory;
	const char *path;
	int folder_length; /* of path, up to its last slash */
};

static void read_file(struct npabi_arena *memory, const char *path, const char *name,
		      struct library *library_)
{
	struct npabi_source source;
	struct elf_image image;

	library_->imports_array = false;
	if (npabi_source_open(&source, path) != NPABI_OK)
		return;
	if (elf_image_from_file(&image, &source) == NPABI_OK)
		library_read(memory, &image, name, library_);
	npabi_source_close(&source);
}

/* The library NAME at PATH; NULL: there is no such file, or no memory. */
static const struct library *find_file(const struct search *search, const char *path,
				       const char *name)
{
	struct library_file *known = search->files->first;
	struct stat status;

	if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
		return NULL;
	for (; known; known = known->next)
		if (known->device == status.st_dev && known->file == status.st_ino)
			return &known->library;
	known = malloc(sizeof(*known));
	if (!known)
		return NULL;
	known->device = status.st_dev;
	known->file = status.st_ino;
	read_file(search->memory, path, name, &known->library);
	known->next = search->files->first;
	search->files->first = known;
	return &known->library;
}

/* The library NAME in the folder that the LENGTH bytes at FOLDER name by $ORIGIN. */
static const struct library *find_in_folder(const struct search *search,
					    const char *folder, size_t length,
					    const char *name)
{
	static const char *const origins[] = {"$ORIGIN", "${ORIGIN}"};
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(origins) / sizeof(origins[0]); i++) {
		size_t origin = strlen(origins[i]);

		if (length < origin || memcmp(folder, origins[i], origin) != 0)
			continue;
		if (snprintf(path, sizeof(path), "%.*s%.*s/%s", search->folder_length,
			     search->path, (int)(length - origin), folder + origin,
			     name) < (int)sizeof(path))
			return find_file(search, path, name);
	}
	return NULL;
}

/* The library NAME, where FOLDERS or the extension's own one has it. */
static const struct library *find_library(const struct search *search,
					  const char *folders, const char *name)
{
	const struct library *found = NULL;

	while (!found && *folders) {
		size_t length = strcspn(folders, ":");

		found = find_in_folder(search, folders, length, name);
		folders += length + (folders[length] == ':');
	}
	return found ? found : find_in_folder(search, "$ORIGIN", 7, name);
}

void library_files_add(struct library_files *files, struct npabi_arena *memory,
		       const char *path, const struct elf_image *image,
		       struct facts *facts)
{
	const char *slash = strrchr(path, '/');
	struct search search = {files, memory, slash ? path : ".",
				slash ? (int)(slash - path) : 1};
	const struct library *found;
	const char *name;
	unsigned cursor = 0;

	if (!library_is_wanted(facts))
		return;
	while (!facts->library[0] && (name = elf_needed_next(image, &cursor)) != NULL) {
		if (!library_is_candidate(name))
			continue;
		found = find_library(&search, elf_library_path(image), name);
		if (found)
			library_apply(found, image, facts);
	}
}

void library_files_free(struct library_files *files)
{
	while (files->first) {
		struct library_file *next = files->first->next;

		free(files->first);
		files->first = next;
	}
}
