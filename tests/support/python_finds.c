/* SPDX-License-Identifier: MIT
 *
 * Called by suites that hold documents against what they should say.
 */
#include <check.h>
#include <stdio.h>

#include "support/python_finds.h"
#include "support/run_program.h"

void python_runs(const char *argument, const char *program)
{
	const char *argv[] = {"python3", "-c", program, argument, NULL};
	struct program_result result;

	run_program(argv, &result);
	ck_assert_msg(result.exit_code == 0, "%.3000s", result.errors);
	program_result_free(&result);
}

void python_finds(const char *path, const char *preface, const char *condition,
		  const char *shown)
{
	char program[4096];
	int length = snprintf(program, sizeof(program), "%sassert %s, %s\n", preface,
			      condition, shown);

	ck_assert_int_lt(length, (int)sizeof(program));
	python_runs(path, program);
}
