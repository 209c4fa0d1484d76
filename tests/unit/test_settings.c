/* SPDX-License-Identifier: MIT
 *
 * The environment and what comes of it.  Each test runs in a process of its own,
 * so what it sets goes with it.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "preload/settings.h"

static struct settings settings;

static void clear_environment(void)
{
	unsetenv("NPABI");
	unsetenv("NPABI_LOG");
	unsetenv("NPABI_LEVEL");
	unsetenv("NPABI_FORMAT");
	unsetenv("NPABI_STRICT");
	unsetenv("NPABI_SUMMARY");
}

START_TEST(nothing_set_means_the_defaults)
{
	ck_assert(!settings_are_off());
	settings_read(&settings, false);
	ck_assert_int_eq(settings.level, LEVEL_WARN);
	ck_assert_int_eq(settings.format, RECORD_TEXT);
	ck_assert_int_eq(settings.sink.kind, SINK_STDERR);
	ck_assert(!settings.strict);
	ck_assert(!settings.summary);
	ck_assert_uint_eq(settings.problem_count, 0);
}
END_TEST

START_TEST(an_empty_environment_means_the_defaults)
{
	clearenv();
	ck_assert(!settings_are_off());
	settings_read(&settings, false);
	ck_assert_int_eq(settings.level, LEVEL_WARN);
	ck_assert_uint_eq(settings.problem_count, 0);
}
END_TEST

static const struct {
	const char *value;
	bool off;
} switches[] = {
	{"0", true},   {"off", true},	   {"OFF", true}, {"1", false},
	{"on", false}, {"perhaps", false}, {"", false},	  {"00", false},
};

START_TEST(the_switch_knows_its_words)
{
	setenv("NPABI", switches[_i].value, 1);
	ck_assert_int_eq(settings_are_off(), switches[_i].off);
}
END_TEST

START_TEST(known_values_are_taken)
{
	setenv("NPABI_LEVEL", "debug", 1);
	setenv("NPABI_FORMAT", "jsonl", 1);
	setenv("NPABI_LOG", "/tmp/x-%p", 1);
	setenv("NPABI_STRICT", "1", 1);
	setenv("NPABI_SUMMARY", "1", 1);
	settings_read(&settings, false);
	ck_assert_int_eq(settings.level, LEVEL_DEBUG);
	ck_assert_int_eq(settings.format, RECORD_JSONL);
	ck_assert_int_eq(settings.sink.kind, SINK_FILE);
	ck_assert(settings.strict);
	ck_assert(settings.summary);
	ck_assert_uint_eq(settings.problem_count, 0);
}
END_TEST

START_TEST(unknown_values_leave_defaults_and_a_line_each)
{
	setenv("NPABI", "perhaps", 1);
	setenv("NPABI_LEVEL", "loud", 1);
	setenv("NPABI_FORMAT", "xml", 1);
	setenv("NPABI_LOG", "fd:many", 1);
	setenv("NPABI_STRICT", "yes", 1);
	setenv("NPABI_SUMMARY", "table", 1);
	settings_read(&settings, false);
	ck_assert_int_eq(settings.level, LEVEL_WARN);
	ck_assert_int_eq(settings.format, RECORD_TEXT);
	ck_assert_int_eq(settings.sink.kind, SINK_STDERR);
	ck_assert(!settings.strict);
	ck_assert(!settings.summary);
	ck_assert_uint_eq(settings.problem_count, 6);
	ck_assert_ptr_nonnull(strstr(settings.problems[1], "NPABI_LEVEL"));
	ck_assert_ptr_nonnull(strstr(settings.problems[1], "loud"));
	ck_assert_ptr_nonnull(strstr(settings.problems[1], "warn"));
}
END_TEST

START_TEST(a_log_that_cannot_be_is_told_with_those_that_can)
{
	/* the longest that is shown */
	setenv("NPABI_LOG", "fd:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 1);
	settings_read(&settings, false);
	ck_assert_uint_eq(settings.problem_count, 1);
	ck_assert_ptr_nonnull(strstr(settings.problems[0], "fd:aaa"));
	ck_assert_ptr_nonnull(
		strstr(settings.problems[0],
		       "(there are stderr, stdout, fd:N with a number, syslog, a file)"));
}
END_TEST

START_TEST(a_container_is_known_by_its_variables)
{
	setenv("container", "podman", 1);
	settings_read(&settings, false);
	ck_assert(settings.in_container);
	unsetenv("container");
	settings.in_container = false;
	setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1", 1);
	settings_read(&settings, false);
	ck_assert(settings.in_container);
	ck_assert_uint_eq(settings.problem_count, 0);
}
END_TEST

START_TEST(a_long_unknown_value_is_cut)
{
	char value[5000];

	memset(value, 'x', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	setenv("NPABI_LEVEL", value, 1);
	settings_read(&settings, false);
	ck_assert_uint_eq(settings.problem_count, 1);
	ck_assert_uint_lt(strlen(settings.problems[0]), sizeof(settings.problems[0]));
	ck_assert_ptr_nonnull(strstr(settings.problems[0], "going on with"));
}
END_TEST

START_TEST(with_more_rights_than_the_caller_no_file_is_opened)
{
	setenv("NPABI_LOG", "/tmp/file", 1);
	settings_read(&settings, true);
	ck_assert_int_eq(settings.sink.kind, SINK_STDERR);
	ck_assert_uint_eq(settings.problem_count, 1);
}
END_TEST

Suite *settings_suite(void);

Suite *settings_suite(void)
{
	Suite *suite = suite_create("settings");
	TCase *tcase = tcase_create("settings");

	tcase_add_checked_fixture(tcase, clear_environment, NULL);
	tcase_add_test(tcase, nothing_set_means_the_defaults);
	tcase_add_test(tcase, an_empty_environment_means_the_defaults);
	tcase_add_loop_test(tcase, the_switch_knows_its_words, 0,
			    (int)(sizeof(switches) / sizeof(switches[0])));
	tcase_add_test(tcase, known_values_are_taken);
	tcase_add_test(tcase, unknown_values_leave_defaults_and_a_line_each);
	tcase_add_test(tcase, a_log_that_cannot_be_is_told_with_those_that_can);
	tcase_add_test(tcase, a_container_is_known_by_its_variables);
	tcase_add_test(tcase, a_long_unknown_value_is_cut);
	tcase_add_test(tcase, with_more_rights_than_the_caller_no_file_is_opened);
	suite_add_tcase(suite, tcase);
	return suite;
}
