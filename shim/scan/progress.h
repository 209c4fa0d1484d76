/* SPDX-License-Identifier: MIT
 *
 * A count on the terminal while a scan takes its time.
 */
#ifndef NPABI_SCAN_PROGRESS_H
#define NPABI_SCAN_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
	bool wanted;  /* stderr is a terminal that can take a line back */
	bool shown;   /* there is a line to be cleared */
	int64_t next; /* when to show it again, in ms */
};

/* Starts; nothing is shown in the first half second, or where it is not wanted. */
void progress_start(struct progress *progress);

/* Says that DONE of TOTAL files have been read; cheap to call for each. */
void progress_show(struct progress *progress, size_t done, size_t total);

/* Takes the line away, before other output and at the end. */
void progress_clear(struct progress *progress);

#endif
