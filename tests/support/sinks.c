/* SPDX-License-Identifier: MIT
 *
 * One sink for the suites of sink.  Each test runs in a process of its own.
 */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/sinks.h"

struct temp_dir sink_dir;
struct sink sink;
char errors_path[TEMP_PATH_MAX];

void sinks_setup(void)
{
	temp_dir_make(&sink_dir);
	snprintf(errors_path, sizeof(errors_path), "%s", temp_path(&sink_dir, "stderr"));
}

void sinks_teardown(void)
{
	temp_dir_remove(&sink_dir);
}

bool put(const char *record)
{
	return sink_write(&sink, record, strlen(record));
}

void keep_errors(void)
{
	int fd = open(errors_path, O_WRONLY | O_CREAT | O_APPEND, 0600);

	ck_assert_int_eq(dup2(fd, STDERR_FILENO), STDERR_FILENO);
	close(fd);
}

static const char *read_text(const char *path)
{
	static char text[65536];

	read_whole_file(path, text, sizeof(text));
	return text;
}

const char *contents(const char *name)
{
	return read_text(temp_path(&sink_dir, name));
}

const char *errors(void)
{
	return read_text(errors_path);
}

unsigned count(const char *haystack, const char *needle)
{
	unsigned found = 0;

	for (const char *p = strstr(haystack, needle); p; p = strstr(p + 1, needle))
		found++;
	return found;
}
