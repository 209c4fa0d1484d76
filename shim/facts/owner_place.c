/* SPDX-License-Identifier: MIT
 *
 * Module names from paths.  A root known by its name is better than counting
 * __init__.py files, which namespace packages do not have.  Called by owner.c.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/textbuf.h"
#include "facts/owner_place.h"

static const char root_names[][16] = {"site-packages", "dist-packages", "lib-dynload"};

static bool has_suffix(const char *name, size_t length, const char *suffix)
{
	size_t suffix_length = strlen(suffix);

	return length > suffix_length &&
	       memcmp(name + length - suffix_length, suffix, suffix_length) == 0;
}

/* Does PATH have the component ".."? */
static bool goes_up(const char *path)
{
	for (const char *p = strstr(path, ".."); p; p = strstr(p + 1, "..")) {
		bool starts = p == path || p[-1] == '/';

		if (starts && (p[2] == '/' || p[2] == '\0'))
			return true;
	}
	return false;
}

/* Appends the components of PATH that mean something, each after a slash. */
static void append_components(struct npabi_textbuf *buf, const char *path)
{
	while (*path) {
		size_t length = strcspn(path, "/");

		if (length && !(length == 1 && path[0] == '.')) {
			npabi_textbuf_char(buf, '/');
			npabi_textbuf_bytes(buf, path, length);
		}
		path += length;
		path += *path == '/';
	}
}

bool owner_clean_path(const char *path, char *clean)
{
	char directory[OWNER_PATH_MAX];
	struct npabi_textbuf buf;

	_Static_assert(OWNER_PATH_MAX >= PATH_MAX, "realpath(3) needs PATH_MAX bytes");
	if (!path[0])
		return false;
	/* only the kernel knows where ".." leads */
	if (goes_up(path))
		return realpath(path, clean) != NULL;
	npabi_textbuf_init(&buf, clean, OWNER_PATH_MAX);
	if (path[0] != '/') {
		if (!getcwd(directory, sizeof(directory)))
			return false;
		append_components(&buf, directory);
	}
	append_components(&buf, path);
	return !buf.truncated && buf.length > 0;
}

static bool is_root_name(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(root_names) / sizeof(root_names[0]); i++) {
		if (strlen(root_names[i]) == length &&
		    memcmp(name, root_names[i], length) == 0)
			return true;
	}
	return has_suffix(name, length, ".egg");
}

size_t owner_named_root(const char *clean)
{
	size_t root = 0, start = 1;

	for (const char *slash = strchr(clean + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		size_t end = (size_t)(slash - clean);

		if (is_root_name(clean + start, end - start))
			root = end;
		start = end + 1;
	}
	return root;
}

/* Is there an __init__.py in the directory that is the first LENGTH bytes of CLEAN? */
static bool is_package(const char *clean, size_t length)
{
	char path[OWNER_PATH_MAX + 16];

	memcpy(path, clean, length);
	strcpy(path + length, "/__init__.py");
	return access(path, F_OK) == 0;
}

/* The length of the directory around the first LENGTH bytes of CLEAN. */
static size_t parent_length(const char *clean, size_t length)
{
	while (length && clean[length - 1] != '/')
		length--;
	return length ? length - 1 : 0;
}

size_t owner_package_root(const char *clean)
{
	size_t length = parent_length(clean, strlen(clean));

	while (length && is_package(clean, length))
		length = parent_length(clean, length);
	return length;
}

/*
 * An identifier, but one that may begin with a digit: mypyc makes such modules,
 * and imports them by a string.  Beyond ASCII, trust what the file system holds.
 */
static bool is_importable(const char *name, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)name[i];
		bool is_letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';

		if (!is_letter && !(c >= '0' && c <= '9') && c != '_' && c < 0x80)
			return false;
	}
	return length > 0;
}

void owner_module_name(const char *relative, char *module, size_t size)
{
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, module, size);
	while (*relative) {
		bool is_file = !strchr(relative, '/');
		/* no module has a dot in its own name: the rest is the suffix */
		size_t length = strcspn(relative, is_file ? "." : "/");
		bool is_init = is_file && buf.length && length == 8 &&
			       memcmp(relative, "__init__", 8) == 0;

		if (is_init)
			break; /* a package that is itself an extension */
		if (!is_importable(relative, length)) {
			module[0] = '\0';
			return;
		}
		if (buf.length)
			npabi_textbuf_char(&buf, '.');
		npabi_textbuf_bytes(&buf, relative, length);
		if (is_file)
			break;
		relative += length + 1;
	}
	if (buf.truncated)
		module[0] = '\0';
}
