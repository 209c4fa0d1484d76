/* SPDX-License-Identifier: MIT
 *
 * Looked for before the program is started: the loader only says that an object from
 * LD_PRELOAD cannot be preloaded, and starts the program without it.  Called by run.c.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/source.h"
#include "scan/library.h"

#define CACHE "/etc/ld.so.cache"

/* Seen from the directory of the command. */
static const char beside[][16] = {"", "/../lib", "/../lib64"};

/* The loader's own, and where things are installed from source. */
static const char directories[][32] = {
	"/usr/local/lib", "/usr/local/lib64",	      "/lib", "/usr/lib", "/lib64",
	"/usr/lib64",	  "/usr/lib/x86_64-linux-gnu"};

/* A search that goes on until something is found. */
struct search {
	char *library;
	size_t size;
	struct npabi_textbuf *looked;
};

static bool look_in(const struct search *search, const char *directory, size_t length,
		    const char *below)
{
	int used;

	npabi_textbuf_string(search->looked, search->looked->length ? ", " : "");
	npabi_textbuf_bytes(search->looked, directory, length);
	npabi_textbuf_string(search->looked, below);
	used = snprintf(search->library, search->size, "%.*s%s/" LIBRARY_NAME,
			(int)length, directory, below);
	return used > 0 && (size_t)used < search->size &&
	       access(search->library, R_OK) == 0;
}

static bool look_beside(const struct search *search)
{
	char command[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", command, sizeof(command));

	while (length > 0 && command[length - 1] != '/')
		length--;
	if (length <= 1)
		return false;
	for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
		if (look_in(search, command, (size_t)length - 1, beside[i]))
			return true;
	}
	return false;
}

/* LD_LIBRARY_PATH; what it has without a leading slash, the loader looks for itself. */
static bool look_in_variable(const struct search *search)
{
	const char *list = getenv("LD_LIBRARY_PATH");

	while (list && *list) {
		size_t length = strcspn(list, ":;");

		if (length && look_in(search, list, length, "")) {
			if (*list != '/')
				snprintf(search->library, search->size, LIBRARY_NAME);
			return true;
		}
		list += length;
		list += *list != '\0';
	}
	return false;
}

static bool look_in_directories(const struct search *search)
{
	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++) {
		if (look_in(search, directories[i], strlen(directories[i]), ""))
			return true;
	}
	return false;
}

/* The loader's cache has its names as C strings; is ours among them? */
static bool is_cached(void)
{
	static const char name[] = "/" LIBRARY_NAME;
	struct npabi_source source;
	const uint8_t *bytes;
	bool found;

	if (npabi_source_open(&source, CACHE) != NPABI_OK)
		return false;
	bytes = npabi_source_view(&source, 0, (size_t)source.size);
	found = bytes && memmem(bytes, (size_t)source.size, name, sizeof(name));
	npabi_source_close(&source);
	return found;
}

bool library_find(char *library, size_t size, struct npabi_textbuf *looked)
{
	struct search search = {library, size, looked};

	if (look_beside(&search) || look_in_variable(&search) ||
	    look_in_directories(&search))
		return true;
	npabi_textbuf_string(looked, ", " CACHE);
	snprintf(library, size, "%s", LIBRARY_NAME);
	return is_cached();
}
