/* SPDX-License-Identifier: MIT
 *
 * Outcome records under each interpreter: what is said to have become of an import
 * is held against what Python itself says in the same run, and what Python says
 * against what it says without the library.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "preload/interpreter.h"
#include "preload/logged.h"

/* One way that an import ends. */
struct ending {
	const char *module;
	const char *code; /* behind "import sys, numpy" and without */
	const char *predicted, *observed, *agrees;
};

static const struct ending endings[] = {
	{"explicit", "import explicit", "error", "error", "true"},
	{"warns", "import warns", "warn", "warn", "true"},
	{"exact", "import exact", "error", "error", "true"},
	{"tries", "import tries; print(tries.has_table)", "error", "ok", "false"},
	{"missing", "import missing", "ok", "error", "null"},
	{"executes", "import executes", "error", "error", "true"},
	{"phases", "import phases; print(phases.answer)", "ok", "ok", "true"},
	{"init", "import init", "error", "error", "true"},
	{"linked", "import linked", "error", "error", "true"},
	{"leaves", "import leaves", "error", "error", "true"},
	{"hidden", "import hidden", "ok", "warn", "true"},
	{"chained", "import chained", "ok", "error", "null"},
	{"phases", "import sys; sys.fail_phases = 1; import phases", "ok", "error",
	 "null"},
	{"warns", "import warnings; warnings.simplefilter('error'); import warns", "warn",
	 "error", "true"},
	{"ignores", "for i in range(3): import ignores; del sys.modules['ignores']",
	 "unsafe", "ok", "true"},
	{"accented",
	 "import importlib.util as u; o = u.find_spec('accented').origin\n"
	 "u.module_from_spec(u.spec_from_file_location('gr\\xf6\\xdfe', o))",
	 "error", "error", "true"},
	{"explicit",
	 "for i in range(3):\n  try: import explicit\n  except ValueError as e: print(e)",
	 "error", "error", "true"},
};

#define ENDINGS	 (int)(sizeof(endings) / sizeof(endings[0]))
#define BRINGING 5 /* the first ones are enough without NumPy imported before */

/* A run of CODE where the extensions of prepare's build_outcomes can be imported. */
static bool make_run(struct run *run, int index, const char *code, const char *test)
{
	if (!make_run_of_outcomes(run, index, code, test))
		return false;
	run->settings[0] = log_setting;
	run->settings[1] = "NPABI_FORMAT=jsonl";
	run->settings[2] = "NPABI_LEVEL=debug";
	return true;
}

/* The next outcome record of MODULE in LOG; NULL: none. */
static const char *next_outcome(const char *log, const char *module)
{
	char name[128];

	snprintf(name, sizeof(name), "/%s.", module);
	for (; log && *log; log += *log == '\n') {
		if (strcmp(json_member(log, "event"), "outcome") == 0 &&
		    strstr(json_member(log, "path"), name))
			return log;
		log += strcspn(log, "\n");
	}
	return NULL;
}

/* The only outcome record of MODULE. */
static const char *read_outcome(const char *module)
{
	const char *record;

	read_log();
	record = next_outcome(log_text, module);
	ck_assert_msg(record != NULL, "no outcome of %s in: %s", module, log_text);
	ck_assert_ptr_null(next_outcome(strchr(record, '\n'), module));
	return record;
}

/* What Python said last is in RECORD, which leaves out the quotes of a KeyError. */
static void check_words(const char *record, const struct program_result *result)
{
	char expected[4096];

	snprintf(expected, sizeof(expected), "%s: %s", json_member(record, "error_type"),
		 json_member(record, "message"));
	if (result->exit_code && strncmp(expected, "KeyError", 8) != 0)
		ck_assert_str_eq(last_line(result->errors), expected);
}

static void check_ending(int index, const struct ending *ending, const char *code)
{
	struct program_result with, without;
	const char *record;
	struct run run;

	if (!make_run(&run, index, code, ending->module))
		return;
	run_python(&run, &with);
	record = read_outcome(ending->module);
	ck_assert_str_eq(json_member(record, "predicted"), ending->predicted);
	ck_assert_str_eq(json_member(record, "observed"), ending->observed);
	ck_assert_str_eq(json_member(record, "agrees"), ending->agrees);
	if (strcmp(ending->observed, "ok") == 0)
		ck_assert_str_eq(json_member(record, "message"), "null");
	else
		check_words(record, &with);
	run.without = true;
	run_python(&run, &without);
	assert_same(&with, &without);
	program_result_free(&with);
	program_result_free(&without);
}

START_TEST(tells_what_became_of_it)
{
	const struct ending *ending = &endings[_i % ENDINGS];
	char code[512];

	snprintf(code, sizeof(code), "import sys, numpy\n%s", ending->code);
	check_ending(_i / ENDINGS, ending, code);
}
END_TEST

START_TEST(tells_it_where_the_extension_brings_numpy)
{
	const struct ending *ending = &endings[_i % BRINGING];

	check_ending(_i / BRINGING, ending, ending->code);
}
END_TEST

/* How warnings can be treated. */
static const char *const filters[] = {
	"PYTHONWARNINGS=",
	"PYTHONWARNINGS=always",
	"PYTHONWARNINGS=error",
	"PYTHONWARNINGS=ignore",
};

#define FILTERS (int)(sizeof(filters) / sizeof(filters[0]))

START_TEST(warnings_are_what_they_would_be)
{
	struct run run;

	if (!make_run(&run, _i / FILTERS, NULL, "warnings_are_what_they_would_be"))
		return;
	run.settings[3] = filters[_i % FILTERS];
	run.code = "import sys, numpy\ndef go():\n  import warns\n  import hidden\n"
		   "try: go()\nexcept Exception as e: print(repr(e), e.__cause__)\n"
		   "print(sorted(str(k) for k in __warningregistry__) if "
		   "'__warningregistry__' in globals() else None)";
	check_same(&run);
	ck_assert_uint_gt(read_log(), 0);
}
END_TEST

START_TEST(a_warning_is_caught_as_it_would_be)
{
	struct run run;

	if (!make_run(&run, _i, NULL, "a_warning_is_caught_as_it_would_be"))
		return;
	run.code = "import sys, warnings\n"
		   "with warnings.catch_warnings(record=True) as w:\n"
		   "  warnings.simplefilter('always')\n  import hidden\n  import warns\n"
		   "print([(str(x.message), x.category, x.filename, x.lineno, x.source) "
		   "for x "
		   "in w])";
	check_same(&run);
}
END_TEST

START_TEST(a_false_prediction_is_seen_at_the_default_level)
{
	struct run run;

	if (!make_run(&run, _i, "import numpy, tries",
		      "a_false_prediction_is_seen_at_the_default_level"))
		return;
	run.settings[2] = NULL;
	check_same(&run);
	ck_assert_str_eq(json_member(read_outcome("tries"), "agrees"), "false");
	ck_assert_ptr_null(next_outcome(log_text, "_umath_linalg"));
}
END_TEST

START_TEST(a_healthy_outcome_is_not_told_at_the_default_level)
{
	struct run run;

	if (!make_run(&run, _i, "import numpy, phases\nimport missing",
		      "a_healthy_outcome_is_not_told_at_the_default_level"))
		return;
	run.settings[0] = "NPABI_LOG=stderr";
	run.settings[2] = NULL;
	check_same(&run);
}
END_TEST

START_TEST(a_foretold_error_is_told_at_level_error)
{
	struct run run;

	if (!make_run(&run, _i, "import numpy, warns, phases, explicit",
		      "a_foretold_error_is_told_at_level_error"))
		return;
	run.settings[2] = "NPABI_LEVEL=error";
	check_same(&run);
	ck_assert_str_eq(json_member(read_outcome("explicit"), "agrees"), "true");
	ck_assert_ptr_null(next_outcome(log_text, "warns"));
	ck_assert_ptr_null(next_outcome(log_text, "phases"));
}
END_TEST

/* CPython's own SystemError, and no question of ours to what has no type. */
START_TEST(an_object_without_a_type_is_left_to_python)
{
	struct run run;

	if (!make_run(&run, _i, "import numpy, untyped",
		      "an_object_without_a_type_is_left_to_python"))
		return;
	check_same(&run);
	read_log();
	ck_assert_ptr_null(next_outcome(log_text, "untyped"));
}
END_TEST

START_TEST(nothing_is_told_of_what_was_refused)
{
	struct program_result result;
	struct run run;

	if (!make_run(&run, _i, "import explicit", "nothing_is_told_of_what_was_refused"))
		return;
	run.settings[3] = "NPABI_STRICT=1";
	run_python(&run, &result);
	ck_assert_int_eq(result.exit_code, 1);
	read_log();
	ck_assert_ptr_null(next_outcome(log_text, "explicit"));
	program_result_free(&result);
}
END_TEST

START_TEST(nothing_is_told_of_what_came_before_its_verdict)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run;

	if (!has_own(interpreter, "nothing_is_told_of_what_came_before_its_verdict") ||
	    !make_run(&run, _i, "import later, numpy\nprint(later.zeros().size)",
		      "nothing_is_told_of_what_came_before_its_verdict"))
		return;
	run.site = interpreter->own;
	check_same(&run);
	read_log();
	ck_assert_ptr_null(next_outcome(log_text, "later"));
}
END_TEST

/* Programs in which much else goes on than one import. */

/* An exception that must not be asked for its text. */
static const char odd_exception[] =
	"import sys, numpy\n"
	"class Odd(ImportError):\n"
	"  args = property(lambda self: print('asked'))\n"
	"  def __str__(self): print('shown'); return 'odd'\n"
	"class Finder:\n"
	"  def find_spec(self, name, *rest):\n"
	"    if name == 'nowhere': raise Odd()\n"
	"sys.meta_path.insert(0, Finder())\n"
	"try: import missing\nexcept ImportError as e: print(type(e))";

/* A child that imports. */
static const char child[] =
	"import os, sys, numpy\n"
	"if os.fork() == 0:\n"
	"  import phases, ignores\n  print(phases.answer); sys.stdout.flush(); "
	"os._exit(0)\n"
	"print(os.wait()[1])\nimport phases; print(phases.answer)";

/* Another interpreter. */
static const char other_interpreter[] =
	"import numpy, sys\n"
	"code = 'import sys; sys.path[:] = ' + repr(sys.path) + '; import phases; "
	"print(phases.answer)'\n"
	"try:\n  import _testcapi; print(_testcapi.run_in_subinterp(code))\n"
	"except ImportError: print('none')\n"
	"import phases; print(phases.answer)";

/* An init function that is called by hand, and twice. */
static const char by_hand[] =
	"import ctypes, glob, sys, numpy\n"
	"path = [f for d in sys.path for f in glob.glob(d + '/ignores.*so')][0]\n"
	"init = ctypes.PyDLL(path).PyInit_ignores\ninit.restype = ctypes.py_object\n"
	"print(init().__name__)\nimport ignores\nprint(init().__name__)";

/* Modules that are executed later, or never, or again. */
static const char late_modules[] =
	"import importlib.util as u, importlib, sys, numpy\n"
	"spec = u.find_spec('phases')\nfirst = u.module_from_spec(spec)\n"
	"second = u.module_from_spec(spec)\nprint(hasattr(second, 'answer'))\n"
	"spec.loader.exec_module(second); print(second.answer)\n"
	"import phases; importlib.reload(phases); print(phases.answer)";

/* Several threads. */
static const char threads[] =
	"import threading, numpy\n"
	"def go(name):\n"
	"  try: __import__(name)\n  except Exception as e: said.append(str(e))\n"
	"said = []\nnames = 'phases', 'ignores', 'missing', 'explicit', 'hidden'\n"
	"threads = [threading.Thread(target=go, args=(n,)) for n in names]\n"
	"[t.start() for t in threads]; [t.join() for t in threads]; print(sorted(said))";

/* Errno, which an import leaves as it was. */
static const char error_number[] =
	"import ctypes, numpy\nctypes.set_errno(7)\nimport phases, ignores\n"
	"print(ctypes.get_errno())";

static const char *const programs[] = {odd_exception, child,   other_interpreter, by_hand,
				       late_modules,  threads, error_number};

#define PROGRAMS (int)(sizeof(programs) / sizeof(programs[0]))

START_TEST(programs_go_on_as_they_would)
{
	struct run run;

	if (!make_run(&run, _i / PROGRAMS, programs[_i % PROGRAMS],
		      "programs_go_on_as_they_would"))
		return;
	check_same(&run);
	ck_assert_uint_gt(read_log(), 0);
}
END_TEST

START_TEST(an_exception_written_in_python_has_no_text)
{
	struct program_result result;
	struct run run;

	if (!make_run(&run, _i, odd_exception,
		      "an_exception_written_in_python_has_no_text"))
		return;
	run_python(&run, &result);
	ck_assert_str_eq(json_member(read_outcome("missing"), "observed"), "error");
	ck_assert_str_eq(json_member(read_outcome("missing"), "message"), "null");
	ck_assert_ptr_null(strstr(result.output, "asked"));
	program_result_free(&result);
}
END_TEST

Suite *outcome_suite(void);

Suite *outcome_suite(void)
{
	Suite *suite = suite_create("outcome");
	TCase *tcase = tcase_create("each interpreter");
	int count = interpreter_count();

	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, make_log_dir, remove_log_dir);
	tcase_add_loop_test(tcase, tells_what_became_of_it, 0, count * ENDINGS);
	tcase_add_loop_test(tcase, tells_it_where_the_extension_brings_numpy, 0,
			    count * BRINGING);
	tcase_add_loop_test(tcase, warnings_are_what_they_would_be, 0, count * FILTERS);
	tcase_add_loop_test(tcase, a_warning_is_caught_as_it_would_be, 0, count);
	tcase_add_loop_test(tcase, a_false_prediction_is_seen_at_the_default_level, 0,
			    count);
	tcase_add_loop_test(tcase, a_healthy_outcome_is_not_told_at_the_default_level, 0,
			    count);
	tcase_add_loop_test(tcase, a_foretold_error_is_told_at_level_error, 0, count);
	tcase_add_loop_test(tcase, an_object_without_a_type_is_left_to_python, 0, count);
	tcase_add_loop_test(tcase, nothing_is_told_of_what_was_refused, 0, count);
	tcase_add_loop_test(tcase, nothing_is_told_of_what_came_before_its_verdict, 0,
			    count);
	tcase_add_loop_test(tcase, programs_go_on_as_they_would, 0, count * PROGRAMS);
	tcase_add_loop_test(tcase, an_exception_written_in_python_has_no_text, 0, count);
	suite_add_tcase(suite, tcase);
	return suite;
}
