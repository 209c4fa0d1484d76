/* SPDX-License-Identifier: MIT
 *
 * Running "npabi scan" in a directory of its own, and looking at what it said.
 * Called by the suites on that command.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/scan_command.h"
#include "support/toolchain.h"

/* An extension that has nothing to do with NumPy. */
static const char plain_source[] = "void *PyInit_plain(void) { return (void *)0; }";

struct temp_dir scan_dir;
struct program_result scan_result;

void scan_setup(void)
{
	temp_dir_make(&scan_dir);
	memset(&scan_result, 0, sizeof(scan_result));
}

void scan_teardown(void)
{
	program_result_free(&scan_result);
	temp_dir_remove(&scan_dir);
}

void scan(const char *arguments)
{
	char command[4096];

	snprintf(command, sizeof(command), "cd %s && %s scan %s", scan_dir.path,
		 built_program("npabi"), arguments);
	program_result_free(&scan_result);
	run_shell(command, &scan_result);
}

void assert_output(const char *words)
{
	ck_assert_msg(strstr(scan_result.output, words) != NULL,
		      "no '%s' in:\n%.2000s\n%.500s", words, scan_result.output,
		      scan_result.errors);
}

void assert_errors(const char *words)
{
	ck_assert_msg(strstr(scan_result.errors, words) != NULL, "no '%s' in:\n%.2000s",
		      words, scan_result.errors);
}

void build_plain(const char *name)
{
	char path[256];
	const char *built = build_object(&scan_dir, "built.so", "", plain_source);

	ck_assert_ptr_nonnull(built);
	snprintf(path, sizeof(path), "%s", built);
	temp_file(&scan_dir, name, "");
	ck_assert_int_eq(rename(path, temp_path(&scan_dir, name)), 0);
}

void assert_json(const char *condition)
{
	char program[1024];
	const char *path = temp_file(&scan_dir, "lines", scan_result.output);
	const char *argv[] = {"python3", "-c", program, path, NULL};
	struct program_result judged;

	snprintf(program, sizeof(program),
		 "import json, sys\n"
		 "r = [json.loads(line) for line in open(sys.argv[1])]\n"
		 "assert %s, r\n",
		 condition);
	run_program(argv, &judged);
	ck_assert_msg(judged.exit_code == 0, "%.2000s", judged.errors);
	program_result_free(&judged);
}
