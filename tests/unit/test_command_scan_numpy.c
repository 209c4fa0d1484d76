/* SPDX-License-Identifier: MIT
 *
 * The command "npabi scan" from outside: which NumPy extensions are held against,
 * and what it says of real ones.  Runs build/npabi.
 */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/fake_checks.h"
#include "support/npabi_command.h"
#include "support/reading.h"
#include "support/site_packages.h"
#include "support/toolchain.h"

Suite *command_scan_numpy_suite(void);

#define DEBIAN_NUMPY  "/usr/lib/python3/dist-packages/numpy"
#define DEBIAN_PANDAS "/usr/lib/python3/dist-packages/pandas/_libs"

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
		 command_dir.path, shares);
	temp_file(&command_dir, "venv/pyvenv.cfg", text);
	snprintf(text, sizeof(text), "base/%s/numpy/version.py", place);
	temp_file(&command_dir, text, "version = \"1.24.2\"\n");
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
	snprintf(words, sizeof(words), "npabi: NumPy 1.24.2 is in %s/base/%s, ",
		 command_dir.path, base_places[_i]);
	scan("venv");
	assert_output(words);
	assert_output("shared with ");
	scan("--format jsonl venv");
	snprintf(words, sizeof(words),
		 "r[0]['runtime']['numpy_path'] == '%s/base/%s/numpy/__init__.py'",
		 command_dir.path, base_places[_i]);
	assert_json(words);
}
END_TEST

START_TEST(an_environment_of_its_own_meets_no_other_numpy)
{
	make_environment("false", base_places[0]);
	scan("venv");
	ck_assert_ptr_null(strstr(command_result.output, "NumPy 1.24.2"));
}
END_TEST

START_TEST(an_environments_own_numpy_comes_first)
{
	make_environment("true", base_places[0]);
	temp_file(&command_dir, "venv/" SITE "numpy/version.py",
		  "version = \"1.26.4\"\n");
	scan("venv");
	assert_output("npabi: NumPy 1.26.4 is in ");
	assert_output(", and is loaded before NumPy 1.24.2 in ");
}
END_TEST

/* --- a real mismatch: Debian's pandas, built with NumPy 1.x up to Debian 12 ----- */

static bool has_pandas(void)
{
	if (access(DEBIAN_PANDAS, F_OK) == 0)
		return true;
	fputs("skipped: python3-pandas is not installed\n", stderr);
	return false;
}

/* Debian 13's NumPy, and what is built with it. */
static bool has_numpy_2(void)
{
	return access(DEBIAN_NUMPY "/_core/include", F_OK) == 0;
}

START_TEST(a_mismatch_is_a_row_and_exit_code_1)
{
	if (!has_pandas())
		return;
	if (has_numpy_2()) {
		fputs("skipped: python3-pandas suits NumPy 2\n", stderr);
		return;
	}
	scan("--numpy 2.0.2 " DEBIAN_PANDAS "/lib.*.so");
	ck_assert_int_eq(command_result.exit_code, 1);
	assert_output("error on NumPy 2.0.2: pandas ");
	assert_output(", 1 extension: ValueError: numpy.dtype size changed, may indicate "
		      "binary incompatibility. Expected 96 from C header, got 88 from "
		      "PyObject; ");
	assert_output("\n  " DEBIAN_PANDAS "/lib.");
	assert_output("npabi: the ABI of NumPy >=1.");
	assert_output("\n  what to do: ");
}
END_TEST

/* Debian's module as if it had been installed by pip into an environment. */
START_TEST(both_forms_give_the_same_advice)
{
	if (!has_pandas())
		return;
	npabi("mkdir -p v/bin v/" SITE "; touch v/pyvenv.cfg; ln -s /usr/bin/env "
	      "v/bin/python; cp " DEBIAN_PANDAS "/lib.*.so v/" SITE "; ",
	      "scan --numpy 2.0.2 v >text");
	ck_assert_int_eq(command_result.exit_code, 1);
	scan("--format jsonl --numpy 2.0.2 v");
	assert_json(
		"len(r[0]['advice']) == 4 and '/v/bin/python -m pip install --no-cache' "
		"in r[0]['advice'][2] and '\\n  what to do: ' + '\\n  '.join(r[0]["
		"'advice']) + '\\n' in open(sys.argv[1][:-5] + 'text').read()");
}
END_TEST

START_TEST(several_numpys_are_each_tried)
{
	if (!has_pandas())
		return;
	scan("--format jsonl --numpy 1.26 --numpy 2.0 " DEBIAN_PANDAS "/lib.*.so");
	if (has_numpy_2()) { /* whose headers make what runs on both */
		ck_assert_int_eq(command_result.exit_code, 0);
		assert_json("[(x['runtime']['numpy'], x['verdict']) for x in r] == "
			    "[('1.26', 'ok'), ('2.0', 'ok')]");
		return;
	}
	ck_assert_int_eq(command_result.exit_code, 1);
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
	ck_assert_int_eq(command_result.exit_code, 0);
	assert_output(" 0 with NumPy's C interface: 0 error, ");
	assert_output(" more are NumPy's own and left out");
	scan("--format jsonl --numpy 1.26 --numpy 2.0.2 " DEBIAN_NUMPY);
	ck_assert_int_eq(command_result.exit_code, 0);
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
	ck_assert_int_eq(command_result.exit_code, 0);
	ck_assert_ptr_null(strstr(command_result.output, ".so"));
}
END_TEST

START_TEST(without_numpy_the_range_is_given)
{
	if (!has_pandas())
		return;
	scan("$(cp " DEBIAN_PANDAS "/lib.*.so . && echo lib.*.so)");
	ck_assert_int_eq(command_result.exit_code, 0);
	assert_output("npabi: 1 of them with no NumPy beside: name one with --numpy\n");
	assert_output("npabi: the ABI of NumPy >=1.");
}
END_TEST

/* Cython 3.2.4's checks with the headers of NumPy 2.3.5, for 3.13 and for 3.13t. */
static const struct fake_check with_gil[] = {
	{"numpy", "dtype", 32, 8, FACTS_POLICY_IGNORE},
	{"numpy", "ndarray", 96, 8, FACTS_POLICY_IGNORE},
	{"numpy", "generic", 16, 8, FACTS_POLICY_WARN},
};
static const struct fake_check without_gil[] = {
	{"numpy", "dtype", 48, 8, FACTS_POLICY_IGNORE},
	{"numpy", "ndarray", 112, 8, FACTS_POLICY_IGNORE},
	{"numpy", "generic", 32, 8, FACTS_POLICY_WARN},
};

static void build_checking(const char *name, const char *flags,
			   const struct fake_check *checks)
{
	static char source[FAKE_SOURCE_MAX];

	snprintf(source, sizeof(source), "%s#define HOW\n%s", fake_python, fake_checkers);
	fake_checks_write(source, FAKE_3_2, "make_checks", checks, 3);
	strcat(source, "object *kept[9]; object *PyInit_checking(void) {\n"
		       "if (make_checks(kept)) return 0; return kept[0]; }\n");
	ck_assert_ptr_nonnull(build_object(&command_dir, name, flags, source));
}

/* One directory may hold builds for both; each meets the NumPy of its own Python. */
START_TEST(without_the_gil_types_are_larger)
{
	build_checking("checking.a.so", "", with_gil);
	build_checking("checking.b.so", "-DPy_GIL_DISABLED", without_gil);
	scan("--all --format jsonl --numpy 2.0.2 --numpy 2.3.5 checking.*.so");
	assert_json("[x['verdict'] for x in r] == ['ok', 'ok', 'unknown', 'ok'] and "
		    "[x['numpy_min'] for x in r] == ['1.22', '1.22', '2.1', '2.1']");
	assert_json("[[c['actual'] for c in x['size_checks']] for x in r] == "
		    "[[88, 96, 16], [88, 96, 16], [None] * 3, [104, 112, 32]]");
}
END_TEST

static TCase *make_builds(void)
{
	TCase *builds = tcase_create("builds");

	tcase_add_checked_fixture(builds, command_setup, command_teardown);
	tcase_add_test(builds, without_the_gil_types_are_larger);
	return builds;
}

Suite *command_scan_numpy_suite(void)
{
	Suite *suite = suite_create("command_scan_numpy");
	TCase *shared, *pandas;

	if (!npabi_is_built())
		return suite;
	suite_add_tcase(suite, make_builds());
	shared = tcase_create("shared");
	tcase_set_timeout(shared, 30);
	tcase_add_checked_fixture(shared, command_setup, command_teardown);
	tcase_add_loop_test(shared, an_environment_meets_the_numpy_it_shares, 0,
			    (int)(sizeof(base_places) / sizeof(base_places[0])));
	tcase_add_test(shared, an_environment_of_its_own_meets_no_other_numpy);
	tcase_add_test(shared, an_environments_own_numpy_comes_first);
	suite_add_tcase(suite, shared);

	pandas = tcase_create("pandas");
	tcase_set_timeout(pandas, 60);
	tcase_add_checked_fixture(pandas, command_setup, command_teardown);
	tcase_add_test(pandas, a_mismatch_is_a_row_and_exit_code_1);
	tcase_add_test(pandas, both_forms_give_the_same_advice);
	tcase_add_test(pandas, several_numpys_are_each_tried);
	tcase_add_test(pandas, numpys_own_extensions_go_with_it);
	tcase_add_test(pandas, debians_own_pair_is_healthy);
	tcase_add_test(pandas, without_numpy_the_range_is_given);
	suite_add_tcase(suite, pandas);
	return suite;
}
