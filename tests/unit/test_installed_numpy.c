/* SPDX-License-Identifier: MIT
 *
 * installed_numpy: the version by the files that NumPy's releases ship.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scan/installed_numpy.h"
#include "support/run_program.h"
#include "support/temp_dir.h"

Suite *installed_numpy_suite(void);

static struct temp_dir dir;
static char version[32];

static void setup(void)
{
	temp_dir_make(&dir);
	strcpy(version, "untouched");
}

static void teardown(void)
{
	temp_dir_remove(&dir);
}

static bool look(void)
{
	return installed_numpy(dir.path, version, sizeof(version));
}

/* The first lines of numpy/version.py in the named releases. */
static const struct {
	const char *text, *version;
} sources[] = {
	/* 1.13.3, 1.19.5 */
	{"\n# THIS FILE IS GENERATED FROM NUMPY SETUP.PY\n#\nshort_version = '1.19.5'\n",
	 "1.19.5"},
	/* 1.20.0 */
	{"short_version: str = '1.20.0'\nversion: str = '1.20.0'\n", "1.20.0"},
	/* 1.26.4 */
	{"\nversion = \"1.26.4\"\n__version__ = version\nfull_version = version\n",
	 "1.26.4"},
	/* 2.0.0rc1 */
	{"\"\"\"\nModule to expose version info\n\"\"\"\n\nversion = \"2.0.0rc1\"\n",
	 "2.0.0rc1"},
};

START_TEST(version_py_tells)
{
	temp_file(&dir, "numpy/version.py", sources[_i].text);
	ck_assert(look());
	ck_assert_str_eq(version, sources[_i].version);
}
END_TEST

START_TEST(the_json_of_1_21_to_1_25_tells)
{
	temp_file(&dir, "numpy/version.py",
		  "from ._version import get_versions\n__ALL__ = ['version']\n"
		  "vinfo = get_versions()\nversion = vinfo[\"version\"]\n");
	temp_file(&dir, "numpy/_version.py",
		  "version_json = '''\n{\n \"date\": \"2023-02-05\",\n"
		  " \"version\": \"1.24.2\"\n}\n'''  # END VERSION_JSON\n");
	ck_assert(look());
	ck_assert_str_eq(version, "1.24.2");
}
END_TEST

START_TEST(metadata_tells_at_last)
{
	temp_file(&dir, "numpy/__init__.py", "");
	temp_file(&dir, "numpy-1.24.2.egg-info/PKG-INFO", "");
	ck_assert(look());
	ck_assert_str_eq(version, "1.24.2");
}
END_TEST

START_TEST(the_package_is_believed_before_metadata)
{
	temp_file(&dir, "numpy/version.py", "version = \"2.0.2\"\n");
	temp_file(&dir, "numpy-1.26.4.dist-info/METADATA", "");
	ck_assert(look());
	ck_assert_str_eq(version, "2.0.2");
}
END_TEST

START_TEST(metadata_without_the_package_is_no_numpy)
{
	temp_file(&dir, "numpy-1.26.4.dist-info/METADATA", "");
	ck_assert(!look());
	ck_assert_str_eq(version, "untouched");
}
END_TEST

START_TEST(a_package_without_version_is_unknown)
{
	temp_file(&dir, "numpy/__init__.py", "");
	ck_assert(!look());
}
END_TEST

START_TEST(a_version_that_is_none_is_unknown)
{
	temp_file(&dir, "numpy/version.py",
		  "version = 'x'\nversion = '1.0; rm'\nversion = '\nversion =\n"
		  "version = '11111111111111111111111111111111111111'\n");
	ck_assert(!look());
	ck_assert_str_eq(version, "untouched");
}
END_TEST

START_TEST(a_pipe_is_not_waited_for)
{
	temp_file(&dir, "numpy/__init__.py", "");
	ck_assert_int_eq(mkfifo(temp_path(&dir, "numpy/version.py"), 0600), 0);
	ck_assert(!look());
}
END_TEST

START_TEST(python_says_the_same)
{
	static const char program[] =
		"import numpy, os\n"
		"print(os.path.dirname(os.path.dirname(numpy.__file__)))\n"
		"print(numpy.__version__)\n";
	static const char *const pythons[] = {"/usr/bin/python3", "python3"};
	const char *argv[] = {pythons[_i], "-c", program, NULL};
	struct program_result result;
	const char *root, *expected;

	run_program(argv, &result);
	root = strtok(result.output, "\n");
	expected = strtok(NULL, "\n");
	if (expected) {
		ck_assert(installed_numpy(root, version, sizeof(version)));
		ck_assert_str_eq(version, expected);
	} else {
		fprintf(stderr, "skipped: %s has no NumPy\n", pythons[_i]);
	}
	program_result_free(&result);
}
END_TEST

Suite *installed_numpy_suite(void)
{
	Suite *suite = suite_create("installed_numpy");
	TCase *versions = tcase_create("versions");

	tcase_add_checked_fixture(versions, setup, teardown);
	tcase_add_loop_test(versions, version_py_tells, 0,
			    (int)(sizeof(sources) / sizeof(sources[0])));
	tcase_add_test(versions, the_json_of_1_21_to_1_25_tells);
	tcase_add_test(versions, metadata_tells_at_last);
	tcase_add_test(versions, the_package_is_believed_before_metadata);
	tcase_add_test(versions, metadata_without_the_package_is_no_numpy);
	tcase_add_test(versions, a_package_without_version_is_unknown);
	tcase_add_test(versions, a_version_that_is_none_is_unknown);
	tcase_add_test(versions, a_pipe_is_not_waited_for);
	tcase_add_loop_test(versions, python_says_the_same, 0, 2);
	suite_add_tcase(suite, versions);
	return suite;
}
