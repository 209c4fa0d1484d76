/* SPDX-License-Identifier: MIT
 *
 * Levels, settings and log targets, good and bad, as a program under the library
 * meets them.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "preload/interpreter.h"
#include "preload/logged.h"

/* One that has all its extensions; NULL, told as a skip, where none has. */
static const struct interpreter *find_complete(const char *test)
{
	const struct interpreter *interpreter = interpreter_at(0);

	for (int i = 0; i < interpreter_count(); i++) {
		interpreter = interpreter_at(i);
		if (interpreter->own && interpreter->newer)
			return interpreter;
	}
	interpreter_has(interpreter, NULL, test, "no extensions");
	return NULL;
}

/* Runs with records as JSON in log_text. */
static void run_logged(struct run *run, const char *level, struct program_result *result)
{
	run->settings[0] = log_setting;
	run->settings[1] = "NPABI_FORMAT=jsonl";
	run->settings[2] = level;
	run_python(run, result);
	read_log();
}

/* How many records of EVENT in TEXT are about a path that holds PIECE. */
static int count_records(const char *text, const char *event, const char *piece)
{
	int count = 0;

	for (; *text; text += strcspn(text, "\n") + 1)
		if (strcmp(json_member(text, "event"), event) == 0 &&
		    strstr(json_member(text, "path"), piece))
			count++;
	return count;
}

START_TEST(info_has_each_extension_of_numpy_once)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .site = interpreter->own};
	struct program_result result;
	const char *record = log_text;
	char path[4096];
	int loaded;

	if (!has_own(interpreter, "info_has_each_extension_of_numpy_once"))
		return;
	run.code = "import init, plain, numpy.random, sys\n"
		   "maps = {l.split()[-1] for l in open('/proc/self/maps')}\n"
		   "print(len([m for m in maps if '/numpy/random/' in m]))\n"
		   "print(numpy.__version__)";
	run_logged(&run, "NPABI_LEVEL=info", &result);
	loaded = atoi(result.output);
	ck_assert_int_gt(loaded, 5);
	ck_assert_int_eq(count_records(log_text, "extension", "/numpy/random/"), loaded);
	ck_assert_int_eq(count_records(log_text, "extension", "/init."), 1);
	ck_assert_int_eq(count_records(log_text, "extension", "/plain."), 0);
	ck_assert_int_eq(count_pieces(log_text, "\"event\":\"numpy\""), 1);
	record = find_record(log_text, "\"event\":\"numpy\"");
	ck_assert_str_eq(json_member(record, "numpy"), last_line(result.output));
	for (record = log_text; *record; record += strcspn(record, "\n") + 1) {
		snprintf(path, sizeof(path), "%s", json_member(record, "event"));
		if (strcmp(path, "extension") != 0)
			continue;
		ck_assert_str_eq(json_member(record, "numpy_dependent"), "true");
		ck_assert_str_ne(json_member(record, "verdict"), "error");
	}
	program_result_free(&result);
}
END_TEST

START_TEST(debug_has_the_start_and_all_extensions)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .site = interpreter->own};
	struct program_result result;
	const char *record;

	if (!has_own(interpreter, "debug_has_the_start_and_all_extensions"))
		return;
	run.code = "import plain, sys; print('%d.%d.%d' % sys.version_info[:3])";
	run_logged(&run, "NPABI_LEVEL=debug", &result);
	ck_assert_str_eq(json_member(log_text, "event"), "start");
	ck_assert_str_eq(json_member(log_text, "python"), last_line(result.output));
	record = find_record(log_text, "\"event\":\"extension\"");
	while (record && !strstr(json_member(record, "path"), "/plain."))
		record = find_record(record + 1, "\"event\":\"extension\"");
	ck_assert_ptr_nonnull(record);
	ck_assert_str_eq(json_member(record, "numpy_dependent"), "false");
	program_result_free(&result);
}
END_TEST

/* At this level records are also written while NumPy is being imported. */
START_TEST(debug_has_numpy_once_it_is_known)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .site = interpreter->own};
	struct program_result result;
	char found[512];
	const char *record;

	if (!has_own(interpreter, "debug_has_numpy_once_it_is_known"))
		return;
	run.code = "import sys, numpy\n"
		   "try: from numpy._core import _multiarray_umath as m\n"
		   "except ImportError: from numpy.core import _multiarray_umath as m\n"
		   "print('%d.%d.%d' % sys.version_info[:3], numpy.__version__,"
		   " numpy.__file__, hex(m._get_ndarray_c_version()))";
	run_logged(&run, "NPABI_LEVEL=debug", &result);
	ck_assert_int_eq(count_pieces(log_text, "\"event\":\"numpy\""), 1);
	record = find_record(log_text, "\"event\":\"numpy\"");
	snprintf(found, sizeof(found), "%s %s %s %s", json_member(record, "python"),
		 json_member(record, "numpy"), json_member(record, "numpy_path"),
		 json_member(record, "abi_version"));
	ck_assert_str_eq(found, last_line(result.output));
	program_result_free(&result);
}
END_TEST

START_TEST(a_mismatch_is_told_at_level_error_and_a_healthy_one_not)
{
	const struct interpreter *interpreter = find_complete("a_mismatch_is_told");
	struct run run = {.interpreter = interpreter};
	struct program_result result;

	if (!interpreter)
		return;
	run.site = interpreter->own;
	run.code = "import init";
	run.settings[0] = log_setting;
	run_python(&run, &result);
	program_result_free(&result);
	ck_assert_int_ne(access(temp_path(&log_dir, "log"), F_OK), 0);
	run.site = interpreter->newer;
	run.code = "import explicit";
	run_logged(&run, "NPABI_LEVEL=error", &result);
	program_result_free(&result);
	/* the record, and what then became of it */
	ck_assert_int_eq(count_pieces(log_text, "\n"), 2);
	ck_assert_ptr_nonnull(find_record(log_text, "\"event\":\"extension\""));
	ck_assert_ptr_nonnull(find_record(log_text, "\"event\":\"outcome\""));
}
END_TEST

START_TEST(the_packages_of_the_system_are_told_of_completely)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .no_numpy = true};
	struct program_result result;
	int loaded;

	if (strcmp(interpreter->python, "/usr/bin/python3") != 0)
		return;
	run.code = "import pandas\n"
		   "maps = {l.split()[-1] for l in open('/proc/self/maps')}\n"
		   "print(len([m for m in maps if '/pandas/_libs/' in m]))";
	run_logged(&run, "NPABI_LEVEL=debug", &result);
	if (!interpreter_has(interpreter, result.exit_code ? NULL : "", "system packages",
			     "it has no pandas"))
		return;
	loaded = atoi(result.output);
	ck_assert_int_gt(loaded, 20);
	/* the start record comes first, each extension has one of its own */
	ck_assert_int_eq(count_records(log_text, "extension", "/pandas/_libs/"), loaded);
	ck_assert_int_eq(count_pieces(log_text, "\"verdict\":\"error\""), 0);
	program_result_free(&result);
}
END_TEST

/* A setting that cannot be, and the name that the line about it must have. */
static const struct {
	const char *setting, *name;
} wrong_settings[] = {
	{"NPABI=perhaps", "NPABI"},
	{"NPABI_LEVEL=loud", "NPABI_LEVEL"},
	{"NPABI_FORMAT=xml", "NPABI_FORMAT"},
	{"NPABI_LOG=fd:many", "NPABI_LOG"},
};

START_TEST(an_unknown_value_is_one_line)
{
	struct run run = {.interpreter = interpreter_at(0)};
	struct program_result result;

	run.code = "print('goes on')";
	run.settings[0] = wrong_settings[_i].setting;
	run_python(&run, &result);
	ck_assert_int_eq(result.exit_code, 0);
	ck_assert_str_eq(result.output, "goes on\n");
	ck_assert_int_eq(count_pieces(result.errors, "\n"), 1);
	ck_assert_ptr_nonnull(strstr(result.errors, wrong_settings[_i].name));
	program_result_free(&result);
}
END_TEST

static const char *const bad_targets[] = {
	"NPABI_LOG=/dev/full", "NPABI_LOG=/nowhere/at/all", "NPABI_LOG=/proc",
	"NPABI_LOG=fd:77",     "NPABI_LOG=/dev/null",
};

START_TEST(a_bad_target_leaves_the_program_alone)
{
	const struct interpreter *interpreter = find_complete("a_bad_target");
	struct run run = {.interpreter = interpreter};
	struct program_result with, without;
	bool is_bad;

	if (!interpreter)
		return;
	run.site = interpreter->newer;
	run.code = "import numpy\n"
		   "try: import explicit\n"
		   "except ValueError as e: print(e)";
	run.settings[0] = bad_targets[_i];
	run.settings[1] = "NPABI_LEVEL=debug";
	run_python(&run, &with);
	run.without = true;
	run_python(&run, &without);
	ck_assert_int_eq(with.exit_code, without.exit_code);
	ck_assert_str_eq(with.output, without.output);
	/* one line about the target, and what must not be lost; of level debug nothing */
	is_bad = strcmp(bad_targets[_i], "NPABI_LOG=/dev/null") != 0;
	ck_assert_int_eq(count_pieces(with.errors, "the log "), is_bad);
	ck_assert_int_eq(count_pieces(with.errors, ": error: explicit: "), is_bad);
	ck_assert_int_eq(count_pieces(with.errors, ": start: "), 0);
	program_result_free(&with);
	program_result_free(&without);
}
END_TEST

/* Which descriptors sh(1) closes before it starts the interpreter. */
static const char *const closings[] = {"2>&-", ">&-", "<&-", "<&- >&- 2>&-"};

START_TEST(closed_descriptors_are_no_harm)
{
	const struct interpreter *interpreter = find_complete("closed_descriptors");
	struct run run = {.interpreter = interpreter, .launcher = "sh"};
	struct program_result with, without;
	char command[1024];

	if (!interpreter)
		return;
	snprintf(command, sizeof(command), "exec %s -c '%s' %s", interpreter->python,
		 "import os, sys\n"
		 "try: import explicit\n"
		 "except ValueError: pass\n"
		 "open(os.environ[\"OUT\"], "
		 "\"a\").write(str(os.listdir(\"/proc/self/fd\")))",
		 closings[_i]);
	run.site = interpreter->newer;
	run.arguments[0] = "-c";
	run.arguments[1] = command;
	run.settings[0] = log_setting;
	snprintf(log_text, sizeof(log_text), "OUT=%s", temp_path(&log_dir, "out"));
	run.settings[1] = strdup(log_text);
	run_python(&run, &with);
	run.without = true;
	run_python(&run, &without);
	ck_assert_int_eq(with.exit_code, without.exit_code);
	ck_assert_str_eq(with.errors, without.errors);
	ck_assert_uint_gt(read_log(), 0);
	read_whole_file(temp_path(&log_dir, "out"), log_text, LOG_SIZE);
	/* the log has not taken the place of 0, 1 or 2: the same are open */
	ck_assert_int_eq(count_pieces(log_text, "'0'") % 2, 0);
	ck_assert_int_eq(count_pieces(log_text, "'1'") % 2, 0);
	ck_assert_int_eq(count_pieces(log_text, "'2'") % 2, 0);
	program_result_free(&with);
	program_result_free(&without);
}
END_TEST

START_TEST(an_unreadable_extension_is_one_note)
{
	const struct interpreter *interpreter = find_complete("an_unreadable_extension");
	struct run run = {.interpreter = interpreter, .site = log_dir.path};
	struct program_result result;
	char command[2048];

	if (!interpreter)
		return;
	/* loaded as an extension, though it has no init function of that name */
	snprintf(command, sizeof(command),
		 "echo 'int nothing(void); int nothing(void) { return 1; }' |"
		 " cc -shared -fPIC -xc - -o %s",
		 temp_path(&log_dir, "nothing.so"));
	run_shell(command, &result);
	ck_assert_int_eq(result.exit_code, 0);
	program_result_free(&result);
	run.code = "try: import nothing\nexcept ImportError: print('goes on')";
	run_logged(&run, "NPABI_LEVEL=debug", &result);
	ck_assert_str_eq(result.output, "goes on\n");
	ck_assert_int_eq(count_pieces(log_text, "\"event\":\"note\""), 1);
	ck_assert_ptr_nonnull(find_record(log_text, "/nothing.so"));
	program_result_free(&result);
}
END_TEST

Suite *log_suite(void);

Suite *log_suite(void)
{
	Suite *suite = suite_create("log");
	TCase *tcase = tcase_create("log");
	int count = interpreter_count();

	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, make_log_dir, remove_log_dir);
	tcase_add_loop_test(tcase, info_has_each_extension_of_numpy_once, 0, count);
	tcase_add_loop_test(tcase, debug_has_the_start_and_all_extensions, 0, count);
	tcase_add_loop_test(tcase, debug_has_numpy_once_it_is_known, 0, count);
	tcase_add_loop_test(tcase, the_packages_of_the_system_are_told_of_completely, 0,
			    count);
	tcase_add_test(tcase, a_mismatch_is_told_at_level_error_and_a_healthy_one_not);
	tcase_add_loop_test(tcase, an_unknown_value_is_one_line, 0,
			    (int)(sizeof(wrong_settings) / sizeof(wrong_settings[0])));
	tcase_add_loop_test(tcase, a_bad_target_leaves_the_program_alone, 0,
			    (int)(sizeof(bad_targets) / sizeof(bad_targets[0])));
	tcase_add_loop_test(tcase, closed_descriptors_are_no_harm, 0,
			    (int)(sizeof(closings) / sizeof(closings[0])));
	tcase_add_test(tcase, an_unreadable_extension_is_one_note);
	suite_add_tcase(suite, tcase);
	return suite;
}
