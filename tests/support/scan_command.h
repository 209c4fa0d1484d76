/* SPDX-License-Identifier: MIT
 *
 * One test's "npabi scan": its directory, its last run, and checks on that.
 */
#ifndef NPABI_TESTS_SCAN_COMMAND_H
#define NPABI_TESTS_SCAN_COMMAND_H

#include "support/run_program.h"
#include "support/temp_dir.h"

#define SUFFIX ".cpython-311-x86_64-linux-gnu.so"

extern struct temp_dir scan_dir;
extern struct program_result scan_result;

/* The fixture of each test. */
void scan_setup(void);
void scan_teardown(void);

/* Runs "npabi scan" with ARGUMENTS, in sh's words, in the test's directory. */
void scan(const char *arguments);

/* Each fails unless WORDS are in what was printed there. */
void assert_output(const char *words);
void assert_errors(const char *words);

/* Fails unless Python, with the lines' objects as r, finds CONDITION true. */
void assert_json(const char *condition);

/* Makes the file NAME, an extension that has nothing to do with NumPy. */
void build_plain(const char *name);

#endif
