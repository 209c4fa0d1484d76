/* SPDX-License-Identifier: MIT
 *
 * The command "npabi explain" from outside: where the text comes from, how far it
 * is read, both forms of the answer, exit codes.  Runs build/npabi.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "support/npabi_command.h"

Suite *command_explain_suite(void);

#define ERROR                                                                           \
	"ValueError: numpy.ndarray size changed, may indicate binary incompatibility. " \
	"Expected 88 from C header, got 80 from PyObject"

/* Runs "BEFORE npabi explain ARGUMENTS", in sh's words, in the test's directory. */
static void explain(const char *before, const char *arguments)
{
	char words[2048];

	snprintf(words, sizeof(words), "explain %s", arguments);
	npabi(before, words);
}

START_TEST(a_text_is_explained)
{
	explain("", "'" ERROR "'");
	ck_assert_int_eq(command_result.exit_code, 0);
	ck_assert_str_eq(command_result.errors, "");
	ck_assert_int_eq(strncmp(command_result.output, "line 1: " ERROR "\n",
				 strlen("line 1: " ERROR "\n")),
			 0);
	assert_output("  does it matter: yes: the import fails\n");
	assert_output("  built with NumPy: 1.20-1.21 or 2.x targeting 1.21\n");
	assert_output("  running NumPy: 1.7-1.19\n");
	assert_output("    python -m pip install 'numpy>=1.20,<2'\n");
}
END_TEST

START_TEST(words_without_quotes_are_one_text)
{
	explain("",
		"module compiled against API version 0xf but this version of numpy is "
		"0xe");
	ck_assert_int_eq(command_result.exit_code, 0);
	assert_output("  running NumPy: 1.20-1.21\n");
}
END_TEST

START_TEST(standard_input_is_read_to_its_end)
{
	temp_file(&command_dir, "log", "one\ntwo\nthree " ERROR "\nfour\n");
	explain("cat log |", "-");
	ck_assert_int_eq(command_result.exit_code, 0);
	assert_output("line 3: ");
}
END_TEST

START_TEST(sentences_are_wrapped_and_commands_are_not)
{
	explain("", "'" ERROR "'");
	for (const char *line = command_result.output; *line;
	     line += strcspn(line, "\n") + 1) {
		size_t length = strcspn(line, "\n");

		ck_assert_msg(length <= 90 || strncmp(line, "    python ", 11) == 0 ||
				      strncmp(line, "    npabi ", 10) == 0 ||
				      strncmp(line, "line 1: ", 8) == 0,
			      "%.*s", (int)length, line);
	}
}
END_TEST

/* What follows a command on its line is a comment to the shell. */
START_TEST(commands_can_be_copied_whole)
{
	explain("",
		"'" ERROR "' | grep '^    [a-z]* .*numpy' | grep -v '^    or ' >copied; "
		"sh -n copied && echo fine #");
	ck_assert_str_eq(command_result.output, "fine\n");
}
END_TEST

START_TEST(json_has_an_object_an_explanation)
{
	temp_file(&command_dir, "log",
		  ERROR
		  "\nRuntimeError: module compiled against API version 0xf but this "
		  "version of numpy is 0xe\n");
	explain("", "--format jsonl - <log");
	ck_assert_int_eq(command_result.exit_code, 0);
	assert_json(
		"len(r) == 2 and all(x['event'] == 'explanation' and x['schema'] == 1 "
		"and x['matters'] == 'yes' and x['abi_mismatch'] is True and "
		"x['module'] is None for x in r)");
	assert_json("(r[0]['kind'], r[0]['type'], r[0]['numbers'], r[0]['line']) == "
		    "('size-changed', 'numpy.ndarray', [88, 80], 1)");
	assert_json("(r[1]['kind'], r[1]['built_against'], r[1]['running'], "
		    "r[1]['numpy_min'], r[1]['numpy_below']) == "
		    "('api-version', '1.22', '1.20-1.21', '1.22', '2.0')");
	assert_json("r[1]['advice'][0] == \"python -m pip install 'numpy>=1.22,<2'\" and "
		    "'T' in r[0]['time'] and r[0]['pid'] > 0");
}
END_TEST

START_TEST(what_is_not_known_is_exit_code_3)
{
	explain("", "'KeyError: x'");
	ck_assert_int_eq(command_result.exit_code, 3);
	ck_assert_str_eq(command_result.output, "");
	assert_errors("npabi: nothing in this text is known");
	assert_errors("npabi scan");
	explain("", "--format jsonl ''");
	ck_assert_int_eq(command_result.exit_code, 3);
	ck_assert_str_eq(command_result.output, "");
	explain("true |", "-");
	ck_assert_int_eq(command_result.exit_code, 3);
}
END_TEST

START_TEST(the_name_of_a_file_is_no_text)
{
	temp_file(&command_dir, "build.log", ERROR);
	explain("", "build.log");
	ck_assert_int_eq(command_result.exit_code, 3);
	assert_errors(
		"npabi: to read the file of that name: npabi explain - <build.log\n");
}
END_TEST

START_TEST(trouble_is_exit_code_2)
{
	explain("", "");
	ck_assert_int_eq(command_result.exit_code, 2);
	assert_errors("npabi: explain: which text?");
	explain("", "--fly x");
	ck_assert_int_eq(command_result.exit_code, 2);
	assert_errors("after -- where it begins with a dash");
	assert_errors("Try 'npabi explain --help'.");
	explain("", "- <&-");
	ck_assert_int_eq(command_result.exit_code, 2);
	assert_errors("npabi: standard input: Bad file descriptor");
	explain("", "- <.");
	ck_assert_int_eq(command_result.exit_code, 2);
	assert_errors("npabi: standard input: Is a directory");
	explain("", "'" ERROR "' >/dev/full");
	ck_assert_int_eq(command_result.exit_code, 2);
	assert_errors("npabi: standard output: No space left on device");
}
END_TEST

START_TEST(a_text_may_begin_with_a_dash)
{
	explain("", "-- '--> " ERROR "'");
	ck_assert_int_eq(command_result.exit_code, 0);
}
END_TEST

START_TEST(of_a_long_text_only_the_beginning_is_read)
{
	explain("{ echo '" ERROR "'; head -c 2000000 /dev/zero | tr '\\000' x; echo; "
		"echo '_ARRAY_API not found'; } |",
		"-");
	ck_assert_int_eq(command_result.exit_code, 0);
	assert_output("line 1: ");
	ck_assert_ptr_null(strstr(command_result.output, "_ARRAY_API"));
	assert_errors(
		"npabi: the text is longer than 1 MiB: only its beginning was read\n");
}
END_TEST

START_TEST(a_mebibyte_is_read_whole)
{
	size_t before = (1 << 20) - strlen(ERROR);
	char input[512], line[32];

	snprintf(input, sizeof(input),
		 "{ head -c %zu /dev/zero | tr '\\000' '\\n'; printf '" ERROR "'; } |",
		 before);
	snprintf(line, sizeof(line), "line %zu: ", before + 1);
	explain(input, "-");
	ck_assert_int_eq(command_result.exit_code, 0);
	ck_assert_str_eq(command_result.errors, "");
	assert_output(line);
}
END_TEST

START_TEST(controls_are_never_echoed)
{
	temp_file(&command_dir, "log",
		  "Traceback\r\n  File \"/x/\x1b]0;title\x07\x9b\xe2\x80\xae\x85y.py\", "
		  "line "
		  "1\r\n    import \x1b[31mpywt\x07\r\n\x1b[1mValueError\x1b[0m: "
		  "numpy.ndarray size\x08 changed,\x0b may indicate binary "
		  "incompatibility. Expected 88 from C header, got 80 from PyObject\r\n");
	explain("", "- <log");
	ck_assert_int_eq(command_result.exit_code, 0);
	assert_output("import pywt\n");
	for (const char *at = command_result.output; *at; at++)
		ck_assert_msg(*at == '\n' || ((unsigned char)*at >= 0x20 && *at != 0x7f),
			      "%d", *at);
	ck_assert_ptr_null(strstr(command_result.output, "\xe2\x80\xae"));
	ck_assert_ptr_null(strstr(command_result.output, "\x9b"));
	explain("", "--format jsonl - <log");
	assert_json("len(r) == 1 and r[0]['statement'] == 'import pywt'");
}
END_TEST

START_TEST(random_bytes_do_no_harm)
{
	explain("head -c 300000 /dev/urandom |", "-");
	ck_assert_int_eq(command_result.exit_code, 3);
	explain("{ head -c 100000 /dev/urandom; printf '\\n" ERROR "\\n'; head -c 100000 "
		"/dev/urandom; } |",
		"--format jsonl -");
	ck_assert_int_eq(command_result.exit_code, 0);
	assert_json("r[0]['numbers'] == [88, 80]");
}
END_TEST

/* Anything that grows with the square of the text would take minutes here. */
START_TEST(many_repetitions_take_no_time)
{
	temp_file(&command_dir, "line",
		  ERROR
		  "\nA module that was compiled using NumPy 1.x cannot be run in\n");
	explain("yes \"$(cat line)\" | head -n 8000 |", "-");
	ck_assert_int_eq(command_result.exit_code, 0);
	assert_output(" (and 3999 more)");
	explain("head -c 1000000 /dev/zero | tr '\\000' ' ' |", "-");
	ck_assert_int_eq(command_result.exit_code, 3);
	explain("yes 'numpy.' | head -c 1000000 | tr -d '\\n' |", "-");
	ck_assert_int_eq(command_result.exit_code, 3);
	explain("yes '{\"event\":\"extension\",' | head -c 1000000 | tr -d '\\n' |", "-");
	ck_assert_int_eq(command_result.exit_code, 0);
}
END_TEST

Suite *command_explain_suite(void)
{
	Suite *suite = suite_create("command_explain");
	TCase *tcase;

	if (!npabi_is_built())
		return suite;
	tcase = tcase_create("explain");
	tcase_set_timeout(tcase, 30);
	tcase_add_checked_fixture(tcase, command_setup, command_teardown);
	tcase_add_test(tcase, a_text_is_explained);
	tcase_add_test(tcase, words_without_quotes_are_one_text);
	tcase_add_test(tcase, standard_input_is_read_to_its_end);
	tcase_add_test(tcase, sentences_are_wrapped_and_commands_are_not);
	tcase_add_test(tcase, commands_can_be_copied_whole);
	tcase_add_test(tcase, json_has_an_object_an_explanation);
	tcase_add_test(tcase, what_is_not_known_is_exit_code_3);
	tcase_add_test(tcase, the_name_of_a_file_is_no_text);
	tcase_add_test(tcase, trouble_is_exit_code_2);
	tcase_add_test(tcase, a_text_may_begin_with_a_dash);
	tcase_add_test(tcase, of_a_long_text_only_the_beginning_is_read);
	tcase_add_test(tcase, a_mebibyte_is_read_whole);
	tcase_add_test(tcase, controls_are_never_echoed);
	tcase_add_test(tcase, random_bytes_do_no_harm);
	tcase_add_test(tcase, many_repetitions_take_no_time);
	suite_add_tcase(suite, tcase);
	return suite;
}
