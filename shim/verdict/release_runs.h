/* SPDX-License-Identifier: MIT
 *
 * A set of NumPy releases, and its name; for files of this folder.
 */
#ifndef NPABI_VERDICT_RELEASE_RUNS_H
#define NPABI_VERDICT_RELEASE_RUNS_H

#include <stdbool.h>

#include "base/textbuf.h"
#include "verdict/releases_table.h"

#define RELEASE_RUNS_MAX 64

/* By row of releases_runtimes; all false is the empty set. */
struct release_runs {
	bool has[RELEASE_RUNS_MAX];
	bool any;
};

/* Adds ROW, which is one of releases_runtimes or NULL; what is past the set is not. */
void release_runs_add(struct release_runs *runs, const struct release_runtime *row);

/* Appends each run of neighbouring releases once: "1.16-1.19 or 1.25-1.26". */
void release_runs_write(const struct release_runs *runs, struct npabi_textbuf *buf);

#endif
