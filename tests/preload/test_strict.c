/* SPDX-License-Identifier: MIT
 *
 * NPABI_STRICT: what does not fit is refused before it runs, and nothing else is.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "preload/interpreter.h"
#include "support/temp_dir.h"

#define LOG_SIZE (1 << 20)

static struct temp_dir dir;
static char log_setting[600];
static char log_text[LOG_SIZE];

static void make_dir(void)
{
	temp_dir_make(&dir);
	snprintf(log_setting, sizeof(log_setting), "NPABI_LOG=%s",
		 temp_path(&dir, "log"));
}

static void remove_dir(void)
{
	temp_dir_remove(&dir);
}

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
	char name[128];

	run.settings[0] = log_setting;
	run.settings[1] = "NPABI_FORMAT=jsonl";
	run.settings[2] = "NPABI_STRICT=1";
	run_python(&run, &result);
	ck_assert_msg(result.exit_code == 0, "%s", result.errors);
	ck_assert_str_eq(result.errors, "");
	ck_assert_str_eq(last_line(result.output), "refused");
	read_whole_file(temp_path(&dir, "log"), log_text, LOG_SIZE);
	snprintf(name, sizeof(name), "/%s.", module);
	record = find_record(log_text, name);
	ck_assert_msg(record != NULL, "no record of %s in: %s", module, log_text);
	assert_has(result.output, "refused by npabi (NPABI_STRICT=1): ");
	assert_has(result.output, json_member(record, "message"));
	/* the first piece of advice, behind the bracket */
	assert_has(strstr(record, "\"advice\":["), "pip install 'numpy");
	assert_has(result.output, "what to do: pip install 'numpy");
	ck_assert_int_eq(count_pieces(log_text, "\"event\":\"extension\""), 1);
	program_result_free(&result);
}

static bool has_newer(const struct interpreter *interpreter, const char *test)
{
	return interpreter_has(interpreter, interpreter->newer, test,
			       "no mismatched extension");
}

START_TEST(refuses_when_numpy_is_there_already)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .site = interpreter->newer};

	if (!has_newer(interpreter, "refuses_when_numpy_is_there_already"))
		return;
	run.code = "import sys, numpy\ntry: import explicit\nexcept ImportError as e: "
		   "print(e)\nprint('ran' if 'explicit' in sys.modules else 'refused')";
	check_refusal(&run, "explicit");
}
END_TEST

START_TEST(refuses_when_its_own_import_of_numpy_has_returned)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .site = interpreter->newer};

	if (!has_newer(interpreter, "refuses_when_its_own_import_of_numpy_has_returned"))
		return;
	run.code = "import sys\ntry: import explicit\nexcept ImportError as e: "
		   "print(e)\nprint('ran' if 'explicit' in sys.modules else 'refused')";
	check_refusal(&run, "explicit");
}
END_TEST

START_TEST(refuses_for_an_old_cython)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .site = interpreter->older};

	/* what Cython 0.28 makes does not compile for later ones */
	if (atoi(interpreter->version + 2) > 8 ||
	    !interpreter_has(interpreter, interpreter->older, "refuses_for_an_old_cython",
			     "not compiled"))
		return;
	/* its module stays in sys.modules whatever fails */
	run.code = "try: import explicit\nexcept ImportError as e: print(e); "
		   "print('refused')";
	check_refusal(&run, "explicit");
}
END_TEST

START_TEST(refuses_whoever_tries_again)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .site = interpreter->newer};

	if (!has_newer(interpreter, "refuses_whoever_tries_again"))
		return;
	run.code = "import sys\ntexts = []\nfor i in range(3):\n"
		   "  try: import explicit\n"
		   "  except ImportError as e: texts.append(str(e))\n"
		   "print(texts[0])\n"
		   "print('refused' if texts == 3 * texts[:1] else texts)";
	check_refusal(&run, "explicit");
}
END_TEST

START_TEST(refuses_pywavelets)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter};
	char folder[512];
	struct stat status;

	if (strcmp(interpreter->version, "3.11") != 0)
		return;
	snprintf(folder, sizeof(folder), "build/preload-tests/wheels/unpacked/%s",
		 "PyWavelets-1.4.1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64"
		 ".whl");
	run.site = stat(folder, &status) ? NULL : folder;
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

START_TEST(leaves_alone_what_fits)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .site = interpreter->own};

	if (!interpreter_has(interpreter, interpreter->own, "leaves_alone_what_fits",
			     "no extensions"))
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
	tcase_add_checked_fixture(tcase, make_dir, remove_dir);
	tcase_add_loop_test(tcase, refuses_when_numpy_is_there_already, 0, count);
	tcase_add_loop_test(tcase, refuses_when_its_own_import_of_numpy_has_returned, 0,
			    count);
	tcase_add_loop_test(tcase, refuses_for_an_old_cython, 0, count);
	tcase_add_loop_test(tcase, refuses_whoever_tries_again, 0, count);
	tcase_add_loop_test(tcase, refuses_pywavelets, 0, count);
	tcase_add_loop_test(tcase, refuses_what_would_import_and_be_wrong, 0, count);
	tcase_add_loop_test(tcase, leaves_alone_what_fits, 0, count);
	tcase_add_loop_test(tcase, lets_run_where_nobody_asks, 0, count);
	suite_add_tcase(suite, tcase);
	return suite;
}
