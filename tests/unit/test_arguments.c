/* SPDX-License-Identifier: MIT
 *
 * arguments: what is understood, and what is refused with which words.
 */
#include <check.h>
#include <string.h>

#include "scan/arguments.h"

Suite *arguments_suite(void);

static struct arguments arguments;
static char text[512];

/* Reads a command line of up to 15 words, parted by single blanks. */
static bool parse(const char *line)
{
	static char copy[512], *words[16];
	struct npabi_textbuf problem;
	int count = 0;

	strcpy(copy, line);
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
		words[count++] = word;
	words[count] = NULL;
	npabi_textbuf_init(&problem, text, sizeof(text));
	return arguments_parse(count, words, &arguments, &problem);
}

START_TEST(run_takes_its_options_and_leaves_the_commands_own)
{
	ck_assert(parse(
		"npabi run --log x --level info --format jsonl --strict -- ls --all"));
	ck_assert_int_eq(arguments.command, COMMAND_RUN);
	ck_assert_str_eq(arguments.run.log, "x");
	ck_assert_str_eq(arguments.run.level, "info");
	ck_assert_str_eq(arguments.run.format, "jsonl");
	ck_assert(arguments.run.strict && !arguments.run.summary);
	ck_assert_str_eq(arguments.run.command[0], "ls");
	ck_assert_str_eq(arguments.run.command[1], "--all");
	ck_assert_ptr_null(arguments.run.command[2]);
}
END_TEST

START_TEST(run_needs_no_dashes_before_the_command)
{
	ck_assert(parse("npabi run --summary python3 --version"));
	ck_assert(arguments.run.summary);
	ck_assert_str_eq(arguments.run.command[0], "python3");
	ck_assert_str_eq(arguments.run.command[1], "--version");
}
END_TEST

START_TEST(scan_takes_options_anywhere)
{
	ck_assert(parse("npabi scan a --numpy 1.26 b --all --numpy=2.0 --format jsonl"));
	ck_assert_int_eq(arguments.command, COMMAND_SCAN);
	ck_assert_uint_eq(arguments.scan.numpy_count, 2);
	ck_assert_str_eq(arguments.scan.numpy[0], "1.26");
	ck_assert_str_eq(arguments.scan.numpy[1], "2.0");
	ck_assert(arguments.scan.all);
	ck_assert_int_eq(arguments.scan.format, SCAN_JSONL);
	ck_assert_str_eq(arguments.scan.paths[0], "a");
	ck_assert_str_eq(arguments.scan.paths[1], "b");
	ck_assert_ptr_null(arguments.scan.paths[2]);
}
END_TEST

START_TEST(short_options_are_the_long_ones)
{
	ck_assert(parse("npabi run -l x -L info -f jsonl -sS ls -a"));
	ck_assert_str_eq(arguments.run.log, "x");
	ck_assert_str_eq(arguments.run.level, "info");
	ck_assert_str_eq(arguments.run.format, "jsonl");
	ck_assert(arguments.run.summary && arguments.run.strict);
	ck_assert_str_eq(arguments.run.command[1], "-a");
	ck_assert(parse("npabi scan -an1.26 -n 2.0 -fjsonl -o out -F never x"));
	ck_assert(arguments.scan.all);
	ck_assert_str_eq(arguments.scan.numpy[0], "1.26");
	ck_assert_str_eq(arguments.scan.numpy[1], "2.0");
	ck_assert_int_eq(arguments.scan.format, SCAN_JSONL);
	ck_assert_str_eq(arguments.scan.output, "out");
	ck_assert_int_gt(arguments.scan.fail_on, VERDICT_UNSAFE);
	ck_assert(parse("npabi scan -f sarif -b old --write-baseline new x"));
	ck_assert_int_eq(arguments.scan.format, SCAN_SARIF);
	ck_assert_str_eq(arguments.scan.baseline, "old");
	ck_assert_str_eq(arguments.scan.write_baseline, "new");
	ck_assert(parse("npabi explain -f jsonl -"));
	ck_assert_int_eq(arguments.explain.format, RECORD_JSONL);
}
END_TEST

static const struct {
	const char *line;
	enum verdict_kind least;
} failures[] = {
	{"npabi scan x", VERDICT_WARN},
	{"npabi scan --fail-on warn x", VERDICT_WARN},
	{"npabi scan --fail-on error x", VERDICT_ERROR},
	{"npabi scan --fail-on=unsafe x", VERDICT_UNSAFE},
};

START_TEST(scan_fails_on_a_verdict_and_what_is_worse)
{
	ck_assert(parse(failures[_i].line));
	ck_assert_int_eq(arguments.scan.fail_on, (int)failures[_i].least);
}
END_TEST

START_TEST(scan_takes_a_number_of_jobs)
{
	ck_assert(parse("npabi scan x"));
	ck_assert_uint_eq(arguments.scan.jobs, 1);
	ck_assert(parse("npabi scan --jobs 1 x"));
	ck_assert_uint_eq(arguments.scan.jobs, 1);
	ck_assert(parse("npabi scan x --jobs=1024"));
	ck_assert_uint_eq(arguments.scan.jobs, 1024);
}
END_TEST

START_TEST(scan_takes_a_path_that_looks_like_an_option)
{
	ck_assert(parse("npabi scan -- --all"));
	ck_assert(!arguments.scan.all);
	ck_assert_str_eq(arguments.scan.paths[0], "--all");
}
END_TEST

START_TEST(explain_takes_words_and_a_form)
{
	ck_assert(parse("npabi explain --format jsonl got 80"));
	ck_assert_int_eq(arguments.command, COMMAND_EXPLAIN);
	ck_assert_int_eq(arguments.explain.format, RECORD_JSONL);
	ck_assert_str_eq(arguments.explain.words[0], "got");
	ck_assert_str_eq(arguments.explain.words[1], "80");
	ck_assert_ptr_null(arguments.explain.words[2]);
	ck_assert(parse("npabi explain -"));
	ck_assert_int_eq(arguments.explain.format, RECORD_TEXT);
	ck_assert_str_eq(arguments.explain.words[0], "-");
}
END_TEST

static const struct {
	const char *line;
	enum command command, help_on;
} helps[] = {
	{"npabi --help", COMMAND_HELP, COMMAND_HELP},
	{"npabi -h", COMMAND_HELP, COMMAND_HELP},
	{"npabi run --help", COMMAND_HELP, COMMAND_RUN},
	{"npabi scan -h", COMMAND_HELP, COMMAND_SCAN},
	{"npabi explain -h", COMMAND_HELP, COMMAND_EXPLAIN},
	{"npabi --version", COMMAND_VERSION, COMMAND_HELP},
	{"npabi -V", COMMAND_VERSION, COMMAND_HELP},
};

START_TEST(help_and_version_need_nothing_else)
{
	ck_assert(parse(helps[_i].line));
	ck_assert_int_eq(arguments.command, helps[_i].command);
	ck_assert_int_eq(arguments.help_on, helps[_i].help_on);
}
END_TEST

static const struct {
	const char *line, *words;
} mistakes[] = {
	{"npabi", "no command given"},
	{"npabi fly", "no such command: 'fly'"},
	{"npabi --fly", "no such option: '--fly'"},
	{"npabi -x", "no such option: '-x'"},
	{"npabi report log", "'report' is not built yet"},
	{"npabi explain", "which text?"},
	{"npabi explain --format html -", "--format cannot be 'html'"},
	{"npabi explain --fly x", "no such option: '--fly'"},
	{"npabi run", "which command?"},
	{"npabi run --strict --", "which command?"},
	{"npabi run --fly -- ls", "no such option: '--fly'"},
	{"npabi run --log", "option '--log' needs a value"},
	{"npabi run --log fd:x -- ls", "--log cannot be 'fd:x'"},
	{"npabi run --log fd:999 -- ls", "not open"},
	{"npabi run --format html -- ls", "--format cannot be 'html'"},
	{"npabi run --level loud -- ls", "it is one of: error warn info debug"},
	{"npabi run --strict=1 -- ls", "takes no value"},
	{"npabi scan", "which file or directory?"},
	{"npabi scan --numpy", "option '--numpy' needs a value"},
	{"npabi run --format sarif -- ls", "--format cannot be 'sarif'"},
	{"npabi scan --format xml x",
	 "--format cannot be 'xml'; it is one of: text jsonl sarif html"},
	{"npabi scan --jobs x", "--jobs cannot be 'x'"},
	{"npabi scan --jobs 0 x", "--jobs cannot be '0'; it is a number from 1 to 1024"},
	{"npabi scan --jobs -1 x", "--jobs cannot be '-1'"},
	{"npabi scan --jobs 2x x", "--jobs cannot be '2x'"},
	{"npabi scan --jobs 1025 x", "--jobs cannot be '1025'"},
	{"npabi scan --jobs 99999999999999999999 x", "--jobs cannot be '9999"},
	{"npabi scan -q x", "no such option: '-q'"},
	{"npabi scan --all -xa x", "no such option: '-x'"},
	{"npabi scan -l x", "no such option: '-l'"},
	{"npabi scan --all=x x", "option '--all=x' takes no value"},
	{"npabi scan x -an", "option '-n' needs a value"},
	{"npabi scan --fail-on ok x", "it is one of: warn error unsafe never"},
};

START_TEST(a_mistake_is_named)
{
	ck_assert(!parse(mistakes[_i].line));
	ck_assert_msg(strstr(text, mistakes[_i].words) != NULL, "%s: %s",
		      mistakes[_i].line, text);
}
END_TEST

Suite *arguments_suite(void)
{
	Suite *suite = suite_create("arguments");
	TCase *good = tcase_create("good");
	TCase *bad = tcase_create("bad");

	tcase_add_test(good, run_takes_its_options_and_leaves_the_commands_own);
	tcase_add_test(good, run_needs_no_dashes_before_the_command);
	tcase_add_test(good, scan_takes_options_anywhere);
	tcase_add_test(good, short_options_are_the_long_ones);
	tcase_add_loop_test(good, scan_fails_on_a_verdict_and_what_is_worse, 0,
			    (int)(sizeof(failures) / sizeof(failures[0])));
	tcase_add_test(good, scan_takes_a_path_that_looks_like_an_option);
	tcase_add_test(good, scan_takes_a_number_of_jobs);
	tcase_add_test(good, explain_takes_words_and_a_form);
	tcase_add_loop_test(good, help_and_version_need_nothing_else, 0,
			    (int)(sizeof(helps) / sizeof(helps[0])));
	suite_add_tcase(suite, good);
	tcase_add_loop_test(bad, a_mistake_is_named, 0,
			    (int)(sizeof(mistakes) / sizeof(mistakes[0])));
	suite_add_tcase(suite, bad);
	return suite;
}
