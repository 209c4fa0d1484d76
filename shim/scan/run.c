/* SPDX-License-Identifier: MIT
 *
 * npabi run: the settings as environment variables, the library in front of
 * what is preloaded already, and exec.  Everything is checked before, for
 * afterwards only the program itself can tell what is wrong.  Called by main.c.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "report/sink.h"
#include "scan/library.h"
#include "scan/run.h"

#define EXIT_TROUBLE 2

static int fail(const char *what, const char *cause, const char *next)
{
	fprintf(stderr, "npabi: %s: %s\nnpabi: %s\n", what, cause, next);
	return EXIT_TROUBLE;
}

/* Does the list PRELOADED, parted by colons or blanks, have LIBRARY? */
static bool is_preloaded(const char *library, const char *preloaded)
{
	size_t length = strlen(library);

	while (*preloaded) {
		size_t item = strcspn(preloaded, ": ");

		if (item == length && memcmp(preloaded, library, length) == 0)
			return true;
		preloaded += item;
		preloaded += strspn(preloaded, ": ");
	}
	return false;
}

bool run_join_preload(const char *library, const char *preloaded, char *value,
		      size_t size)
{
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, value, size);
	if (!preloaded)
		preloaded = "";
	if (!is_preloaded(library, preloaded)) {
		npabi_textbuf_string(&buf, library);
		npabi_textbuf_string(&buf, preloaded[0] ? ":" : "");
	}
	npabi_textbuf_string(&buf, preloaded);
	return !buf.truncated;
}

static int fail_to_find(const char *looked)
{
	char cause[4 * PATH_MAX];

	snprintf(cause, sizeof(cause), "not found in any of %s", looked);
	return fail(LIBRARY_NAME, cause,
		    "it belongs beside this command, or install both: make install");
}

static int set_preload(void)
{
	const char *preloaded = getenv("LD_PRELOAD");
	char library[PATH_MAX + 64], places[3 * PATH_MAX];
	struct npabi_textbuf looked;
	size_t size = sizeof(library) + (preloaded ? strlen(preloaded) : 0) + 2;
	char *value = malloc(size);
	int result = 0;

	npabi_textbuf_init(&looked, places, sizeof(places));
	if (!library_find(library, sizeof(library), &looked)) {
		result = fail_to_find(places);
	} else if (strpbrk(library, ": ")) {
		result = fail(library, "the loader takes no path with a blank or a colon",
			      "install it elsewhere: make install PREFIX=/usr/local");
	} else if (!value || !run_join_preload(library, preloaded, value, size) ||
		   setenv("LD_PRELOAD", value, 1) != 0) {
		result = fail("LD_PRELOAD", strerror(ENOMEM), "free some memory");
	}
	free(value);
	return result;
}

/*
 * A log file's path as seen from every directory that the program and its
 * children may go to; NULL: no memory, or no current directory.
 */
static char *absolute_log(const char *log)
{
	char here[PATH_MAX], *path, *end;
	size_t size = 2 * sizeof(here) + strlen(log) + 2;

	path = malloc(size);
	if (!path || !getcwd(here, sizeof(here))) {
		free(path);
		return NULL;
	}
	end = path;
	for (const char *p = here; *p; p++) {
		if (*p == '%')
			*end++ = '%'; /* it is no %p of ours */
		*end++ = *p;
	}
	snprintf(end, size - (size_t)(end - path), "/%s", log);
	return path;
}

static int set_log(const char *log)
{
	struct sink sink;
	char *path = NULL;
	int result = 0;

	if (sink_set(&sink, log) && sink.kind == SINK_FILE && log[0] != '/') {
		path = absolute_log(log);
		if (!path)
			return fail(log, strerror(errno), "give --log an absolute path");
	}
	if (setenv("NPABI_LOG", path ? path : log, 1) != 0)
		result = fail("NPABI_LOG", strerror(errno), "free some memory");
	free(path);
	return result;
}

static void set_variable(const char *name, const char *value)
{
	if (value)
		setenv(name, value, 1);
}

static void warn_if_off(void)
{
	const char *value = getenv("NPABI");

	if (value && (strcmp(value, "0") == 0 || strcasecmp(value, "off") == 0))
		fprintf(stderr, "npabi: NPABI=%s is set: the library will do nothing\n",
			value);
}

int run_command(const struct run_arguments *arguments)
{
	char **command = arguments->command;

	if (arguments->log && set_log(arguments->log) != 0)
		return EXIT_TROUBLE;
	if (set_preload() != 0)
		return EXIT_TROUBLE;
	set_variable("NPABI_FORMAT", arguments->format);
	set_variable("NPABI_LEVEL", arguments->level);
	set_variable("NPABI_SUMMARY", arguments->summary ? "1" : NULL);
	set_variable("NPABI_STRICT", arguments->strict ? "1" : NULL);
	warn_if_off();
	execvp(command[0], command);
	return fail(command[0], strerror(errno),
		    errno == ENOENT ? "check its name and PATH, or give its whole path"
				    : "check that it is a program that you may run");
}
