/* SPDX-License-Identifier: MIT
 *
 * Hosts other than the python program: those that load libpython late, twice or
 * again and again, fork, run threads and subinterpreters, or have other libraries
 * preloaded.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "preload/interpreter.h"
#include "preload/logged.h"

/* The installation that PYTHON belongs to: "/usr" of "/usr/bin/python3"; allocated. */
static char *find_home(const struct interpreter *interpreter)
{
	char *home = strdup(interpreter->python);

	for (int i = 0; i < 2; i++)
		*strrchr(home, '/') = '\0';
	return home;
}

/* Sets RUN up to run CODE in an embedding host, libpython loaded in SCOPE. */
static void set_embedded(struct run *run, const char *scope, const char *code)
{
	static char home[512];

	snprintf(home, sizeof(home), "PYTHONHOME=%s", find_home(run->interpreter));
	run->launcher = helper_program("embed");
	run->arguments[0] = run->interpreter->library;
	run->arguments[1] = scope;
	run->arguments[2] = code;
	run->settings[0] = home;
	run->settings[1] = log_setting;
	run->settings[2] = "NPABI_FORMAT=jsonl";
}

START_TEST(a_host_that_loads_libpython_late_is_served)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .site = interpreter->newer};
	struct program_result result;
	char expected[4096];
	const char *record;

	if (!has_newer(interpreter, "late libpython") ||
	    !interpreter_has(interpreter, interpreter->library, "late libpython",
			     "no libpython"))
		return;
	set_embedded(&run, "global", "import explicit");
	run_python(&run, &result);
	ck_assert_int_eq(result.exit_code, 1);
	read_log();
	record = find_record(log_text, "\"event\":\"extension\"");
	ck_assert_ptr_nonnull(record);
	snprintf(expected, sizeof(expected), "%s: %s", json_member(record, "error_type"),
		 json_member(record, "message"));
	ck_assert_str_eq(expected, last_line(result.errors));
	/* not the python3 of PATH, which Python takes this host for */
	ck_assert_ptr_nonnull(strstr(record, "\"advice\":[\"python -m pip install "));
	program_result_free(&result);
	run.settings[1] = "NPABI_LOG=/dev/null";
	check_same(&run);
}
END_TEST

START_TEST(a_host_that_keeps_libpython_to_itself_is_served)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .site = interpreter->own};
	struct program_result result;

	if (!has_own(interpreter, "local libpython") ||
	    !interpreter_has(interpreter, interpreter->library, "local libpython",
			     "no libpython"))
		return;
	set_embedded(&run, "local", "import plain; print(plain)");
	run.settings[3] = "NPABI_LEVEL=debug";
	run_python(&run, &result);
	ck_assert_int_eq(result.exit_code, 0);
	read_log();
	ck_assert_ptr_nonnull(find_record(log_text, "\"event\":\"start\""));
	ck_assert_ptr_nonnull(find_record(log_text, "/plain."));
	program_result_free(&result);
	run.settings[1] = "NPABI_LOG=/dev/null";
	check_same(&run);
}
END_TEST

static const struct interpreter *find_version(const char *version)
{
	for (int i = 0; i < interpreter_count(); i++)
		if (!strcmp(interpreter_at(i)->version, version) &&
		    !strcmp(interpreter_at(i)->kind, "shared"))
			return interpreter_at(i);
	return NULL;
}

START_TEST(two_interpreters_in_one_host_stay_apart)
{
	/* the last ones whose own extensions are linked with libpython */
	const struct interpreter *one = find_version("3.6");
	const struct interpreter *other = find_version("3.7");
	struct run run = {.interpreter = one ? one : interpreter_at(0)};

	if (!interpreter_has(run.interpreter, one && other ? "" : NULL,
			     "two interpreters", "needs 3.6 and 3.7"))
		return;
	run.launcher = helper_program("two_pythons");
	run.arguments[0] =
		"import sys, datetime, decimal, sqlite3, ctypes, pickle, time\n"
		"print(sys.version, time.strptime('2020', '%Y').tm_year)";
	run.arguments[1] = one->library;
	run.arguments[2] = find_home(one);
	run.arguments[3] = other->library;
	run.arguments[4] = find_home(other);
	run.settings[0] = "NPABI_LOG=/dev/null";
	run.settings[1] = _i ? "NPABI_LEVEL=debug" : "NPABI=0";
	check_same(&run);
}
END_TEST

START_TEST(a_libpython_that_comes_and_goes_is_no_harm)
{
	const struct interpreter *interpreter = find_version("3.7");
	struct run run = {.interpreter = interpreter ? interpreter : interpreter_at(0)};

	if (!interpreter_has(run.interpreter, interpreter ? "" : NULL, "unloading",
			     "needs 3.7"))
		return;
	run.launcher = helper_program("reload");
	run.arguments[0] = interpreter->library;
	run.arguments[1] = find_home(interpreter);
	run.arguments[2] =
		_i ? "import math; print(math.pi)" : "import sys; print(len('x'))";
	run.arguments[3] = "9";
	run.settings[0] = "NPABI_LOG=/dev/null";
	run.settings[1] = "NPABI_LEVEL=debug";
	check_same(&run);
}
END_TEST

/* "later" needs NumPy, but only asks for it when it is called: it waits. */
static const char *const forking_programs[] = {
	/* nobody calls it: the parent tells of it, when it ends */
	"import later, os, sys\n"
	"child = os.fork()\n"
	"if not child: sys.exit(0)\n"
	"os.waitpid(child, 0); print(os.getpid(), os.getpid())",
	/* the child calls it, and tells */
	"import later, os, sys\n"
	"child = os.fork()\n"
	"if not child: later.zeros(); os._exit(0)\n"
	"os.waitpid(child, 0); print(child, os.getpid())",
};

START_TEST(a_fork_child_tells_what_it_does_itself)
{
	const struct interpreter *interpreter = interpreter_at(_i / 2);
	struct run run = {.interpreter = interpreter, .site = interpreter->own};
	struct program_result result;
	const char *record, *next;
	char first[32], last[32];

	if (!has_own(interpreter, "fork"))
		return;
	run.code = forking_programs[_i % 2];
	run.settings[0] = log_setting;
	run.settings[1] = "NPABI_FORMAT=jsonl";
	run.settings[2] = "NPABI_LEVEL=info";
	run_python(&run, &result);
	ck_assert_int_eq(sscanf(result.output, "%31s %31s", first, last), 2);
	read_log();
	ck_assert_int_eq(count_pieces(log_text, "/later."), 1 + _i % 2);
	record = find_record(log_text, "/later.");
	ck_assert_str_eq(json_member(record, "pid"), first);
	next = find_record(strchr(record, '\n'), "/later.");
	if (next)
		ck_assert_str_eq(json_member(next, "pid"), last);
	program_result_free(&result);
}
END_TEST

static const char *const lively_programs[] = {
	/* many threads at once */
	"import threading\n"
	"names = ['numpy'] * 4 + ['plain', '_datetime', '_decimal', '_sqlite3']\n"
	"together = threading.Barrier(len(names))\n"
	"def load(name): together.wait(); __import__(name)\n"
	"all = [threading.Thread(target=load, args=(name,)) for name in names]\n"
	"[t.start() for t in all]; [t.join() for t in all]; print('done')",
	/* a fork while other threads import */
	"import os, threading, time\n"
	"def load(): import numpy.random, init\n"
	"for i in range(5):\n"
	"    t = threading.Thread(target=load); t.start(); time.sleep(0.01 * i)\n"
	"    child = os.fork()\n"
	"    if not child:\n"
	"        import _csv\n" /* nothing whose import lock a thread may have held */
	"        os._exit(0)\n"
	"    print(os.waitpid(child, 0)[1]); t.join()",
	/* a subinterpreter with extensions of its own */
	"try: import _xxsubinterpreters as s\n"
	"except ImportError: s = None\n"
	"if s: s.run_string(s.create(), 'import _struct, _json; print(1)')",
	/* processes of a pool */
	"import multiprocessing as m\n"
	"def load(i): import numpy; return i\n"
	"print(m.get_context('fork').Pool(3).map(load, range(6)))",
	/* modules that are no modules, and objects that answer badly */
	"import sys\n"
	"class Odd:\n"
	"    def __getattr__(self, name): raise ValueError(name)\n"
	"sys.modules['numpy'] = Odd(); sys.modules['numpy.core'] = 3\n"
	"sys.modules[5] = None\n"
	"import later, plain, _csv; print('done')",
	/* an exception is pending while modules are loaded */
	"try: 1 / 0\n"
	"except ZeroDivisionError:\n"
	"    import init\n"
	"    import sys; print(sys.exc_info()[0].__name__)",
};

#define LIVELY (int)(sizeof(lively_programs) / sizeof(lively_programs[0]))

START_TEST(a_lively_program_runs_as_it_would)
{
	const struct interpreter *interpreter = interpreter_at(_i / LIVELY);
	struct run run = {.interpreter = interpreter, .site = interpreter->own};

	if (!has_own(interpreter, "lively programs"))
		return;
	run.code = lively_programs[_i % LIVELY];
	run.settings[0] = "NPABI_LOG=/dev/null";
	run.settings[1] = "NPABI_LEVEL=debug";
	/* 3.12+ warn of forks, and name the process */
	run.settings[2] = "PYTHONWARNINGS=ignore::DeprecationWarning";
	check_same(&run);
}
END_TEST

/* Commands that print the path of another library that people preload. */
static const char *const neighbours[] = {
	"cc -print-file-name=libasan.so",
	"ls /usr/lib/*/libjemalloc.so.2 2>/dev/null",
	"ls /usr/lib/*/libtcmalloc_minimal.so.4 2>/dev/null",
};

START_TEST(other_preloaded_libraries_are_no_harm)
{
	int count = interpreter_count();
	const struct interpreter *interpreter = interpreter_at(_i % count);
	struct run run = {.interpreter = interpreter, .site = interpreter->newer};
	struct program_result found, result;

	if (!has_newer(interpreter, "other libraries"))
		return;
	run_shell(neighbours[_i / count], &found);
	run.before = last_line(found.output);
	run.before = run.before[0] == '/' ? strdup(run.before) : NULL;
	if (!interpreter_has(interpreter, run.before, neighbours[_i / count],
			     "not there"))
		return;
	program_result_free(&found);
	run.code = "try: import explicit\nexcept ValueError: print('done')";
	run.settings[0] = "ASAN_OPTIONS=detect_leaks=0";
	run.settings[1] = log_setting;
	run_python(&run, &result);
	ck_assert_str_eq(result.errors, "");
	ck_assert_str_eq(result.output, "done\n");
	ck_assert_int_eq(result.exit_code, 0);
	read_log();
	ck_assert_ptr_nonnull(strstr(log_text, "explicit"));
	program_result_free(&result);
}
END_TEST

Suite *hosts_suite(void);

Suite *hosts_suite(void)
{
	Suite *suite = suite_create("hosts");
	TCase *tcase = tcase_create("hosts");
	int count = interpreter_count();

	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, make_log_dir, remove_log_dir);
	tcase_add_loop_test(tcase, a_host_that_loads_libpython_late_is_served, 0, count);
	tcase_add_loop_test(tcase, a_host_that_keeps_libpython_to_itself_is_served, 0,
			    count);
	tcase_add_loop_test(tcase, two_interpreters_in_one_host_stay_apart, 0, 2);
	tcase_add_loop_test(tcase, a_libpython_that_comes_and_goes_is_no_harm, 0, 2);
	tcase_add_loop_test(tcase, a_fork_child_tells_what_it_does_itself, 0, 2 * count);
	tcase_add_loop_test(tcase, a_lively_program_runs_as_it_would, 0, LIVELY * count);
	tcase_add_loop_test(tcase, other_preloaded_libraries_are_no_harm, 0, 3 * count);
	suite_add_tcase(suite, tcase);
	return suite;
}
