/* SPDX-License-Identifier: MIT
 *
 * A directory of a test's own, and files in it.
 */
#ifndef NPABI_TESTS_TEMP_DIR_H
#define NPABI_TESTS_TEMP_DIR_H

#include <stddef.h>

#define TEMP_PATH_MAX 512

struct temp_dir {
	char path[64];
};

/* Makes the directory; it fails the test when that cannot be. */
void temp_dir_make(struct temp_dir *dir);

/* Removes it with all that is in it. */
void temp_dir_remove(const struct temp_dir *dir);

/* The path of NAME in it; static storage, good for the next eight calls. */
const char *temp_path(const struct temp_dir *dir, const char *name);

/*
 * Writes the file NAME with TEXT or LENGTH bytes, making the directories
 * between; returns its path as temp_path does.
 */
const char *temp_file(const struct temp_dir *dir, const char *name, const char *text);
const char *temp_bytes(const struct temp_dir *dir, const char *name, const void *bytes,
		       size_t length);

/* Reads the file at PATH into TEXT of SIZE bytes, with a NUL; how many bytes. */
size_t read_whole_file(const char *path, char *text, size_t size);

#endif
