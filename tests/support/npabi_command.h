/* SPDX-License-Identifier: MIT
 *
 * One test's command "npabi": its directory, its last run, and checks on that.
 */
#ifndef NPABI_TESTS_NPABI_COMMAND_H
#define NPABI_TESTS_NPABI_COMMAND_H

#include <stdbool.h>

#include "support/run_program.h"
#include "support/temp_dir.h"

#define SUFFIX ".cpython-311-x86_64-linux-gnu.so"

extern struct temp_dir command_dir;
extern struct program_result command_result;

/* Does build/npabi lie beside this program?  If not, says that tests are skipped. */
bool npabi_is_built(void);

/* The fixture of each test.  Nothing is preloaded in it. */
void command_setup(void);
void command_teardown(void);

/* Runs "BEFORE npabi ARGUMENTS", in sh's words, in the test's directory. */
void npabi(const char *before, const char *arguments);

/* Runs "npabi scan ARGUMENTS" likewise. */
void scan(const char *arguments);

/* Each fails unless WORDS are in what was printed there. */
void assert_output(const char *words);
void assert_errors(const char *words);

/* Fails unless Python, with the lines' objects as r, finds CONDITION true. */
void assert_json(const char *condition);

/* Makes the file NAME, an extension that has nothing to do with NumPy. */
void build_plain(const char *name);

#endif
