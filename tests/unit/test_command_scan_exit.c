/* SPDX-License-Identifier: MIT
 *
 * The exit code of "npabi scan": what it tells of, and how --fail-on changes that.
 * Runs build/npabi.
 */
#include <check.h>
#include <stdio.h>

#include "support/judged.h"
#include "support/npabi_command.h"

Suite *command_scan_exit_suite(void);

/* Makes s/KIND.so for each of the KINDS, up to VERDICT_OK, and scans s with OPTIONS. */
static void scan_all(const enum verdict_kind *kinds, const char *options)
{
	char words[128];

	temp_file(&command_dir, "s/none", "");
	for (; *kinds != VERDICT_OK; kinds++) {
		snprintf(words, sizeof(words), "s/%s.so", verdict_kind_name(*kinds));
		judged_build(words, *kinds);
	}
	snprintf(words, sizeof(words), "--numpy " JUDGED_NUMPY " %s s", options);
	scan(words);
}

static const struct {
	const char *fail_on;
	enum verdict_kind kinds[5]; /* VERDICT_OK ends them */
	int exit_code;
} exits[] = {
	{"", {VERDICT_OK}, 0},
	{"", {VERDICT_WARN, VERDICT_OK}, 1},
	{"", {VERDICT_ERROR, VERDICT_OK}, 1},
	{"", {VERDICT_UNSAFE, VERDICT_OK}, 1},
	{"", {VERDICT_UNKNOWN, VERDICT_OK}, 3},
	{"", {VERDICT_UNKNOWN, VERDICT_WARN, VERDICT_OK}, 1},
	{"--fail-on warn", {VERDICT_WARN, VERDICT_OK}, 1},
	{"--fail-on error", {VERDICT_WARN, VERDICT_OK}, 0},
	{"--fail-on error", {VERDICT_ERROR, VERDICT_OK}, 1},
	{"--fail-on error", {VERDICT_UNSAFE, VERDICT_OK}, 1},
	{"--fail-on error", {VERDICT_UNKNOWN, VERDICT_WARN, VERDICT_OK}, 3},
	{"--fail-on unsafe", {VERDICT_WARN, VERDICT_ERROR, VERDICT_OK}, 0},
	{"--fail-on unsafe", {VERDICT_UNSAFE, VERDICT_OK}, 1},
	{"--fail-on never", {VERDICT_WARN, VERDICT_ERROR, VERDICT_UNSAFE, VERDICT_OK}, 0},
	{"--fail-on never", {VERDICT_UNKNOWN, VERDICT_ERROR, VERDICT_OK}, 3},
};

START_TEST(the_exit_code_tells_of_the_worst_that_counts)
{
	scan_all(exits[_i].kinds, exits[_i].fail_on);
	ck_assert_msg(command_result.exit_code == exits[_i].exit_code, "%d:\n%s",
		      command_result.exit_code, command_result.output);
}
END_TEST

START_TEST(a_path_that_is_not_there_comes_before_all_else)
{
	static const enum verdict_kind kinds[] = {VERDICT_ERROR, VERDICT_OK};

	scan_all(kinds, "nowhere --fail-on never");
	ck_assert_int_eq(command_result.exit_code, 2);
}
END_TEST

START_TEST(what_passes_is_shown_all_the_same)
{
	static const enum verdict_kind kinds[] = {VERDICT_ERROR, VERDICT_OK};

	scan_all(kinds, "--fail-on never");
	assert_output("error on NumPy " JUDGED_NUMPY ": 1 extension: ");
	assert_output(judged_error);
}
END_TEST

Suite *command_scan_exit_suite(void)
{
	Suite *suite = suite_create("command_scan_exit");
	TCase *codes;

	if (!npabi_is_built())
		return suite;
	codes = tcase_create("codes");
	tcase_set_timeout(codes, 30);
	tcase_add_checked_fixture(codes, command_setup, command_teardown);
	tcase_add_loop_test(codes, the_exit_code_tells_of_the_worst_that_counts, 0,
			    (int)(sizeof(exits) / sizeof(exits[0])));
	tcase_add_test(codes, a_path_that_is_not_there_comes_before_all_else);
	tcase_add_test(codes, what_passes_is_shown_all_the_same);
	suite_add_tcase(suite, codes);
	return suite;
}
