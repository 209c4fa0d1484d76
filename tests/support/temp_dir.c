/* SPDX-License-Identifier: MIT
 *
 * Directories and files for tests.  Any failure here fails the test that asked.
 */
#include <check.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/temp_dir.h"

void temp_dir_make(struct temp_dir *dir)
{
	strcpy(dir->path, "/tmp/npabi-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir->path));
}

static int remove_entry(const char *path, const struct stat *st, int kind,
			struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

void temp_dir_remove(const struct temp_dir *dir)
{
	nftw(dir->path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

const char *temp_path(const struct temp_dir *dir, const char *name)
{
	static char paths[8][TEMP_PATH_MAX];
	static unsigned next;
	char *path = paths[next++ % 8];
	int length = snprintf(path, TEMP_PATH_MAX, "%s/%s", dir->path, name);

	ck_assert_int_lt(length, TEMP_PATH_MAX);
	return path;
}

static void make_parents(const char *path)
{
	char parent[TEMP_PATH_MAX];

	for (const char *slash = strchr(path + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		snprintf(parent, sizeof(parent), "%.*s", (int)(slash - path), path);
		ck_assert(mkdir(parent, 0755) == 0 || errno == EEXIST);
	}
}

const char *temp_bytes(const struct temp_dir *dir, const char *name, const void *bytes,
		       size_t length)
{
	const char *path = temp_path(dir, name);
	FILE *file;

	make_parents(path);
	file = fopen(path, "w");
	ck_assert_msg(file != NULL, "%s: %s", path, strerror(errno));
	ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
	ck_assert_int_eq(fclose(file), 0);
	return path;
}

const char *temp_file(const struct temp_dir *dir, const char *name, const char *text)
{
	return temp_bytes(dir, name, text, strlen(text));
}

size_t read_whole_file(const char *path, char *text, size_t size)
{
	FILE *file = fopen(path, "r");
	size_t length;

	ck_assert_msg(file != NULL, "%s: %s", path, strerror(errno));
	length = fread(text, 1, size - 1, file);
	text[length] = '\0';
	fclose(file);
	return length;
}
