/* SPDX-License-Identifier: MIT
 *
 * The command "npabi scan" from outside: output, exit codes, and inputs that are
 * no extensions.  Runs build/npabi.
 */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/npabi_command.h"
#include "support/site_packages.h"
#include "support/toolchain.h"

Suite *command_scan_suite(void);

START_TEST(a_directory_without_trouble_is_a_summary)
{
	build_plain("s/plain" SUFFIX);
	scan("s");
	ck_assert_int_eq(command_result.exit_code, 0);
	ck_assert_str_eq(command_result.errors, "");
	ck_assert_str_eq(command_result.output,
			 "npabi: 1 extension, 0 with NumPy's C interface: 0 error, "
			 "0 unsafe, 0 warn, 0 unknown, 0 ok\n");
}
END_TEST

START_TEST(all_shows_what_is_right)
{
	build_plain("s/plain" SUFFIX);
	scan("--all s");
	assert_output(
		"ok: 1 extension: does not use NumPy's C interface\n  s/plain" SUFFIX
		"\n");
}
END_TEST

START_TEST(json_has_a_record_an_extension_with_its_owner)
{
	build_plain(SITE "pkg/plain" SUFFIX);
	site_install(&command_dir, "Some_Thing-1.2.dist-info", "Some.Thing",
		     "pkg/plain" SUFFIX);
	scan("--format jsonl lib");
	ck_assert_int_eq(command_result.exit_code, 0);
	assert_json(
		"len(r) == 1 and r[0]['event'] == 'extension' and r[0]['schema'] == 1 "
		"and "
		"r[0]['path'] == 'lib/python3.11/site-packages/pkg/plain" SUFFIX "' and "
		"(r[0]['module'], r[0]['distribution'], r[0]['distribution_version']) == "
		"('pkg.plain', 'Some.Thing', '1.2') and r[0]['numpy_dependent'] is False "
		"and "
		"r[0]['verdict'] == 'ok' and r[0]['runtime'] is None");
}
END_TEST

START_TEST(the_numpy_beside_it_is_named)
{
	build_plain(SITE "plain" SUFFIX);
	temp_file(&command_dir, SITE "numpy/version.py", "version = \"1.26.4\"\n");
	scan("lib");
	assert_output("npabi: NumPy 1.26.4 is in ");
	scan("--format jsonl lib");
	assert_json("r[0]['runtime']['numpy'] == '1.26.4' and "
		    "r[0]['runtime']['numpy_path'].endswith('/numpy/__init__.py')");
}
END_TEST

START_TEST(an_unknown_numpy_beside_it_is_told)
{
	build_plain(SITE "plain" SUFFIX);
	temp_file(&command_dir, SITE "numpy/version.py", "version = \"97.1\"\n");
	scan("lib");
	assert_output("npabi: NumPy 97.1 is in ");
	assert_output("a release that the table does not have");
}
END_TEST

START_TEST(output_goes_to_a_file)
{
	char text[256];

	build_plain("s/plain" SUFFIX);
	scan("--output out.txt s");
	ck_assert_int_eq(command_result.exit_code, 0);
	ck_assert_str_eq(command_result.output, "");
	read_whole_file(temp_path(&command_dir, "out.txt"), text, sizeof(text));
	ck_assert_int_eq(strncmp(text, "npabi: 1 extension", 18), 0);
}
END_TEST

/* Files that cannot be analysed: how they are made from a sound one, what is told. */
static const struct {
	const char *make, *cause;
} bad_files[] = {
	{": > s/bad.so", "empty"},
	{"head -c 200 good > s/bad.so", "past the end"},
	{"head -c 10 good > s/bad.so", ""},
	{"echo text > s/bad.so", "not an ELF file"},
	{"head -c 100000 /dev/urandom > s/bad.so", "not an ELF file"},
	{"cp good s/bad.so; printf '\\001' | dd of=s/bad.so bs=1 seek=4 conv=notrunc",
	 "32-bit"},
	{"cp good s/bad.so; printf '\\002' | dd of=s/bad.so bs=1 seek=5 conv=notrunc",
	 "big-endian"},
	{"cp good s/bad.so; printf '\\377\\377' | dd of=s/bad.so bs=1 seek=18 "
	 "conv=notrunc",
	 "machine"},
	{"cp good s/bad.so; printf '\\377\\377\\377\\377\\377\\377\\377\\377' | "
	 "dd of=s/bad.so bs=1 seek=32 conv=notrunc",
	 ""}, /* e_phoff */
};

START_TEST(a_bad_file_gets_one_row_and_exit_code_3)
{
	char command[512];
	struct program_result made;

	build_plain("good");
	snprintf(command, sizeof(command), "cd %s && mkdir s && { %s; } 2>/dev/null",
		 command_dir.path, bad_files[_i].make);
	run_shell(command, &made);
	program_result_free(&made);
	scan("s/bad.so");
	ck_assert_int_eq(command_result.exit_code, 3);
	ck_assert_str_eq(command_result.errors, "");
	ck_assert_int_eq(strncmp(command_result.output, "s/bad.so: not analysed: ", 24),
			 0);
	assert_output(bad_files[_i].cause);
	assert_output("\nnpabi: 1 file could not be analysed\n");
	scan("--format jsonl s/bad.so");
	ck_assert_int_eq(command_result.exit_code, 3);
	assert_json("len(r) == 1 and r[0]['event'] == 'note' and r[0]['path'] == "
		    "'s/bad.so' and "
		    "len(r[0]['reason']) > 3");
}
END_TEST

START_TEST(a_bad_file_does_not_stop_the_others)
{
	build_plain("s/plain" SUFFIX);
	temp_file(&command_dir, "s/bad.so", "x");
	scan("s");
	ck_assert_int_eq(command_result.exit_code, 3);
	assert_output("s/bad.so: not analysed: ");
	assert_output("npabi: 1 extension, ");
}
END_TEST

START_TEST(a_link_to_nothing_is_told)
{
	struct program_result made;
	char command[256];

	build_plain("s/plain" SUFFIX);
	snprintf(command, sizeof(command), "cd %s/s && ln -s nowhere.so a.so",
		 command_dir.path);
	run_shell(command, &made);
	program_result_free(&made);
	scan("s");
	ck_assert_int_eq(command_result.exit_code, 3);
	assert_output("s/a.so: not analysed: a symbolic link to nothing\n");
	assert_output("npabi: 1 extension, ");
}
END_TEST

START_TEST(what_is_no_extension_is_skipped_unless_named)
{
	ck_assert_ptr_nonnull(
		build_object(&command_dir, "lib.so", "", "int f(void) { return 1; }"));
	temp_file(&command_dir, "libc.so", "/* GNU ld script */\nGROUP ( x )\n");
	scan(".");
	ck_assert_int_eq(command_result.exit_code, 0);
	assert_output("npabi: 0 extensions, ");
	scan("lib.so");
	ck_assert_int_eq(command_result.exit_code, 3);
	assert_output("lib.so: not analysed: ");
}
END_TEST

/* It has the init functions of the modules that are built into it. */
START_TEST(python_itself_is_no_extension)
{
	static const char source[] =
		"void *PyInit_pwd(void) { return (void *)0; }"
		"int Py_IsInitialized(void) { return 0; }"
		"void *PyImport_ImportModule(void) { return (void *)0; }";

	ck_assert_ptr_nonnull(build_object(&command_dir, "python3", "", source));
	ck_assert_ptr_nonnull(build_object(&command_dir, "libpython3.so", "", source));
	scan("python3");
	ck_assert_int_eq(command_result.exit_code, 3);
	assert_output("python3: not analysed: a Python interpreter, and no extension");
	assert_output("npabi: 0 extensions, ");
	scan(".");
	ck_assert_int_eq(command_result.exit_code, 0);
	assert_output("npabi: 0 extensions, ");
}
END_TEST

START_TEST(a_directory_without_extensions_is_told)
{
	build_plain("full/plain" SUFFIX);
	ck_assert_int_eq(mkdir(temp_path(&command_dir, "empty"), 0700), 0);
	scan("empty full/ full");
	ck_assert_int_eq(command_result.exit_code, 0);
	ck_assert_str_eq(command_result.errors,
			 "npabi: empty: no extension modules found\n");
	scan("--format jsonl empty");
	ck_assert_int_eq(command_result.exit_code, 0);
	ck_assert_str_eq(command_result.output, "");
	assert_errors("npabi: empty: no extension modules found\n");
}
END_TEST

START_TEST(a_path_that_is_not_there_is_exit_code_2)
{
	build_plain("s/plain" SUFFIX);
	scan("nowhere s");
	ck_assert_int_eq(command_result.exit_code, 2);
	ck_assert_str_eq(command_result.errors,
			 "npabi: nowhere: No such file or directory\n");
	assert_output("npabi: 1 extension, ");
	scan("nowhere");
	ck_assert_str_eq(command_result.output, "");
}
END_TEST

START_TEST(an_output_that_cannot_be_had_is_exit_code_2)
{
	build_plain("s/plain" SUFFIX);
	scan("--output nowhere/x s");
	ck_assert_int_eq(command_result.exit_code, 2);
	assert_errors("npabi: nowhere/x: No such file or directory");
	scan("--output /dev/full s");
	ck_assert_int_eq(command_result.exit_code, 2);
	assert_errors("npabi: /dev/full: No space left on device");
	scan("s >/dev/full");
	ck_assert_int_eq(command_result.exit_code, 2);
	assert_errors("npabi: standard output: No space left on device");
}
END_TEST

static const struct {
	const char *arguments, *words;
} refused[] = {
	{"--numpy 97.1 s", "npabi: --numpy 97.1: no such release in the table"},
	{"--numpy one s", "npabi: --numpy one: no such release in the table"},
	{"--numpy 1.27.0 s",
	 "npabi: --numpy 1.27.0: no such release in the table; known: "
	 "1.7 to 2."},
	{"--jobs 0 s", "npabi: --jobs cannot be '0'"},
	{"", "npabi: scan: which file or directory?"},
};

START_TEST(what_is_not_built_or_known_is_refused)
{
	temp_file(&command_dir, "s/x", "");
	scan(refused[_i].arguments);
	ck_assert_int_eq(command_result.exit_code, 2);
	assert_errors(refused[_i].words);
	ck_assert_str_eq(command_result.output, "");
}
END_TEST

START_TEST(a_wrong_option_points_to_the_help_on_scan)
{
	scan("--bad s");
	ck_assert_int_eq(command_result.exit_code, 2);
	ck_assert_str_eq(command_result.errors, "npabi: no such option: '--bad'\n"
						"Try 'npabi scan --help'.\n");
}
END_TEST

START_TEST(a_hostile_name_stays_on_its_line)
{
	temp_file(&command_dir, "s/a\nnpabi: b\x1b[31m.so", "x");
	scan("s");
	ck_assert_int_eq(
		strncmp(command_result.output, "s/a\\x0anpabi: b\\x1b[31m.so: not", 30),
		0);
	scan("--format jsonl s");
	assert_json("len(r) == 1 and r[0]['path'] == 's/a\\nnpabi: b\\x1b[31m.so'");
}
END_TEST

START_TEST(paths_come_from_standard_input)
{
	build_plain("s/a b" SUFFIX);
	build_plain("t/c" SUFFIX);
	build_plain("u/d" SUFFIX);
	npabi("printf 's\n\nt/c" SUFFIX "' |", "scan --all - u");
	ck_assert_int_eq(command_result.exit_code, 0);
	assert_output("  s/a b" SUFFIX "\n  t/c" SUFFIX "\n  u/d" SUFFIX "\n");
	npabi("printf 'nowhere\ns\n' |", "scan -");
	ck_assert_int_eq(command_result.exit_code, 2);
	assert_errors("npabi: nowhere: No such file or directory\n");
	assert_output("npabi: 1 extension, ");
}
END_TEST

START_TEST(what_is_no_extension_is_skipped_in_a_list)
{
	build_plain("s/plain" SUFFIX);
	ck_assert_ptr_nonnull(
		build_object(&command_dir, "lib.so", "", "int f(void) { return 1; }"));
	npabi("find . -name '*.so' |", "scan -");
	ck_assert_int_eq(command_result.exit_code, 0);
	ck_assert_str_eq(command_result.errors, "");
	assert_output("npabi: 1 extension, ");
}
END_TEST

START_TEST(a_standard_input_that_cannot_be_read_is_exit_code_2)
{
	scan("- <.");
	ck_assert_int_eq(command_result.exit_code, 2);
	assert_errors("npabi: standard input: Is a directory\n");
}
END_TEST

START_TEST(several_jobs_say_the_same_as_one)
{
	char *first;

	build_plain("s/a" SUFFIX);
	build_plain("s/b" SUFFIX);
	build_plain(SITE "c" SUFFIX);
	temp_file(&command_dir, SITE "numpy/version.py", "version = \"1.26.4\"\n");
	temp_file(&command_dir, "s/bad.so", "x");
	scan("--all s lib");
	first = strdup(command_result.output);
	scan("--all --jobs 3 s lib");
	ck_assert_int_eq(command_result.exit_code, 3);
	ck_assert_str_eq(command_result.output, first);
	free(first);
}
END_TEST

START_TEST(no_colour_reaches_a_file)
{
	temp_file(&command_dir, "s/bad.so", "x");
	scan("--all s");
	ck_assert_ptr_null(strchr(command_result.output, '\x1b'));
}
END_TEST

START_TEST(the_same_scan_says_the_same)
{
	char *first;

	build_plain("s/b" SUFFIX);
	build_plain("s/a/c" SUFFIX);
	build_plain("s/a-b" SUFFIX);
	scan("--all s");
	first = strdup(command_result.output);
	scan("--all s");
	ck_assert_str_eq(command_result.output, first);
	free(first);
}
END_TEST

static void add_bad_inputs(Suite *suite)
{
	TCase *bad = tcase_create("bad inputs");

	tcase_set_timeout(bad, 30);
	tcase_add_checked_fixture(bad, command_setup, command_teardown);
	tcase_add_loop_test(bad, a_bad_file_gets_one_row_and_exit_code_3, 0,
			    (int)(sizeof(bad_files) / sizeof(bad_files[0])));
	tcase_add_test(bad, a_bad_file_does_not_stop_the_others);
	tcase_add_test(bad, a_link_to_nothing_is_told);
	tcase_add_test(bad, what_is_no_extension_is_skipped_unless_named);
	tcase_add_test(bad, python_itself_is_no_extension);
	tcase_add_test(bad, a_directory_without_extensions_is_told);
	tcase_add_test(bad, a_path_that_is_not_there_is_exit_code_2);
	tcase_add_test(bad, an_output_that_cannot_be_had_is_exit_code_2);
	tcase_add_loop_test(bad, what_is_not_built_or_known_is_refused, 0,
			    (int)(sizeof(refused) / sizeof(refused[0])));
	tcase_add_test(bad, a_wrong_option_points_to_the_help_on_scan);
	tcase_add_test(bad, a_hostile_name_stays_on_its_line);
	suite_add_tcase(suite, bad);
}

Suite *command_scan_suite(void)
{
	Suite *suite = suite_create("command_scan");
	TCase *output;

	if (!npabi_is_built())
		return suite;
	output = tcase_create("output");
	tcase_set_timeout(output, 30);
	tcase_add_checked_fixture(output, command_setup, command_teardown);
	tcase_add_test(output, a_directory_without_trouble_is_a_summary);
	tcase_add_test(output, all_shows_what_is_right);
	tcase_add_test(output, json_has_a_record_an_extension_with_its_owner);
	tcase_add_test(output, the_numpy_beside_it_is_named);
	tcase_add_test(output, an_unknown_numpy_beside_it_is_told);
	tcase_add_test(output, output_goes_to_a_file);
	tcase_add_test(output, paths_come_from_standard_input);
	tcase_add_test(output, what_is_no_extension_is_skipped_in_a_list);
	tcase_add_test(output, a_standard_input_that_cannot_be_read_is_exit_code_2);
	tcase_add_test(output, several_jobs_say_the_same_as_one);
	tcase_add_test(output, no_colour_reaches_a_file);
	tcase_add_test(output, the_same_scan_says_the_same);
	suite_add_tcase(suite, output);
	add_bad_inputs(suite);
	return suite;
}
