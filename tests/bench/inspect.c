/* SPDX-License-Identifier: MIT
 *
 * Times the reading of extensions: for each file named as an argument one line
 * with the microseconds of one inspection, the bytes that were read of the file,
 * its size, and its path.  Opening counts; owner and verdict do not.  It is
 * processor time, which other work on the machine does not change and which, with
 * one thread and the file in memory, is all the time.  Called by scripts/bench,
 * which runs it several times.
 */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "base/source.h"
#include "elf/image.h"
#include "facts/collect.h"

static double read_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void inspect_file(const char *path)
{
	static struct npabi_arena memory;
	static struct facts facts;
	struct npabi_source source;
	struct elf_image image;
	enum npabi_status status;
	double start = read_clock();

	status = npabi_source_open(&source, path);
	if (status == NPABI_OK) {
		status = elf_image_from_file(&image, &source);
		if (status == NPABI_OK)
			status = facts_collect(&memory, &image, false, &facts);
		printf("%.1f %" PRIu64 " %" PRIu64 " %s\n", read_clock() - start,
		       source.bytes_read, source.size, path);
		npabi_source_close(&source);
	}
	if (status != NPABI_OK)
		fprintf(stderr, "%s: %s\n", path, npabi_status_text(status));
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		inspect_file(argv[i]);
	return 0;
}
