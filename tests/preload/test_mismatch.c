/* SPDX-License-Identifier: MIT
 *
 * Mismatched extensions under each interpreter: what the record foretells is
 * held against what Python says in the same run.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "preload/interpreter.h"
#include "preload/logged.h"

/* Runs CODE, which imports MODULE, and holds the record of it against Python. */
static void check_prediction(const struct run *base, const char *module)
{
	struct program_result result;
	struct run run = *base;
	char expected[4096];
	const char *record;

	run.settings[0] = log_setting;
	run.settings[1] = "NPABI_FORMAT=jsonl";
	run_python(&run, &result);
	ck_assert_int_eq(result.exit_code, 1);
	ck_assert_ptr_nonnull(strstr(result.errors, "ValueError: "));
	record = read_only_record(module);
	ck_assert_str_eq(json_member(record, "verdict"), "error");
	snprintf(expected, sizeof(expected), "%s: %s", json_member(record, "error_type"),
		 json_member(record, "message"));
	ck_assert_str_eq(expected, last_line(result.errors));
	program_result_free(&result);
}

/* The mismatched extension under interpreter INDEX; TEST names what a skip is of. */
static void check_explicit(int index, const char *test, const char *code)
{
	struct run run;

	if (make_run_of_newer(&run, index, code, test))
		check_prediction(&run, "explicit");
}

START_TEST(foretells_the_words_of_python)
{
	check_explicit(_i, "foretells_the_words_of_python", "import explicit");
}
END_TEST

START_TEST(foretells_when_numpy_is_there_already)
{
	check_explicit(_i, "foretells_when_numpy_is_there_already",
		       "import numpy, explicit");
}
END_TEST

START_TEST(foretells_under_deepbind)
{
	check_explicit(_i, "foretells_under_deepbind",
		       "import os, sys; "
		       "sys.setdlopenflags(os.RTLD_NOW | os.RTLD_DEEPBIND);"
		       "import explicit");
}
END_TEST

START_TEST(foretells_with_lazy_binding)
{
	check_explicit(_i, "foretells_with_lazy_binding",
		       "import os, sys; sys.setdlopenflags(os.RTLD_LAZY); "
		       "import explicit");
}
END_TEST

START_TEST(foretells_for_an_old_cython)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .site = interpreter->older};

	if (!has_older(interpreter, "foretells_for_an_old_cython"))
		return;
	run.code = "import explicit";
	check_prediction(&run, "explicit");
}
END_TEST

START_TEST(foretells_for_pyxdameraulevenshtein)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .site = interpreter->newer};
	bool fits = !strcmp(interpreter->version, "3.8") ||
		    !strcmp(interpreter->version, "3.9");
	struct program_result found;
	char command[600];

	if (!fits || !has_newer(interpreter, "foretells_for_pyxdameraulevenshtein"))
		return;
	snprintf(command, sizeof(command), "ls %s/pyxdameraulevenshtein.*",
		 interpreter->newer);
	run_shell(command, &found);
	if (!interpreter_has(interpreter, found.exit_code ? NULL : found.output,
			     "foretells_for_pyxdameraulevenshtein", "not built"))
		return;
	program_result_free(&found);
	run.code = "import pyxdameraulevenshtein";
	check_prediction(&run, "pyxdameraulevenshtein");
}
END_TEST

START_TEST(foretells_for_pywavelets)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter};

	if (strcmp(interpreter->version, "3.11") != 0)
		return;
	run.site = wheel_folder(PYWAVELETS);
	if (!interpreter_has(interpreter, run.site, "foretells_for_pywavelets",
			     "not fetched"))
		return;
	run.code = "import pywt";
	check_prediction(&run, "_pywt");
}
END_TEST

START_TEST(speaks_before_python_does)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .site = interpreter->newer};
	struct program_result result;
	const char *ours, *pythons;

	if (!has_newer(interpreter, "speaks_before_python_does"))
		return;
	run.code = "import explicit";
	run_python(&run, &result);
	ours = strstr(result.errors, "npabi[");
	pythons = strstr(result.errors, "Traceback");
	ck_assert_ptr_nonnull(ours);
	ck_assert_ptr_nonnull(pythons);
	ck_assert(ours < pythons);
	program_result_free(&result);
}
END_TEST

START_TEST(tells_the_sizes_that_python_has)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .site = interpreter->newer};
	unsigned long dtype, flatiter, ndarray;
	struct program_result result;
	const char *record, *type;
	char version[64];

	if (!has_newer(interpreter, "tells_the_sizes_that_python_has"))
		return;
	run.settings[0] = log_setting;
	run.settings[1] = "NPABI_FORMAT=jsonl";
	run.code = "import numpy as n\ntry: import explicit\nexcept ValueError: pass\n"
		   "print(n.__version__, n.dtype.__basicsize__, n.flatiter.__basicsize__,"
		   " n.ndarray.__basicsize__)";
	run_python(&run, &result);
	ck_assert_int_eq(sscanf(result.output, "%63s %lu %lu %lu", version, &dtype,
				&flatiter, &ndarray),
			 4);
	read_log();
	record = find_record(log_text, "/explicit.");
	ck_assert_ptr_nonnull(record);
	type = strstr(record, "\"numpy.dtype\"");
	ck_assert_uint_eq(strtoul(json_member(type, "actual"), NULL, 10), dtype);
	type = strstr(record, "\"numpy.flatiter\"");
	ck_assert_uint_eq(strtoul(json_member(type, "actual"), NULL, 10), flatiter);
	type = strstr(record, "\"numpy.ndarray\"");
	ck_assert_uint_eq(strtoul(json_member(type, "actual"), NULL, 10), ndarray);
	ck_assert_str_eq(json_member(strstr(record, "\"runtime\""), "numpy"), version);
	program_result_free(&result);
}
END_TEST

START_TEST(advises_the_pip_of_the_interpreter)
{
	struct program_result result;
	char advice[600];
	struct run run;

	if (!make_run_of_newer(&run, _i,
			       "import sys; print(sys.executable)\n"
			       "try: import explicit\nexcept ValueError: pass",
			       "advises_the_pip_of_the_interpreter"))
		return;
	run_python(&run, &result);
	snprintf(advice, sizeof(advice), "what to do: %s -m pip install 'numpy",
		 last_line(result.output));
	ck_assert_msg(strstr(result.errors, advice), "no '%s' in: %s", advice,
		      result.errors);
	program_result_free(&result);
}
END_TEST

Suite *mismatch_suite(void);

Suite *mismatch_suite(void)
{
	Suite *suite = suite_create("mismatch");
	TCase *tcase = tcase_create("each interpreter");
	int count = interpreter_count();

	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, make_log_dir, remove_log_dir);
	tcase_add_loop_test(tcase, foretells_the_words_of_python, 0, count);
	tcase_add_loop_test(tcase, foretells_when_numpy_is_there_already, 0, count);
	tcase_add_loop_test(tcase, foretells_under_deepbind, 0, count);
	tcase_add_loop_test(tcase, foretells_with_lazy_binding, 0, count);
	tcase_add_loop_test(tcase, foretells_for_an_old_cython, 0, count);
	tcase_add_loop_test(tcase, foretells_for_pyxdameraulevenshtein, 0, count);
	tcase_add_loop_test(tcase, foretells_for_pywavelets, 0, count);
	tcase_add_loop_test(tcase, speaks_before_python_does, 0, count);
	tcase_add_loop_test(tcase, advises_the_pip_of_the_interpreter, 0, count);
	tcase_add_loop_test(tcase, tells_the_sizes_that_python_has, 0, count);
	suite_add_tcase(suite, tcase);
	return suite;
}
