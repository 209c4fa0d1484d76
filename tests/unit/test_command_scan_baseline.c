/* SPDX-License-Identifier: MIT
 *
 * "npabi scan" with --write-baseline and --baseline: what is known does not fail, what is
 * new does.  Runs build/npabi.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/judged.h"
#include "support/npabi_command.h"
#include "support/site_packages.h"

Suite *command_scan_baseline_suite(void);

#define ON "--numpy " JUDGED_NUMPY " "

/* Of each verdict one, in PLACE. */
static void build_all(const char *place)
{
	static const enum verdict_kind kinds[] = {VERDICT_WARN, VERDICT_ERROR,
						  VERDICT_UNSAFE, VERDICT_UNKNOWN};
	char name[128];

	for (int i = 0; i < 4; i++) {
		snprintf(name, sizeof(name), "%s/%s%s", place,
			 verdict_kind_name(kinds[i]), SUFFIX);
		judged_build(name, kinds[i]);
	}
	snprintf(name, sizeof(name), "%s/bad%s", place, SUFFIX);
	temp_file(&command_dir, name, "no extension");
}

static void expect_exit(const char *arguments, int exit_code)
{
	scan(arguments);
	ck_assert_msg(command_result.exit_code == exit_code, "%s: %d:\n%s%s", arguments,
		      command_result.exit_code, command_result.output,
		      command_result.errors);
}

START_TEST(what_was_written_is_known)
{
	build_all("s");
	expect_exit(ON "s", 1);
	expect_exit(ON "--write-baseline known s", 0);
	expect_exit(ON "--baseline known s", 0);
	ck_assert_str_eq(command_result.errors, "");
	assert_output("known warn on NumPy 2.0.2: ");
	assert_output("known error on NumPy 2.0.2: ");
	assert_output("known unsafe on NumPy 2.0.2: ");
	assert_output("known unknown on NumPy 2.0.2: ");
	assert_output("s/bad" SUFFIX ": known, not analysed: ");
	assert_output("\nnpabi: 5 findings are known by the baseline\n");
	expect_exit(ON "--baseline known --format jsonl s", 0);
	assert_json("[x.get('known') for x in r] == [True] * 5");
}
END_TEST

START_TEST(without_one_nothing_is_marked)
{
	build_all("s");
	scan(ON "--format jsonl s");
	assert_json("len(r) == 5 and not any('known' in x for x in r)");
}
END_TEST

START_TEST(an_environment_that_has_moved_is_known)
{
	char command[512];
	struct program_result moved;

	build_all(SITE "pkg");
	site_install(&command_dir, "Some_Thing-1.2.dist-info", "Some.Thing",
		     "pkg/error" SUFFIX);
	expect_exit(ON "-B known lib", 0);
	snprintf(command, sizeof(command),
		 "cd %s && mkdir -p other/place && mv lib other/place/ && "
		 "find other -exec touch -d 2001-01-01 {} +",
		 command_dir.path);
	run_shell(command, &moved);
	ck_assert_int_eq(moved.exit_code, 0);
	program_result_free(&moved);
	snprintf(command, sizeof(command), ON "-b known %s/other/place",
		 command_dir.path);
	expect_exit(command, 0);
	ck_assert_str_eq(command_result.errors, "");
	assert_output("known error on NumPy 2.0.2: Some.Thing 1.2, ");
}
END_TEST

START_TEST(what_is_new_fails)
{
	judged_build("s/a.so", VERDICT_WARN);
	expect_exit(ON "-B known s", 0);
	judged_build("s/b.so", VERDICT_WARN);
	expect_exit(ON "-b known s", 1);
	assert_output("\nwarn on NumPy 2.0.2: ");
	judged_build("s/a.so", VERDICT_ERROR); /* the same file in other trouble */
	unlink(temp_path(&command_dir, "s/b.so"));
	expect_exit(ON "-b known s", 1);
	assert_output("error on NumPy 2.0.2: ");
	expect_exit(ON "-b known -F never s", 0);
	temp_file(&command_dir, "s/c" SUFFIX, "no extension");
	expect_exit(ON "-b known -F never s", 3);
}
END_TEST

START_TEST(what_is_gone_is_told_and_does_not_fail)
{
	judged_build("s/a.so", VERDICT_ERROR);
	judged_build("s/b.so", VERDICT_UNSAFE);
	expect_exit(ON "-B known s", 0);
	unlink(temp_path(&command_dir, "s/b.so"));
	expect_exit(ON "-b known s", 0);
	ck_assert_str_eq(command_result.errors, "npabi: known: no longer found: unsafe - "
						"b import-array-ignored\n");
}
END_TEST

START_TEST(a_baseline_is_brought_up_to_date_in_place)
{
	char text[1024];

	judged_build("s/a.so", VERDICT_ERROR);
	judged_build("s/b.so", VERDICT_UNSAFE);
	expect_exit(ON "-B known s", 0);
	unlink(temp_path(&command_dir, "s/a.so"));
	expect_exit(ON "-b known -B known s s/b.so", 0);
	read_whole_file(temp_path(&command_dir, "known"), text, sizeof(text));
	ck_assert_str_eq(text,
			 "# npabi baseline 1\nunsafe\t-\tb\timport-array-ignored\n");
}
END_TEST

START_TEST(lines_may_be_merged_and_commented_on)
{
	temp_file(&command_dir, "known",
		  "# npabi baseline 1\n\n# as long as we pin NumPy\n"
		  "unsafe\t-\tb\timport-array-ignored\n"
		  "unknown\t-\tc\n"
		  "unsafe\t-\tb\timport-array-ignored\n");
	judged_build("s/b.so", VERDICT_UNSAFE);
	judged_build("s/c.so", VERDICT_UNKNOWN);
	expect_exit(ON "-b known s", 0);
	ck_assert_str_eq(command_result.errors, "");
}
END_TEST

static const struct {
	const char *arguments, *words;
} refused[] = {
	{"--baseline nowhere s", "npabi: nowhere: No such file or directory\n"},
	{"--baseline s s", "npabi: s: "},
	{"--baseline other s", "npabi: other: this is no baseline; npabi scan --write-"},
	{"--baseline empty s", "npabi: empty: this is no baseline; npabi scan --write-"},
	{"--write-baseline nowhere/x s", "npabi: nowhere/x: No such file or directory\n"},
	{"--write-baseline /dev/full s", "npabi: /dev/full: No space left on device\n"},
};

START_TEST(a_file_that_will_not_do_is_exit_code_2)
{
	judged_build("s/a.so", VERDICT_ERROR);
	temp_file(&command_dir, "other", "# npabi baseline 12\n");
	temp_file(&command_dir, "empty", "");
	expect_exit(refused[_i].arguments, 2);
	assert_errors(refused[_i].words);
}
END_TEST

Suite *command_scan_baseline_suite(void)
{
	Suite *suite = suite_create("command_scan_baseline");
	TCase *files;

	if (!npabi_is_built())
		return suite;
	files = tcase_create("files");
	tcase_set_timeout(files, 30);
	tcase_add_checked_fixture(files, command_setup, command_teardown);
	tcase_add_test(files, what_was_written_is_known);
	tcase_add_test(files, without_one_nothing_is_marked);
	tcase_add_test(files, an_environment_that_has_moved_is_known);
	tcase_add_test(files, what_is_new_fails);
	tcase_add_test(files, what_is_gone_is_told_and_does_not_fail);
	tcase_add_test(files, a_baseline_is_brought_up_to_date_in_place);
	tcase_add_test(files, lines_may_be_merged_and_commented_on);
	tcase_add_loop_test(files, a_file_that_will_not_do_is_exit_code_2, 0,
			    (int)(sizeof(refused) / sizeof(refused[0])));
	suite_add_tcase(suite, files);
	return suite;
}
