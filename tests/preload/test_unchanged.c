/* SPDX-License-Identifier: MIT
 *
 * What the library must not change: programs say and do the same with it as
 * without, at the default level unless a test is about another.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "preload/interpreter.h"
#include "preload/logged.h"

START_TEST(a_healthy_program_prints_nothing_more)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .site = interpreter->own};

	if (!has_own(interpreter, "a_healthy_program_prints_nothing_more"))
		return;
	run.code = "import sqlite3, init, later, plain, numpy.random, numpy.fft\n"
		   "print(numpy.random.RandomState(1).rand(3), init.zeros().size, "
		   "later.zeros().size)";
	check_same(&run);
}
END_TEST

START_TEST(no_warning_of_numpy_comes_to_light)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .site = interpreter->own};

	if (!has_own(interpreter, "no_warning_of_numpy_comes_to_light"))
		return;
	run.settings[0] = "NPABI_LEVEL=debug";
	run.settings[1] = "NPABI_LOG=/dev/null";
	run.settings[2] = "PYTHONWARNINGS=error";
	run.code = "import init, numpy.random; print(init.zeros().size)";
	check_same(&run);
}
END_TEST

static const char *const endings[] = {
	"import sys; sys.exit(3)",
	"import os; os._exit(4)",
	"raise RuntimeError('of the program')",
	"import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
	"import sys; sys.exit('words')",
	"import os; os.execvp('sh', ['sh', '-c', 'exit 5'])",
	"import ctypes; ctypes.CDLL(None).PyInit_nothing",
	"",
};

#define ENDINGS (int)(sizeof(endings) / sizeof(endings[0]))

START_TEST(a_program_ends_as_it_would)
{
	struct run run = {.interpreter = interpreter_at(_i / ENDINGS),
			  .code = endings[_i % ENDINGS]};

	check_same(&run);
}
END_TEST

START_TEST(switched_off_it_says_nothing_of_a_mismatch)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .site = interpreter->newer};

	if (!has_newer(interpreter, "switched_off_it_says_nothing_of_a_mismatch"))
		return;
	run.code = "import explicit";
	run.settings[0] = "NPABI_LEVEL=debug";
	run.settings[1] = "NPABI=0";
	check_same(&run);
	run.settings[1] = "NPABI=off";
	check_same(&run);
}
END_TEST

START_TEST(an_import_fails_with_the_same_words)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .site = interpreter->newer};

	if (!has_newer(interpreter, "an_import_fails_with_the_same_words"))
		return;
	run.settings[0] = "NPABI_LEVEL=debug";
	run.settings[1] = "NPABI_LOG=/dev/null";
	run.code = "import explicit";
	check_same(&run);
}
END_TEST

START_TEST(without_numpy_an_import_fails_as_it_would)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .site = interpreter->own};

	if (!has_own(interpreter, "without_numpy_an_import_fails_as_it_would"))
		return;
	run.no_numpy = true;
	run.code = "import sys; sys.modules['numpy'] = None\n"
		   "import later\n"
		   "try: later.zeros()\n"
		   "except ImportError as e: print('later:', e)\n"
		   "import init";
	check_same(&run);
}
END_TEST

/* Copies the library file "init" to NAME, cut to SIZE bytes, or zeroes it from there. */
static void copy_extension(const struct interpreter *interpreter, const char *name,
			   const char *way)
{
	struct program_result result;
	char command[2048];

	snprintf(command, sizeof(command),
		 "cp %s/init.*so %s && cd %s && case %s in cut) truncate -s 5000 %s;; "
		 "holes) dd if=/dev/zero of=%s bs=512 seek=2 count=4 conv=notrunc;; esac",
		 interpreter->own, temp_path(&log_dir, name), log_dir.path, way, name,
		 name);
	run_shell(command, &result);
	ck_assert_int_eq(result.exit_code, 0);
	program_result_free(&result);
}

START_TEST(a_broken_extension_fails_as_it_would)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .site = log_dir.path};

	if (!has_own(interpreter, "a_broken_extension_fails_as_it_would"))
		return;
	temp_file(&log_dir, "empty.so", "");
	temp_file(&log_dir, "words.so", "not an ELF file at all\n");
	copy_extension(interpreter, "short.so", "cut");
	copy_extension(interpreter, "misnamed.so", "whole");
	run.code = "for name in 'empty', 'words', 'short', 'misnamed':\n"
		   "    try: __import__(name)\n"
		   "    except ImportError as e: print(name, e)\n"
		   "import numpy; print(numpy.zeros(1))";
	check_same(&run);
}
END_TEST

START_TEST(faulthandler_still_tells_a_fault)
{
	struct program_result with, without;
	struct run run = {.interpreter = interpreter_at(_i)};

	run.arguments[0] = "-X";
	run.arguments[1] = "faulthandler";
	run.code = "import ctypes; ctypes.string_at(0)";
	run_python(&run, &with);
	run.without = true;
	run_python(&run, &without);
	ck_assert_int_eq(with.exit_code, without.exit_code);
	ck_assert_int_eq(count_pieces(with.errors, "\n"),
			 count_pieces(without.errors, "\n"));
	ck_assert_ptr_nonnull(strstr(with.errors, "Fatal Python error"));
	program_result_free(&with);
	program_result_free(&without);
}
END_TEST

START_TEST(pytest_counts_the_same)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct program_result with, without;
	struct run run = {.interpreter = interpreter, .site = interpreter->own};

	if (strcmp(interpreter->version, "3.11") != 0)
		return;
	if (!has_own(interpreter, "pytest_counts_the_same"))
		return;
	temp_file(&log_dir, "test_it.py",
		  "import init, numpy, warnings\n"
		  "def test_good(): assert init.zeros().size == 3\n"
		  "def test_bad(): assert numpy.zeros(1)[0] == 1\n"
		  "def test_warns(): warnings.warn('of the test')\n");
	run.site = with_pytest(interpreter->own);
	run.arguments[0] = "-mpytest";
	run.arguments[1] = "-pno:cacheprovider";
	run.arguments[2] = "-q";
	run.arguments[3] = "--no-header";
	run.arguments[4] = temp_path(&log_dir, "test_it.py");
	run_python(&run, &with);
	run.without = true;
	run_python(&run, &without);
	ck_assert_int_eq(without.exit_code, 1);
	ck_assert_int_eq(with.exit_code, without.exit_code);
	ck_assert_str_eq(with.errors, without.errors);
	/* but for the seconds at its end */
	ck_assert_int_eq(strncmp(last_line(with.output), "1 failed, 2 passed, 1 warning",
				 strlen("1 failed, 2 passed, 1 warning")),
			 0);
	program_result_free(&with);
	program_result_free(&without);
}
END_TEST

static const char *const strangers[] = {
	"/bin/true",   "echo words", "sh -c 'exit 7'", "cat /etc/passwd",
	"ls /nowhere", "env",	     "gcc --version",
};

START_TEST(what_is_not_python_hears_nothing)
{
	struct program_result with, without;
	char command[1024];

	snprintf(command, sizeof(command), "NPABI_LEVEL=debug; export NPABI_LEVEL; %s",
		 strangers[_i]);
	run_shell(command, &without);
	snprintf(command, sizeof(command),
		 "NPABI_LEVEL=debug; export NPABI_LEVEL; LD_PRELOAD=%s; export "
		 "LD_PRELOAD; %s"
		 " | grep -v ^LD_PRELOAD; exit $?",
		 built_program("libnpabi.so"), strangers[_i]);
	if (strcmp(strangers[_i], "env") != 0)
		*strstr(command, " | grep") = '\0';
	run_shell(command, &with);
	ck_assert_str_eq(with.output, without.output);
	ck_assert_str_eq(with.errors, without.errors);
	ck_assert_int_eq(with.exit_code, without.exit_code);
	program_result_free(&with);
	program_result_free(&without);
}
END_TEST

Suite *unchanged_suite(void);

Suite *unchanged_suite(void)
{
	Suite *suite = suite_create("unchanged");
	TCase *each = tcase_create("each interpreter");
	TCase *others = tcase_create("other programs");
	int count = interpreter_count();

	tcase_set_timeout(each, 120);
	tcase_add_checked_fixture(each, make_log_dir, remove_log_dir);
	tcase_add_loop_test(each, a_healthy_program_prints_nothing_more, 0, count);
	tcase_add_loop_test(each, no_warning_of_numpy_comes_to_light, 0, count);
	tcase_add_loop_test(each, a_program_ends_as_it_would, 0, count * ENDINGS);
	tcase_add_loop_test(each, switched_off_it_says_nothing_of_a_mismatch, 0, count);
	tcase_add_loop_test(each, an_import_fails_with_the_same_words, 0, count);
	tcase_add_loop_test(each, without_numpy_an_import_fails_as_it_would, 0, count);
	tcase_add_loop_test(each, a_broken_extension_fails_as_it_would, 0, count);
	tcase_add_loop_test(each, faulthandler_still_tells_a_fault, 0, count);
	tcase_add_loop_test(each, pytest_counts_the_same, 0, count);
	suite_add_tcase(suite, each);
	tcase_set_timeout(others, 60);
	tcase_add_loop_test(others, what_is_not_python_hears_nothing, 0,
			    (int)(sizeof(strangers) / sizeof(strangers[0])));
	suite_add_tcase(suite, others);
	return suite;
}
