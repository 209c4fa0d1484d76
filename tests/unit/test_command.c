/* SPDX-License-Identifier: MIT
 *
 * command: what a shell makes of the words that people copy.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "report/command.h"
#include "support/run_program.h"

Suite *command_suite(void);

static char text[2048];

static const char *pip_of(const char *python)
{
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, text, sizeof(text));
	command_append_pip(&buf, python);
	return text;
}

static const char *const paths[] = {
	"/usr/bin/python3",	     "/srv/my venv/bin/python", "/srv/o'brien/bin/python",
	"/srv/$HOME/bin/python",     "/srv/a;b&c/bin/python",	"/srv/~x/bin/python",
	"/srv/\xc3\xbcx/bin/python", "/srv/`id`\\n/bin/python", "/srv/a\"b/-x/python",
	"/srv/[ab]*/bin/python",
};

#define PATHS (sizeof(paths) / sizeof(paths[0]))

/* sh prints the words that it has read, one a line. */
START_TEST(a_shell_reads_the_path_as_it_is)
{
	struct program_result result;
	char command[4096], expected[1024];

	snprintf(command, sizeof(command), "printf '%%s\\n' %s", pip_of(paths[_i]));
	snprintf(expected, sizeof(expected), "%s\n-m\npip\n", paths[_i]);
	run_shell(command, &result);
	ck_assert_str_eq(result.output, expected);
	program_result_free(&result);
}
END_TEST

START_TEST(a_plain_path_has_no_quotes)
{
	ck_assert_str_eq(pip_of(paths[0]), "/usr/bin/python3 -m pip");
}
END_TEST

START_TEST(what_cannot_be_typed_is_left_out)
{
	static const char *const odd[] = {NULL,
					  "",
					  "python",
					  "/srv/\n/python",
					  "/srv/\x1b[1m/python",
					  "/srv/\xff/python"};
	char long_path[COMMAND_PYTHON_MAX + 1];

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		ck_assert_str_eq(pip_of(odd[i]), "python -m pip");
	memset(long_path, '/', sizeof(long_path));
	long_path[COMMAND_PYTHON_MAX] = '\0';
	ck_assert_str_eq(pip_of(long_path), "python -m pip");
}
END_TEST

Suite *command_suite(void)
{
	Suite *suite = suite_create("command");
	TCase *words = tcase_create("words");

	tcase_add_loop_test(words, a_shell_reads_the_path_as_it_is, 0, (int)PATHS);
	tcase_add_test(words, a_plain_path_has_no_quotes);
	tcase_add_test(words, what_cannot_be_typed_is_left_out);
	suite_add_tcase(suite, words);
	return suite;
}
