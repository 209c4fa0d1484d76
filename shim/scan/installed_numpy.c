/* SPDX-License-Identifier: MIT
 *
 * NumPy's version by its own files: version.py has it as a string in all
 * releases but those from 1.20 to 1.25, where _version.py has it as JSON.  What
 * the package itself says is preferred to the installer's metadata, which may
 * be left over from another release.  Called by scan.c.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "facts/owner_metadata.h"
#include "facts/owner_place.h"
#include "scan/installed_numpy.h"

#define SOURCE_SIZE_MAX 65536

struct wanted {
	char *version;
	size_t size;
	bool found;
};

/* Takes the version that starts at TEXT and ends with QUOTE. */
static void take_version(struct wanted *wanted, const char *text, size_t length,
			 char quote)
{
	const char *end = memchr(text, quote, length);
	size_t used = end ? (size_t)(end - text) : 0;

	if (!used || used >= wanted->size || text[0] < '0' || text[0] > '9')
		return;
	for (size_t i = 0; i < used; i++) {
		if (!strchr("0123456789abcdefghijklmnopqrstuvwxyz.+-_", text[i]))
			return;
	}
	memcpy(wanted->version, text, used);
	wanted->version[used] = '\0';
	wanted->found = true;
}

static bool starts_with(const char *line, size_t length, const char *start)
{
	return length >= strlen(start) && memcmp(line, start, strlen(start)) == 0;
}

/* version = "1.26.4", or short_version: str = '1.19.5' */
static bool take_assignment(void *context, const char *line, size_t length)
{
	struct wanted *wanted = context;
	const char *equals = memchr(line, '=', length);
	const char *value, *end = line + length;

	if (!equals || !(starts_with(line, length, "version") ||
			 starts_with(line, length, "short_version") ||
			 starts_with(line, length, "full_version")))
		return true;
	for (value = equals + 1; value < end && *value == ' '; value++)
		;
	if (value < end && (*value == '"' || *value == '\''))
		take_version(wanted, value + 1, (size_t)(end - value) - 1, *value);
	return !wanted->found;
}

/* "version": "1.24.2" */
static bool take_member(void *context, const char *line, size_t length)
{
	static const char key[] = "\"version\": \"";
	struct wanted *wanted = context;
	const char *member = memmem(line, length, key, sizeof(key) - 1);
	const char *value = member ? member + sizeof(key) - 1 : NULL;

	if (value)
		take_version(wanted, value, length - (size_t)(value - line), '"');
	return !wanted->found;
}

static void read_source(const char *root, const char *name, owner_line_handler *handler,
			struct wanted *wanted)
{
	char path[OWNER_PATH_MAX];
	int length = snprintf(path, sizeof(path), "%s/numpy/%s", root, name);

	if (length > 0 && (size_t)length < sizeof(path))
		owner_each_line(path, SOURCE_SIZE_MAX, handler, wanted);
}

/* numpy-1.24.2.dist-info or .egg-info, the last resort */
static void read_entries(const char *root, struct wanted *wanted)
{
	DIR *directory = opendir(root);
	const struct dirent *entry;

	if (!directory)
		return;
	while (!wanted->found && (entry = readdir(directory)) != NULL) {
		const char *name = entry->d_name;
		size_t length = strlen(name);
		bool is_metadata =
			length > 16 && (strcmp(name + length - 10, ".dist-info") == 0 ||
					strcmp(name + length - 9, ".egg-info") == 0);
		size_t suffix = is_metadata && name[length - 10] == '.' ? 10 : 9;
		char version[64];

		if (!is_metadata || !starts_with(name, length, "numpy-"))
			continue;
		snprintf(version, sizeof(version), "%.*s'", (int)(length - suffix - 6),
			 name + 6);
		take_version(wanted, version, strlen(version), '\'');
	}
	closedir(directory);
}

static bool has_package(const char *root)
{
	char path[OWNER_PATH_MAX];
	DIR *directory;
	int length = snprintf(path, sizeof(path), "%s/numpy", root);

	if (length <= 0 || (size_t)length >= sizeof(path))
		return false;
	directory = opendir(path);
	if (directory)
		closedir(directory);
	return directory != NULL;
}

bool installed_numpy(const char *root, char *version, size_t size)
{
	struct wanted wanted = {.version = version, .size = size};

	if (!has_package(root))
		return false;
	read_source(root, "version.py", take_assignment, &wanted);
	if (!wanted.found)
		read_source(root, "_version.py", take_member, &wanted);
	if (!wanted.found)
		read_entries(root, &wanted);
	return wanted.found;
}
