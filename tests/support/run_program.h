/* SPDX-License-Identifier: MIT
 *
 * Runs a program to its end and keeps what it said.
 */
#ifndef NPABI_TESTS_RUN_PROGRAM_H
#define NPABI_TESTS_RUN_PROGRAM_H

#define PROGRAM_OUTPUT_MAX (1 << 20)

struct program_result {
	int exit_code; /* 128 + N: killed by signal N */
	char *output;  /* of standard output */
	char *errors;  /* of standard error */
};

/*
 * Runs ARGV (found in PATH, ended by NULL) with empty input, in the caller's
 * directory and environment.  The caller frees the result.
 */
void run_program(const char *const *argv, struct program_result *result);
void program_result_free(struct program_result *result);

/* Runs COMMAND in sh(1). */
void run_shell(const char *command, struct program_result *result);

/*
 * The path of the program NAME that lies beside the running test program
 * (build/NAME); static storage.
 */
const char *built_program(const char *name);

#endif
