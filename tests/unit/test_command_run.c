/* SPDX-License-Identifier: MIT
 *
 * The command "npabi run" from outside, "npabi --help", and how the library is
 * put before what is preloaded already.  Runs build/npabi.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "scan/run.h"
#include "support/npabi_command.h"

Suite *command_run_suite(void);

static const struct {
	const char *preloaded, *value;
} joins[] = {
	{NULL, "/x/libnpabi.so"},
	{"", "/x/libnpabi.so"},
	{"/y/a.so", "/x/libnpabi.so:/y/a.so"},
	{"/y/a.so:/y/b.so", "/x/libnpabi.so:/y/a.so:/y/b.so"},
	{"/y/a.so /y/b.so", "/x/libnpabi.so:/y/a.so /y/b.so"},
	{"/x/libnpabi.so", "/x/libnpabi.so"},
	{"/y/a.so:/x/libnpabi.so", "/y/a.so:/x/libnpabi.so"},
	{"/y/a.so /x/libnpabi.so", "/y/a.so /x/libnpabi.so"},
	{"/x/libnpabi.so.1", "/x/libnpabi.so:/x/libnpabi.so.1"},
};

START_TEST(the_library_comes_first_and_once)
{
	char value[128];

	ck_assert(run_join_preload("/x/libnpabi.so", joins[_i].preloaded, value,
				   sizeof(value)));
	ck_assert_str_eq(value, joins[_i].value);
}
END_TEST

START_TEST(a_list_that_does_not_fit_is_refused)
{
	char value[16];

	ck_assert(!run_join_preload("/x/libnpabi.so", "/y/a.so", value, sizeof(value)));
}
END_TEST

START_TEST(options_become_variables)
{
	npabi("", "run --log /l/x --format jsonl --level info --summary --strict -- env");
	ck_assert_int_eq(command_result.exit_code, 0);
	assert_output("NPABI_LOG=/l/x\n");
	assert_output("NPABI_FORMAT=jsonl\n");
	assert_output("NPABI_LEVEL=info\n");
	assert_output("NPABI_SUMMARY=1\n");
	assert_output("NPABI_STRICT=1\n");
	assert_output("libnpabi.so\n");
}
END_TEST

START_TEST(what_is_not_given_is_left_alone)
{
	npabi("NPABI_LEVEL=debug", "run -- env");
	assert_output("NPABI_LEVEL=debug\n");
	ck_assert_ptr_null(strstr(command_result.output, "NPABI_LOG"));
	ck_assert_ptr_null(strstr(command_result.output, "NPABI_STRICT"));
}
END_TEST

START_TEST(a_library_that_is_not_there_is_told_before)
{
	npabi("mkdir bin && cp", "bin && bin/npabi run -- echo started");
	if (strstr(command_result.output, "started")) {
		fputs("skipped: libnpabi.so is installed\n", stderr);
		return;
	}
	ck_assert_int_eq(command_result.exit_code, 2);
	ck_assert_str_eq(command_result.output, "");
	assert_errors("npabi: libnpabi.so: not found in any of ");
	assert_errors("/bin, ");
	assert_errors("make install\n");
	ck_assert_ptr_null(strstr(command_result.errors, "ld.so:"));
}
END_TEST

static const struct {
	const char *place, *variable, *value;
} library_places[] = {
	{"bin", "", "/bin/libnpabi.so\n"},
	{"lib", "", "/bin/../lib/libnpabi.so\n"},
	{"lib64", "", "/bin/../lib64/libnpabi.so\n"},
	{"else", "LD_LIBRARY_PATH=/nowhere:$PWD/else", "/else/libnpabi.so\n"},
	{"else", "LD_LIBRARY_PATH=/nowhere:else", "=libnpabi.so\n"},
};

START_TEST(the_library_is_found)
{
	const char *place = library_places[_i].place;
	char words[512];

	snprintf(words, sizeof(words),
		 "bin && mkdir -p %s && cp %s %s && %s bin/npabi run "
		 "-- env",
		 place, built_program("libnpabi.so"), place, library_places[_i].variable);
	npabi("mkdir bin && cp", words);
	ck_assert_int_eq(command_result.exit_code, 0);
	ck_assert_str_eq(command_result.errors, "");
	assert_output(library_places[_i].value);
}
END_TEST

START_TEST(what_was_preloaded_stays)
{
	npabi("LD_PRELOAD=/y/a.so:/y/b.so", "run -- env");
	assert_output("libnpabi.so:/y/a.so:/y/b.so\n");
}
END_TEST

START_TEST(a_run_within_a_run_does_not_preload_twice)
{
	char arguments[512];
	const char *first;

	snprintf(arguments, sizeof(arguments), "run -- %s run -- env",
		 built_program("npabi"));
	npabi("", arguments);
	first = strstr(command_result.output, "libnpabi.so");
	ck_assert_ptr_nonnull(first);
	ck_assert_ptr_null(strstr(first + 1, "libnpabi.so"));
}
END_TEST

START_TEST(a_log_is_found_from_every_directory)
{
	char expected[256];

	ck_assert_int_eq(mkdir(temp_path(&command_dir, "50%p"), 0700), 0);
	snprintf(expected, sizeof(expected), "NPABI_LOG=%s/50%%%%p/x-%%p.log\n",
		 command_dir.path);
	npabi("cd 50%p &&", "run --log x-%p.log -- env");
	assert_output(expected);
}
END_TEST

START_TEST(the_exit_code_is_the_programs)
{
	npabi("", "run -- sh -c 'exit 7'");
	ck_assert_int_eq(command_result.exit_code, 7);
}
END_TEST

START_TEST(arguments_reach_the_program)
{
	npabi("", "run -- printf '%s|' --help -x 'a b'");
	ck_assert_str_eq(command_result.output, "--help|-x|a b|");
}
END_TEST

static const struct {
	const char *arguments, *words;
} failures[] = {
	{"run -- ./nowhere",
	 "npabi: ./nowhere: No such file or directory\nnpabi: check its name"},
	{"run -- ./file",
	 "npabi: ./file: Permission denied\nnpabi: check that it is a program"},
	{"run --log fd:99 -- true", "npabi: --log fd:99: that descriptor is not open\n"},
	{"run -- nosuchcmd",
	 "npabi: nosuchcmd: No such file or directory\nnpabi: check its name and PATH"},
	{"run --bad", "npabi: no such option: '--bad'\nTry 'npabi run --help'.\n"},
	{"run", "npabi: run: which command?"},
	{"", "npabi: no command given"},
	{"report x", "npabi: 'report' is not built yet"},
};

START_TEST(a_failure_names_cause_and_next_step)
{
	temp_file(&command_dir, "file", "text");
	npabi("", failures[_i].arguments);
	ck_assert_int_eq(command_result.exit_code, 2);
	ck_assert_str_eq(command_result.output, "");
	ck_assert_msg(strstr(command_result.errors, failures[_i].words) != NULL, "%s",
		      command_result.errors);
}
END_TEST

START_TEST(an_open_descriptor_may_be_the_log)
{
	npabi("9>log; exec 9>log;", "run --log fd:9 -- env");
	assert_output("NPABI_LOG=fd:9\n");
}
END_TEST

static const char off_words[][8] = {"off", "0", "OFF", "Off"};

START_TEST(the_off_switch_is_pointed_out)
{
	char setting[16], words[32];

	snprintf(setting, sizeof(setting), "NPABI=%s", off_words[_i]);
	snprintf(words, sizeof(words), "npabi: %s is set", setting);
	npabi(setting, "run -- true");
	ck_assert_int_eq(command_result.exit_code, 0);
	ck_assert_ptr_nonnull(strstr(command_result.errors, words));
}
END_TEST

/* --- help and version --------------------------------------------------------- */

static const char *const options_to_explain[][8] = {
	{"run", "--log", "--format", "--level", "--summary", "--strict", NULL},
	{"scan", "--numpy", "--all", "--format", "--output", NULL},
	{"explain", "--format", NULL},
};

START_TEST(help_has_every_option_and_examples)
{
	const char *const *options = options_to_explain[_i];
	char arguments[64];

	snprintf(arguments, sizeof(arguments), "%s --help", options[0]);
	npabi("", arguments);
	ck_assert_int_eq(command_result.exit_code, 0);
	assert_output("Examples:\n");
	for (options++; *options; options++)
		assert_output(*options);
}
END_TEST

START_TEST(version_is_that_of_the_build)
{
	npabi("", "--version");
	ck_assert_str_eq(command_result.output, "npabi " NPABI_VERSION "\n");
	npabi("", "--version >/dev/full");
	ck_assert_int_eq(command_result.exit_code, 2);
}
END_TEST

Suite *command_run_suite(void)
{
	Suite *suite = suite_create("command_run");
	TCase *preload = tcase_create("preload");
	TCase *run;

	tcase_add_loop_test(preload, the_library_comes_first_and_once, 0,
			    (int)(sizeof(joins) / sizeof(joins[0])));
	tcase_add_test(preload, a_list_that_does_not_fit_is_refused);
	suite_add_tcase(suite, preload);
	if (!npabi_is_built())
		return suite;
	run = tcase_create("run");
	tcase_set_timeout(run, 30);
	tcase_add_checked_fixture(run, command_setup, command_teardown);
	tcase_add_test(run, options_become_variables);
	tcase_add_test(run, what_is_not_given_is_left_alone);
	tcase_add_test(run, a_library_that_is_not_there_is_told_before);
	tcase_add_loop_test(run, the_library_is_found, 0,
			    (int)(sizeof(library_places) / sizeof(library_places[0])));
	tcase_add_test(run, what_was_preloaded_stays);
	tcase_add_test(run, a_run_within_a_run_does_not_preload_twice);
	tcase_add_test(run, a_log_is_found_from_every_directory);
	tcase_add_test(run, the_exit_code_is_the_programs);
	tcase_add_test(run, arguments_reach_the_program);
	tcase_add_loop_test(run, a_failure_names_cause_and_next_step, 0,
			    (int)(sizeof(failures) / sizeof(failures[0])));
	tcase_add_test(run, an_open_descriptor_may_be_the_log);
	tcase_add_loop_test(run, the_off_switch_is_pointed_out, 0,
			    (int)(sizeof(off_words) / sizeof(off_words[0])));
	tcase_add_loop_test(run, help_has_every_option_and_examples, 0, 3);
	tcase_add_test(run, version_is_that_of_the_build);
	suite_add_tcase(suite, run);
	return suite;
}
