/* SPDX-License-Identifier: MIT
 *
 * One test's log file, in a directory of its own, for what runs under the library.
 */
#ifndef NPABI_TESTS_PRELOAD_LOGGED_H
#define NPABI_TESTS_PRELOAD_LOGGED_H

#include "support/temp_dir.h"

#define LOG_SIZE (1 << 20)

extern struct temp_dir log_dir;
extern char log_setting[600];	/* "NPABI_LOG=..." for run->settings */
extern char log_text[LOG_SIZE]; /* what read_log has read */

/* The fixture of each test. */
void make_log_dir(void);
void remove_log_dir(void);

/* Reads the log; how many bytes. */
size_t read_log(void);

/*
 * Reads the log and gives the record of MODULE in it; fails unless there is one,
 * and none of another extension.
 */
const char *read_only_record(const char *module);

#endif
