/* SPDX-License-Identifier: MIT
 *
 * NPABI_SUMMARY: the table at the end of a process.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "preload/interpreter.h"
#include "preload/logged.h"

/* A run of CODE, and of its summary alone in the log. */
static bool make_run(struct run *run, int index, const char *code, const char *test)
{
	if (!make_run_of_outcomes(run, index, code, test))
		return false;
	run->settings[0] = log_setting;
	run->settings[1] = "NPABI_SUMMARY=1";
	run->settings[2] = "NPABI_LEVEL=error";
	return true;
}

static void assert_has(const char *piece)
{
	ck_assert_msg(strstr(log_text, piece) != NULL, "no '%s' in: %s", piece, log_text);
}

START_TEST(has_a_row_for_each_extension)
{
	struct run run;

	if (!make_run(&run, _i,
		      "import numpy, warns, phases\n"
		      "try: import explicit\nexcept ValueError as e: print(e)\n"
		      "import missing",
		      "has_a_row_for_each_extension"))
		return;
	check_same(&run);
	read_log();
	assert_has("]: summary: ");
	assert_has("1 error, 1 warn, ");
	assert_has("]:   error    error    1.2"); /* of explicit */
	assert_has(" explicit\n");
	assert_has("]:   warn     warn     - ");
	assert_has(" warns\n");
	assert_has(" phases\n");
	assert_has("]:   ok       error    ");
	assert_has(" missing\n");
	ck_assert_int_eq(count_pieces(log_text, "summary: "), 1);
}
END_TEST

START_TEST(tells_of_what_was_refused)
{
	struct program_result result;
	struct run run;

	if (!make_run(&run, _i, "import numpy, explicit", "tells_of_what_was_refused"))
		return;
	run.settings[3] = "NPABI_STRICT=1";
	run_python(&run, &result);
	read_log();
	assert_has("]:   error    refused  1.2");
	program_result_free(&result);
}
END_TEST

START_TEST(a_fork_tells_only_of_its_own)
{
	struct run run;

	if (!make_run(&run, _i,
		      "import os, sys, numpy\n"
		      "for name in 'sys', 'phases':\n"
		      "  if os.fork() == 0: __import__(name); sys.exit(0)\n"
		      "  os.wait()\n",
		      "a_fork_tells_only_of_its_own"))
		return;
	check_same(&run);
	read_log();
	ck_assert_int_eq(count_pieces(log_text, "summary: "), 2);
	assert_has("summary: 1 extension uses NumPy");
	ck_assert_int_eq(count_pieces(log_text, " phases\n"), 1);
}
END_TEST

START_TEST(without_numpy_says_so)
{
	struct run run = {.interpreter = interpreter_at(_i), .code = "print(1)"};

	run.settings[0] = log_setting;
	run.settings[1] = "NPABI_SUMMARY=1";
	check_same(&run);
	read_log();
	assert_has("summary: 0 extensions use NumPy\n");
}
END_TEST

Suite *summary_suite(void);

Suite *summary_suite(void)
{
	Suite *suite = suite_create("summary");
	TCase *tcase = tcase_create("each interpreter");
	int count = interpreter_count();

	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, make_log_dir, remove_log_dir);
	tcase_add_loop_test(tcase, has_a_row_for_each_extension, 0, count);
	tcase_add_loop_test(tcase, tells_of_what_was_refused, 0, count);
	tcase_add_loop_test(tcase, a_fork_tells_only_of_its_own, 0, count);
	tcase_add_loop_test(tcase, without_numpy_says_so, 0, count);
	suite_add_tcase(suite, tcase);
	return suite;
}
