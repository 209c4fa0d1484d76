/* SPDX-License-Identifier: MIT
 *
 * The progress line, on stderr and on terminals only.  Called by scan.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "scan/progress.h"

#define FIRST_MS 500
#define EVERY_MS 100

static int64_t clock_ms(void)
{
	struct timespec now = {0};

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/* Can it take a line back? */
static bool is_capable_terminal(int fd)
{
	const char *terminal = getenv("TERM");

	return isatty(fd) && terminal && strcmp(terminal, "dumb") != 0;
}

void progress_start(struct progress *progress)
{
	*progress = (struct progress){
		.wanted = is_capable_terminal(STDERR_FILENO),
		.next = clock_ms() + FIRST_MS,
	};
}

void progress_show(struct progress *progress, size_t done, size_t total)
{
	int64_t now;

	if (!progress->wanted)
		return;
	now = clock_ms();
	if (now < progress->next)
		return;
	fprintf(stderr, "\r\x1b[Knpabi: %zu of %zu files", done, total);
	progress->shown = true;
	progress->next = now + EVERY_MS;
}

void progress_clear(struct progress *progress)
{
	if (progress->shown)
		fputs("\r\x1b[K", stderr);
	progress->shown = false;
}
