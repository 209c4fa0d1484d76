/* SPDX-License-Identifier: MIT
 *
 * Running build/npabi in a directory of its own, and looking at what it said.
 * Called by the suites of the command.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/npabi_command.h"
#include "support/python_finds.h"
#include "support/toolchain.h"

/* An extension that has nothing to do with NumPy. */
static const char plain_source[] = "void *PyInit_plain(void) { return (void *)0; }";

struct temp_dir command_dir;
struct program_result command_result;

bool npabi_is_built(void)
{
	if (access(built_program("npabi"), X_OK) == 0)
		return true;
	fputs("skipped: npabi is not built beside this program\n", stderr);
	return false;
}

void command_setup(void)
{
	temp_dir_make(&command_dir);
	memset(&command_result, 0, sizeof(command_result));
	unsetenv("LD_PRELOAD");
}

void command_teardown(void)
{
	program_result_free(&command_result);
	temp_dir_remove(&command_dir);
}

void npabi(const char *before, const char *arguments)
{
	char command[4096];

	snprintf(command, sizeof(command), "cd %s && %s %s %s", command_dir.path, before,
		 built_program("npabi"), arguments);
	program_result_free(&command_result);
	run_shell(command, &command_result);
}

void scan(const char *arguments)
{
	char words[2048];

	snprintf(words, sizeof(words), "scan %s", arguments);
	npabi("", words);
}

void assert_output(const char *words)
{
	ck_assert_msg(strstr(command_result.output, words) != NULL,
		      "no '%s' in:\n%.2000s\n%.500s", words, command_result.output,
		      command_result.errors);
}

void assert_errors(const char *words)
{
	ck_assert_msg(strstr(command_result.errors, words) != NULL,
		      "no '%s' in:\n%.2000s", words, command_result.errors);
}

void build_plain(const char *name)
{
	char path[256];
	const char *built = build_object(&command_dir, "built.so", "", plain_source);

	ck_assert_ptr_nonnull(built);
	snprintf(path, sizeof(path), "%s", built);
	temp_file(&command_dir, name, "");
	ck_assert_int_eq(rename(path, temp_path(&command_dir, name)), 0);
}

void assert_json(const char *condition)
{
	python_finds(temp_file(&command_dir, "lines", command_result.output),
		     "import json, sys\n"
		     "r = [json.loads(line) for line in open(sys.argv[1])]\n",
		     condition, "r");
}
