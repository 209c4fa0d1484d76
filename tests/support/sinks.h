/* SPDX-License-Identifier: MIT
 *
 * What the suites of sink write with and look at: one sink, a directory for its
 * targets, and what went to standard error.
 */
#ifndef NPABI_TESTS_SINKS_H
#define NPABI_TESTS_SINKS_H

#include <stdbool.h>

#include "report/sink.h"
#include "support/temp_dir.h"

extern struct temp_dir sink_dir;
extern struct sink sink;
extern char errors_path[TEMP_PATH_MAX]; /* where keep_errors sends them */

/* The fixture of each test. */
void sinks_setup(void);
void sinks_teardown(void);

/* Writes RECORD to the sink; as sink_write. */
bool put(const char *record);

/* Sends standard error into a file from here on. */
void keep_errors(void);

/*
 * What is in the file NAME of the directory, and in that of keep_errors; static
 * storage, good until the next call of either.
 */
const char *contents(const char *name);
const char *errors(void);

/* How often NEEDLE is in HAYSTACK. */
unsigned count(const char *haystack, const char *needle);

#endif
