/* SPDX-License-Identifier: MIT
 *
 * NPABI_STRICT: what does not fit is refused before it runs, and nothing else is.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "preload/interpreter.h"
#include "preload/logged.h"

static void assert_has(const char *text, const char *piece)
{
	ck_assert_msg(*piece && strstr(text, piece), "no '%s' in: %s", piece, text);
}

/*
 * Runs CODE, which prints the ImportErrors that it meets and then, if MODULE is
 * not imported, "refused"; holds the texts against the record.
 */
static void check_refusal(const struct run *base, const char *module)
{
	struct program_result result;
	struct run run = *base;
	const char *record;

	run.settings[0] = log_setting;
	run.settings[1] = "NPABI_FORMAT=jsonl";
	run.settings[2] = "NPABI_STRICT=1";
	run_python(&run, &result);
	ck_assert_msg(result.exit_code == 0, "%s", result.errors);
	ck_assert_str_eq(result.errors, "");
	ck_assert_str_eq(last_line(result.output), "refused");
	record = read_only_record(module);
	assert_has(result.output, "refused by npabi (NPABI_STRICT=1): ");
	assert_has(result.output, json_member(record, "message"));
	/* the first piece of advice, behind the bracket */
	assert_has(strstr(record, "\"advice\":["), "-m pip install 'numpy");
	assert_has(strstr(result.output, "what to do: "), "-m pip install 'numpy");
	program_result_free(&result);
}

/* The mismatched extension under interpreter INDEX; TEST names what a skip is of. */
static void check_explicit(int index, const char *test, const char *code)
{
	struct run run;

	if (make_run_of_newer(&run, index, code, test))
		check_refusal(&run, "explicit");
}

START_TEST(refuses_when_numpy_is_there_already)
{
	check_explicit(_i, "refuses_when_numpy_is_there_already",
		       "import sys, numpy\ntry: import explicit\n"
		       "except ImportError as e: print(e)\n"
		       "print('ran' if 'explicit' in sys.modules else 'refused')");
}
END_TEST

START_TEST(refuses_when_its_own_import_of_numpy_has_returned)
{
	check_explicit(_i, "refuses_when_its_own_import_of_numpy_has_returned",
		       "import sys\ntry: import explicit\n"
		       "except ImportError as e: print(e)\n"
		       "print('ran' if 'explicit' in sys.modules else 'refused')");
}
END_TEST

START_TEST(refuses_whoever_tries_again)
{
	check_explicit(_i, "refuses_whoever_tries_again",
		       "import sys\ntexts = []\nfor i in range(3):\n"
		       "  try: import explicit\n"
		       "  except ImportError as e: texts.append(str(e))\n"
		       "print(texts[0])\n"
		       "print('refused' if texts == 3 * texts[:1] else texts)");
}
END_TEST

START_TEST(refuses_for_an_old_cython)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .site = interpreter->older};

	if (!has_older(interpreter, "refuses_for_an_old_cython"))
		return;
	/* its module stays in sys.modules whatever fails */
	run.code = "try: import explicit\nexcept ImportError as e: print(e); "
		   "print('refused')";
	check_refusal(&run, "explicit");
}
END_TEST

START_TEST(refuses_pywavelets)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter};

	if (strcmp(interpreter->version, "3.11") != 0)
		return;
	run.site = wheel_folder(PYWAVELETS);
	if (!interpreter_has(interpreter, run.site, "refuses_pywavelets", "not fetched"))
		return;
	run.code = "import sys, numpy\ntry: import pywt\nexcept ImportError as e: "
		   "print(e)\nprint('ran' if 'pywt._extensions._pywt' in sys.modules "
		   "else 'refused')";
	check_refusal(&run, "_pywt");
}
END_TEST

START_TEST(refuses_what_would_import_and_be_wrong)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .site = interpreter->unsafe};

	if (atoi(interpreter->version + 2) < 11 ||
	    !interpreter_has(interpreter, interpreter->unsafe,
			     "refuses_what_would_import_and_be_wrong", "not compiled"))
		return;
	run.code = "import sys, numpy\ntry: import bound\nexcept ImportError as e: "
		   "print(e)\nprint('ran' if 'bound' in sys.modules else 'refused')";
	check_refusal(&run, "bound");
}
END_TEST

/* It clears the error of its import, which has been refused, and gives a module. */
START_TEST(refuses_what_does_not_heed_it)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .site = interpreter->outcomes};

	if (!interpreter_has(interpreter, interpreter->outcomes,
			     "refuses_what_does_not_heed_it", "not compiled"))
		return;
	run.code = "import sys\ntry: import ignores\nexcept ImportError as e: print(e)\n"
		   "print('ran' if 'ignores' in sys.modules else 'refused')";
	check_refusal(&run, "ignores");
}
END_TEST

START_TEST(leaves_alone_what_fits)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .site = interpreter->own};

	if (!has_own(interpreter, "leaves_alone_what_fits"))
		return;
	run.settings[0] = "NPABI_STRICT=1";
	run.code = "import init, later, plain, numpy.linalg\n"
		   "print(init, later, plain, numpy.linalg.inv(numpy.eye(2)))";
	check_same(&run);
}
END_TEST

START_TEST(lets_run_where_nobody_asks)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .site = interpreter->newer};
	struct program_result result;

	if (!has_newer(interpreter, "lets_run_where_nobody_asks"))
		return;
	run.settings[0] = log_setting;
	run.settings[1] = "NPABI_STRICT=0";
	run.code = "import numpy, explicit";
	run_python(&run, &result);
	assert_has(last_line(result.errors), "ValueError: ");
	program_result_free(&result);
}
END_TEST

Suite *strict_suite(void);

Suite *strict_suite(void)
{
	Suite *suite = suite_create("strict");
	TCase *tcase = tcase_create("each interpreter");
	int count = interpreter_count();

	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, make_log_dir, remove_log_dir);
	tcase_add_loop_test(tcase, refuses_when_numpy_is_there_already, 0, count);
	tcase_add_loop_test(tcase, refuses_when_its_own_import_of_numpy_has_returned, 0,
			    count);
	tcase_add_loop_test(tcase, refuses_for_an_old_cython, 0, count);
	tcase_add_loop_test(tcase, refuses_whoever_tries_again, 0, count);
	tcase_add_loop_test(tcase, refuses_pywavelets, 0, count);
	tcase_add_loop_test(tcase, refuses_what_would_import_and_be_wrong, 0, count);
	tcase_add_loop_test(tcase, refuses_what_does_not_heed_it, 0, count);
	tcase_add_loop_test(tcase, leaves_alone_what_fits, 0, count);
	tcase_add_loop_test(tcase, lets_run_where_nobody_asks, 0, count);
	suite_add_tcase(suite, tcase);
	return suite;
}
