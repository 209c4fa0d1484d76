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

#include "support/run_program.h"
#include "support/site_packages.h"
#include "support/temp_dir.h"
#include "support/toolchain.h"

Suite *command_scan_suite(void);

#define SUFFIX	      ".cpython-311-x86_64-linux-gnu.so"
#define DEBIAN_NUMPY  "/usr/lib/python3/dist-packages/numpy"
#define DEBIAN_PANDAS "/usr/lib/python3/dist-packages/pandas/_libs"

/* An extension that has nothing to do with NumPy. */
static const char plain_source[] = "void *PyInit_plain(void) { return (void *)0; }";

static struct temp_dir dir;
static struct program_result result;

static void setup(void)
{
	temp_dir_make(&dir);
	memset(&result, 0, sizeof(result));
}

static void teardown(void)
{
	program_result_free(&result);
	temp_dir_remove(&dir);
}

/* Runs "npabi scan" with ARGUMENTS, in sh's words, in the test's directory. */
static void scan(const char *arguments)
{
	char command[4096];

	snprintf(command, sizeof(command), "cd %s && %s scan %s", dir.path,
		 built_program("npabi"), arguments);
	program_result_free(&result);
	run_shell(command, &result);
}

static void assert_output(const char *words)
{
	ck_assert_msg(strstr(result.output, words) != NULL,
		      "no '%s' in:\n%.2000s\n%.500s", words, result.output,
		      result.errors);
}

static void assert_errors(const char *words)
{
	ck_assert_msg(strstr(result.errors, words) != NULL, "no '%s' in:\n%.2000s", words,
		      result.errors);
}

static void build_plain(const char *name)
{
	char path[256];
	const char *built = build_object(&dir, "built.so", "", plain_source);

	ck_assert_ptr_nonnull(built);
	snprintf(path, sizeof(path), "%s", built);
	temp_file(&dir, name, "");
	ck_assert_int_eq(rename(path, temp_path(&dir, name)), 0);
}

/* Fails unless Python, with the lines' objects as r, finds CONDITION true. */
static void assert_json(const char *condition)
{
	char program[1024];
	const char *path = temp_file(&dir, "lines", result.output);
	const char *argv[] = {"python3", "-c", program, path, NULL};
	struct program_result judged;

	snprintf(program, sizeof(program),
		 "import json, sys\n"
		 "r = [json.loads(line) for line in open(sys.argv[1])]\n"
		 "assert %s, r\n",
		 condition);
	run_program(argv, &judged);
	ck_assert_msg(judged.exit_code == 0, "%.2000s", judged.errors);
	program_result_free(&judged);
}

START_TEST(a_directory_without_trouble_is_a_summary)
{
	build_plain("s/plain" SUFFIX);
	scan("s");
	ck_assert_int_eq(result.exit_code, 0);
	ck_assert_str_eq(result.errors, "");
	ck_assert_str_eq(result.output,
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
	site_install(&dir, "Some_Thing-1.2.dist-info", "Some.Thing", "pkg/plain" SUFFIX);
	scan("--format jsonl lib");
	ck_assert_int_eq(result.exit_code, 0);
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
	temp_file(&dir, SITE "numpy/version.py", "version = \"1.26.4\"\n");
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
	temp_file(&dir, SITE "numpy/version.py", "version = \"97.1\"\n");
	scan("lib");
	assert_output("npabi: NumPy 97.1 is in ");
	assert_output("a release that the table does not have");
}
END_TEST

/*
 * A virtual environment without NumPy, whose pyvenv.cfg has SHARES as
 * include-system-site-packages, made of a Python that has NumPy in PLACE.
 */
static void make_environment(const char *shares, const char *place)
{
	char text[512];

	build_plain("venv/" SITE "plain" SUFFIX);
	snprintf(text, sizeof(text),
		 "home = %s/base/bin\ninclude-system-site-packages = %s\n"
		 "version = 3.11.2\n",
		 dir.path, shares);
	temp_file(&dir, "venv/pyvenv.cfg", text);
	snprintf(text, sizeof(text), "base/%s/numpy/version.py", place);
	temp_file(&dir, text, "version = \"1.24.2\"\n");
}

static const char base_places[][40] = {
	"lib/python3.11/site-packages",
	"lib/python3/dist-packages",
	"lib/python3.11/dist-packages",
	"local/lib/python3.11/dist-packages",
};

START_TEST(an_environment_meets_the_numpy_it_shares)
{
	char words[256];

	make_environment("true", base_places[_i]);
	snprintf(words, sizeof(words), "npabi: NumPy 1.24.2 is in %s/base/%s, ", dir.path,
		 base_places[_i]);
	scan("venv");
	assert_output(words);
	assert_output("shared with ");
	scan("--format jsonl venv");
	snprintf(words, sizeof(words),
		 "r[0]['runtime']['numpy_path'] == '%s/base/%s/numpy/__init__.py'",
		 dir.path, base_places[_i]);
	assert_json(words);
}
END_TEST

START_TEST(an_environment_of_its_own_meets_no_other_numpy)
{
	make_environment("false", base_places[0]);
	scan("venv");
	ck_assert_ptr_null(strstr(result.output, "NumPy 1.24.2"));
}
END_TEST

START_TEST(an_environments_own_numpy_comes_first)
{
	make_environment("true", base_places[0]);
	temp_file(&dir, "venv/" SITE "numpy/version.py", "version = \"1.26.4\"\n");
	scan("venv");
	assert_output("npabi: NumPy 1.26.4 is in ");
	assert_output(", and is loaded before NumPy 1.24.2 in ");
}
END_TEST

START_TEST(output_goes_to_a_file)
{
	char text[256];

	build_plain("s/plain" SUFFIX);
	scan("--output out.txt s");
	ck_assert_int_eq(result.exit_code, 0);
	ck_assert_str_eq(result.output, "");
	read_whole_file(temp_path(&dir, "out.txt"), text, sizeof(text));
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
		 dir.path, bad_files[_i].make);
	run_shell(command, &made);
	program_result_free(&made);
	scan("s/bad.so");
	ck_assert_int_eq(result.exit_code, 3);
	ck_assert_str_eq(result.errors, "");
	ck_assert_int_eq(strncmp(result.output, "s/bad.so: not analysed: ", 24), 0);
	assert_output(bad_files[_i].cause);
	assert_output("\nnpabi: 1 file could not be analysed\n");
	scan("--format jsonl s/bad.so");
	ck_assert_int_eq(result.exit_code, 3);
	assert_json("len(r) == 1 and r[0]['event'] == 'note' and r[0]['path'] == "
		    "'s/bad.so' and "
		    "len(r[0]['reason']) > 3");
}
END_TEST

START_TEST(a_bad_file_does_not_stop_the_others)
{
	build_plain("s/plain" SUFFIX);
	temp_file(&dir, "s/bad.so", "x");
	scan("s");
	ck_assert_int_eq(result.exit_code, 3);
	assert_output("s/bad.so: not analysed: ");
	assert_output("npabi: 1 extension, ");
}
END_TEST

START_TEST(what_is_no_extension_is_skipped_unless_named)
{
	ck_assert_ptr_nonnull(
		build_object(&dir, "lib.so", "", "int f(void) { return 1; }"));
	temp_file(&dir, "libc.so", "/* GNU ld script */\nGROUP ( x )\n");
	scan(".");
	ck_assert_int_eq(result.exit_code, 0);
	assert_output("npabi: 0 extensions, ");
	scan("lib.so");
	ck_assert_int_eq(result.exit_code, 3);
	assert_output("lib.so: not analysed: ");
}
END_TEST

START_TEST(a_directory_without_extensions_is_told)
{
	build_plain("full/plain" SUFFIX);
	ck_assert_int_eq(mkdir(temp_path(&dir, "empty"), 0700), 0);
	scan("empty full/ full");
	ck_assert_int_eq(result.exit_code, 0);
	ck_assert_str_eq(result.errors, "npabi: empty: no extension modules found\n");
	scan("--format jsonl empty");
	ck_assert_int_eq(result.exit_code, 0);
	ck_assert_str_eq(result.output, "");
	assert_errors("npabi: empty: no extension modules found\n");
}
END_TEST

START_TEST(wheels_in_a_directory_are_counted)
{
	build_plain("s/plain" SUFFIX);
	temp_file(&dir, "s/a-1-py3-none-any.whl", "");
	temp_file(&dir, "s/t/b-1-py3-none-any.whl", "");
	scan("s");
	ck_assert_int_eq(result.exit_code, 0);
	ck_assert_int_eq(strncmp(result.errors, "npabi: s: 2 wheels passed over, ", 32),
			 0);
	assert_output("npabi: 1 extension, ");
}
END_TEST

START_TEST(a_path_that_is_not_there_is_exit_code_2)
{
	build_plain("s/plain" SUFFIX);
	scan("nowhere s");
	ck_assert_int_eq(result.exit_code, 2);
	ck_assert_str_eq(result.errors, "npabi: nowhere: No such file or directory\n");
	assert_output("npabi: 1 extension, ");
	scan("nowhere");
	ck_assert_str_eq(result.output, "");
}
END_TEST

START_TEST(an_output_that_cannot_be_had_is_exit_code_2)
{
	build_plain("s/plain" SUFFIX);
	scan("--output nowhere/x s");
	ck_assert_int_eq(result.exit_code, 2);
	assert_errors("npabi: nowhere/x: No such file or directory");
	scan("--output /dev/full s");
	ck_assert_int_eq(result.exit_code, 2);
	assert_errors("npabi: /dev/full: No space left on device");
	scan("s >/dev/full");
	ck_assert_int_eq(result.exit_code, 2);
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
	{"--jobs 2 s", "npabi: --jobs is not built yet"},
	{"--format html s", "npabi: --format html is not built yet"},
	{"x.whl", "npabi: x.whl: wheels are not read yet; unpack it"},
	{"", "npabi: scan: which file or directory?"},
};

START_TEST(what_is_not_built_or_known_is_refused)
{
	temp_file(&dir, "s/x", "");
	temp_file(&dir, "x.whl", "");
	scan(refused[_i].arguments);
	ck_assert_int_eq(result.exit_code, 2);
	assert_errors(refused[_i].words);
	ck_assert_str_eq(result.output, "");
}
END_TEST

START_TEST(a_wrong_option_points_to_the_help_on_scan)
{
	scan("--bad s");
	ck_assert_int_eq(result.exit_code, 2);
	ck_assert_str_eq(result.errors, "npabi: no such option: '--bad'\n"
					"Try 'npabi scan --help'.\n");
}
END_TEST

START_TEST(a_hostile_name_stays_on_its_line)
{
	temp_file(&dir, "s/a\nnpabi: b\x1b[31m.so", "x");
	scan("s");
	ck_assert_int_eq(strncmp(result.output, "s/a\\x0anpabi: b\\x1b[31m.so: not", 30),
			 0);
	scan("--format jsonl s");
	assert_json("len(r) == 1 and r[0]['path'] == 's/a\\nnpabi: b\\x1b[31m.so'");
}
END_TEST

START_TEST(no_colour_reaches_a_file)
{
	temp_file(&dir, "s/bad.so", "x");
	scan("--all s");
	ck_assert_ptr_null(strchr(result.output, '\x1b'));
}
END_TEST

START_TEST(the_same_scan_says_the_same)
{
	char *first;

	build_plain("s/b" SUFFIX);
	build_plain("s/a/c" SUFFIX);
	build_plain("s/a-b" SUFFIX);
	scan("--all s");
	first = strdup(result.output);
	scan("--all s");
	ck_assert_str_eq(result.output, first);
	free(first);
}
END_TEST

/* --- a real mismatch: Debian's pandas is built with NumPy 1.x ----------------- */

static bool has_pandas(void)
{
	if (access(DEBIAN_PANDAS, F_OK) == 0)
		return true;
	fputs("skipped: python3-pandas is not installed\n", stderr);
	return false;
}

START_TEST(a_mismatch_is_a_row_and_exit_code_1)
{
	if (!has_pandas())
		return;
	scan("--numpy 2.0.2 " DEBIAN_PANDAS "/lib.*.so");
	ck_assert_int_eq(result.exit_code, 1);
	assert_output("error on NumPy 2.0.2: pandas ");
	assert_output(", 1 extension: ValueError: numpy.dtype size changed, may indicate "
		      "binary incompatibility. Expected 96 from C header, got 88 from "
		      "PyObject; ");
	assert_output("\n  " DEBIAN_PANDAS "/lib.");
	assert_output("npabi: what to do: pip install 'numpy>=1.");
	assert_output(",<2'\n");
}
END_TEST

START_TEST(several_numpys_are_each_tried)
{
	if (!has_pandas())
		return;
	scan("--format jsonl --numpy 1.26 --numpy 2.0 " DEBIAN_PANDAS "/lib.*.so");
	ck_assert_int_eq(result.exit_code, 1);
	assert_json("[(x['runtime']['numpy'], x['verdict']) for x in r] == "
		    "[('1.26', 'ok'), ('2.0', 'error')] and r[1]['size_checks'] and "
		    "{'type': 'numpy.dtype', 'expected': 96, 'policy': 'ignore', "
		    "'actual': 88, "
		    "'outcome': 'error'} in r[1]['size_checks']");
}
END_TEST

START_TEST(numpys_own_extensions_go_with_it)
{
	if (!has_pandas())
		return;
	scan("--numpy 2.0.2 " DEBIAN_NUMPY);
	ck_assert_int_eq(result.exit_code, 0);
	assert_output(" 0 with NumPy's C interface: 0 error, ");
	assert_output(" more are NumPy's own and left out");
	scan("--format jsonl --numpy 1.26 --numpy 2.0.2 " DEBIAN_NUMPY);
	ck_assert_int_eq(result.exit_code, 0);
	assert_json("len(r) == len({x['path'] for x in r}) and "
		    "{x['verdict'] for x in r} == {'ok'} and "
		    "{x['runtime']['numpy_path'] for x in r} == "
		    "{'" DEBIAN_NUMPY "/__init__.py'}");
}
END_TEST

START_TEST(debians_own_pair_is_healthy)
{
	if (!has_pandas())
		return;
	scan("/usr/lib/python3/dist-packages/pandas "
	     "/usr/lib/python3/dist-packages/numpy");
	ck_assert_int_eq(result.exit_code, 0);
	ck_assert_ptr_null(strstr(result.output, ".so"));
}
END_TEST

START_TEST(without_numpy_the_range_is_given)
{
	if (!has_pandas())
		return;
	scan("$(cp " DEBIAN_PANDAS "/lib.*.so . && echo lib.*.so)");
	ck_assert_int_eq(result.exit_code, 0);
	assert_output("npabi: 1 of them with no NumPy beside: name one with --numpy\n");
	assert_output("npabi: NumPy >=1.");
}
END_TEST

static void add_bad_inputs(Suite *suite)
{
	TCase *bad = tcase_create("bad inputs");

	tcase_set_timeout(bad, 30);
	tcase_add_checked_fixture(bad, setup, teardown);
	tcase_add_loop_test(bad, a_bad_file_gets_one_row_and_exit_code_3, 0,
			    (int)(sizeof(bad_files) / sizeof(bad_files[0])));
	tcase_add_test(bad, a_bad_file_does_not_stop_the_others);
	tcase_add_test(bad, what_is_no_extension_is_skipped_unless_named);
	tcase_add_test(bad, a_directory_without_extensions_is_told);
	tcase_add_test(bad, wheels_in_a_directory_are_counted);
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
	TCase *output, *pandas;

	if (access(built_program("npabi"), X_OK) != 0) {
		fputs("skipped: npabi is not built beside this program\n", stderr);
		return suite;
	}
	output = tcase_create("output");
	tcase_set_timeout(output, 30);
	tcase_add_checked_fixture(output, setup, teardown);
	tcase_add_test(output, a_directory_without_trouble_is_a_summary);
	tcase_add_test(output, all_shows_what_is_right);
	tcase_add_test(output, json_has_a_record_an_extension_with_its_owner);
	tcase_add_test(output, the_numpy_beside_it_is_named);
	tcase_add_test(output, an_unknown_numpy_beside_it_is_told);
	tcase_add_loop_test(output, an_environment_meets_the_numpy_it_shares, 0,
			    (int)(sizeof(base_places) / sizeof(base_places[0])));
	tcase_add_test(output, an_environment_of_its_own_meets_no_other_numpy);
	tcase_add_test(output, an_environments_own_numpy_comes_first);
	tcase_add_test(output, output_goes_to_a_file);
	tcase_add_test(output, no_colour_reaches_a_file);
	tcase_add_test(output, the_same_scan_says_the_same);
	suite_add_tcase(suite, output);
	add_bad_inputs(suite);

	pandas = tcase_create("pandas");
	tcase_set_timeout(pandas, 60);
	tcase_add_checked_fixture(pandas, setup, teardown);
	tcase_add_test(pandas, a_mismatch_is_a_row_and_exit_code_1);
	tcase_add_test(pandas, several_numpys_are_each_tried);
	tcase_add_test(pandas, numpys_own_extensions_go_with_it);
	tcase_add_test(pandas, debians_own_pair_is_healthy);
	tcase_add_test(pandas, without_numpy_the_range_is_given);
	suite_add_tcase(suite, pandas);
	return suite;
}
