/* SPDX-License-Identifier: MIT
 *
 * Paths to URIs, by RFC 3986: a colon is escaped, too, since it may end a scheme.
 * Called by sarif.c.
 */
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "scan/sarif_uri.h"

#define UNRESERVED                                             \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" \
	"0123456789-._~"

static void append_segment(struct npabi_textbuf *buf, const char *segment, size_t length)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)segment[i];

		if (strchr(UNRESERVED, byte)) {
			npabi_textbuf_char(buf, segment[i]);
			continue;
		}
		npabi_textbuf_char(buf, '%');
		npabi_textbuf_char(buf, digits[byte >> 4]);
		npabi_textbuf_char(buf, digits[byte & 0xf]);
	}
}

/* Without empty segments and those that are "."; so it never begins with a slash. */
static void append_path(struct npabi_textbuf *buf, const char *path)
{
	const char *before = "";

	while (*path) {
		size_t length = strcspn(path, "/");

		if (length && !(length == 1 && path[0] == '.')) {
			npabi_textbuf_string(buf, before);
			append_segment(buf, path, length);
			before = "/";
		}
		path += length;
		path += strspn(path, "/");
	}
}

static bool goes_up(const char *path)
{
	for (; path; path = strchr(path, '/')) {
		path += strspn(path, "/");
		if (strncmp(path, "..", 2) == 0 && (path[2] == '/' || !path[2]))
			return true;
	}
	return false;
}

/* What of PATH lies below DIRECTORY, or NULL. */
static const char *strip_directory(const char *path, const char *directory)
{
	size_t length = strlen(directory);

	while (length && directory[length - 1] == '/')
		length--;
	if (strncmp(path, directory, length) != 0 || path[length] != '/')
		return NULL;
	return path + length;
}

const char *sarif_uri_append(struct npabi_textbuf *buf, const char *path,
			     const char *directory)
{
	const char *member = strstr(path, ".whl!");
	char file[PATH_MAX], real[PATH_MAX];
	const char *below;

	npabi_text_copy(file, sizeof(file), path);
	if (member && (size_t)(member - path) + sizeof(".whl") <= sizeof(file))
		file[member - path + 4] = '\0';
	/* a directory on the way may be a link, so that ".." cannot just be cut */
	if (goes_up(file) && realpath(file, real))
		npabi_text_copy(file, sizeof(file), real);
	if (file[0] != '/') {
		append_path(buf, file);
		return SARIF_SOURCE_ROOT;
	}
	below = directory[0] ? strip_directory(file, directory) : NULL;
	append_path(buf, below ? below : file);
	return below ? SARIF_SOURCE_ROOT : SARIF_SYSTEM_ROOT;
}

void sarif_uri_append_root(struct npabi_textbuf *buf, const char *directory)
{
	npabi_textbuf_string(buf, "file:///");
	append_path(buf, directory);
	if (buf->data[buf->length - 1] != '/')
		npabi_textbuf_char(buf, '/');
}
