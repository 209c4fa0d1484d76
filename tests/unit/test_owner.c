/* SPDX-License-Identifier: MIT
 *
 * owner: names and distributions of extensions in directories as installers
 * leave them.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "support/owned.h"
#include "support/run_program.h"

Suite *owner_suite(void);

#define SUFFIX ".cpython-311-x86_64-linux-gnu.so"

static const struct {
	const char *path, *module;
} modules[] = {
	{SITE "pywt/_extensions/_pywt" SUFFIX, "pywt._extensions._pywt"},
	{SITE "a/b.abi3.so", "a.b"},
	{SITE "a/b.so", "a.b"},
	{SITE "a/b.cpython-36m-x86_64-linux-gnu.so", "a.b"},
	{SITE "a/b.pypy39-pp73-x86_64-linux-gnu.so", "a.b"},
	{SITE "_lone" SUFFIX, "_lone"},
	{SITE "a/__init__" SUFFIX, "a"},
	{SITE "google/cloud/x.so", "google.cloud.x"}, /* no __init__.py anywhere */
	{"usr/lib/python3/dist-packages/apt_pkg" SUFFIX, "apt_pkg"},
	{"usr/lib/python3.11/lib-dynload/_ctypes" SUFFIX, "_ctypes"},
	{SITE "foo-1.0-py3.11.egg/foo/bar.so", "foo.bar"},
	{SITE "venv/" SITE "a/b.so", "a.b"}, /* the innermost counts */
	{SITE "a//./b.so", "a.b"},
	{SITE "numpy.libs/libgfortran-91cc3cb1.so", ""},
	{SITE "81d2__mypyc.so", "81d2__mypyc"},
	{SITE "a/b-c.so", ""},
	{SITE ".so", ""},
};

START_TEST(a_module_is_named_by_where_it_lies)
{
	find_owner(modules[_i].path);
	ck_assert_str_eq(owner.module, modules[_i].module);
}
END_TEST

START_TEST(a_package_elsewhere_is_known_by_its_init_files)
{
	temp_file(&owned_dir, "src/pkg/__init__.py", "");
	temp_file(&owned_dir, "src/pkg/sub/__init__.py", "");
	find_owner("src/pkg/sub/_x" SUFFIX);
	assert_owner("pkg.sub._x", "", "");
	find_owner("src/lone.so");
	assert_owner("lone", "", "");
}
END_TEST

START_TEST(a_path_with_dots_is_followed)
{
	temp_file(&owned_dir, SITE "a/b.so", "");
	temp_file(&owned_dir, SITE "c/d.so", "");
	find_owner(SITE "c/../a/b.so");
	ck_assert_str_eq(owner.module, "a.b");
	find_owner(SITE "nowhere/../a/b.so");
	ck_assert_str_eq(owner.module, "");
}
END_TEST

START_TEST(a_relative_path_is_taken_from_here)
{
	temp_file(&owned_dir, SITE "a/b.so", "");
	ck_assert_int_eq(chdir(temp_path(&owned_dir, SITE "a")), 0);
	owner_find(owner_cache, "b.so", &owner);
	ck_assert_str_eq(owner.module, "a.b");
}
END_TEST

START_TEST(record_names_the_distribution)
{
	site_install(&owned_dir, "PyWavelets-1.2.dist-info", "PyWavelets",
		     "pywt/_pywt.so");
	site_install(&owned_dir, "aaa-1.2.dist-info", "aaa", "aaa/x.so");
	site_install(&owned_dir, "zzz-1.2.dist-info", "zzz", "zzz/x.so");
	find_owner(SITE "pywt/_pywt.so");
	assert_owner("pywt._pywt", "PyWavelets", "1.2");
	find_owner(SITE "zzz/x.so");
	assert_owner("zzz.x", "zzz", "1.2");
	find_owner(SITE "pywt/_other.so");
	assert_owner("pywt._other", "", "");
}
END_TEST

START_TEST(a_name_alone_does_not_beat_record)
{
	site_install(&owned_dir, "foo-1.2.dist-info", "foo", "foo/other.so");
	site_install(&owned_dir, "unlike-1.2.dist-info", "unlike", "foo/x.so");
	find_owner(SITE "foo/x.so");
	assert_owner("foo.x", "unlike", "1.2");
	find_owner(SITE "foo/nobodys.so");
	assert_owner("foo.nobodys", "", "");
}
END_TEST

START_TEST(a_quoted_path_is_understood)
{
	site_install(&owned_dir, "foo-1.2.dist-info", "foo", "\"foo/a,\"\"b\"\".so\"");
	find_owner(SITE "foo/a,\"b\".so");
	ck_assert_str_eq(owner.distribution, "foo");
}
END_TEST

START_TEST(a_record_with_dos_line_ends_is_understood)
{
	site_install(&owned_dir, "foo-1.2.dist-info", "foo", "foo/x.so");
	temp_file(&owned_dir, SITE "foo-1.2.dist-info/RECORD",
		  "foo/y.so\r\nfoo/x.so,,\r\n");
	find_owner(SITE "foo/y.so");
	ck_assert_str_eq(owner.distribution, "foo");
}
END_TEST

START_TEST(debian_dist_info_without_record_is_known_by_name)
{
	temp_file(&owned_dir, "dist-packages/PyYAML-6.0.dist-info/METADATA",
		  "Name: PyYAML\nVersion: 6.0\n");
	temp_file(&owned_dir, "dist-packages/PyYAML-6.0.dist-info/top_level.txt",
		  "_yaml\nyaml\n");
	find_owner("dist-packages/yaml/_yaml.so");
	assert_owner("yaml._yaml", "PyYAML", "6.0");
}
END_TEST

START_TEST(an_egg_info_directory_is_known_by_its_top_level_names)
{
	temp_file(&owned_dir, SITE "python_apt-2.6.egg-info/PKG-INFO",
		  "Name: python-apt\nVersion: 2.6\n");
	temp_file(&owned_dir, SITE "python_apt-2.6.egg-info/top_level.txt",
		  "apt_pkg\napt\n");
	find_owner(SITE "apt_pkg.so");
	assert_owner("apt_pkg", "python-apt", "2.6");
	find_owner(SITE "other.so");
	assert_owner("other", "", "");
}
END_TEST

START_TEST(an_egg_info_file_is_known_by_its_name)
{
	temp_file(&owned_dir, SITE "crc_mod-1.7.egg-info",
		  "Name: crc.mod\nVersion: 1.7\n");
	find_owner(SITE "Crc-Mod/_x.so");
	ck_assert_str_eq(owner.distribution, "crc.mod");
	ck_assert_str_eq(owner.version, "1.7");
}
END_TEST

START_TEST(installed_files_are_seen_from_the_egg_info)
{
	temp_file(&owned_dir, SITE "odd-1.egg-info/PKG-INFO", "Name: odd\nVersion: 1\n");
	temp_file(&owned_dir, SITE "odd-1.egg-info/installed-files.txt",
		  "../pkg/__init__.py\n../pkg/_x.so\nPKG-INFO\n");
	find_owner(SITE "pkg/_x.so");
	assert_owner("pkg._x", "odd", "1");
	find_owner(SITE "odd/_y.so");
	assert_owner("odd._y", "", "");
}
END_TEST

START_TEST(an_egg_owns_what_is_in_it)
{
	temp_file(&owned_dir, SITE "foo-1.0-py3.11.egg/EGG-INFO/PKG-INFO",
		  "Name: foo\nVersion: 1.0\n");
	find_owner(SITE "foo-1.0-py3.11.egg/bar/_x.so");
	assert_owner("bar._x", "foo", "1.0");
}
END_TEST

START_TEST(a_target_directory_is_found_by_its_metadata)
{
	temp_file(&owned_dir, "app/vendored/foo-1.2.dist-info/METADATA",
		  "Name: foo\nVersion: 1.2\n");
	temp_file(&owned_dir, "app/vendored/foo-1.2.dist-info/RECORD",
		  "space/foo/_x.so,,\n");
	find_owner("app/vendored/space/foo/_x.so");
	assert_owner("space.foo._x", "foo", "1.2");
}
END_TEST

START_TEST(a_build_in_place_belongs_to_its_project)
{
	temp_file(&owned_dir, "project/foo.egg-info/PKG-INFO",
		  "Name: foo\nVersion: 0.1\n");
	temp_file(&owned_dir, "project/foo/__init__.py", "");
	find_owner("project/foo/_x.so");
	assert_owner("foo._x", "foo", "0.1");
}
END_TEST

START_TEST(a_later_install_is_noticed)
{
	struct timespec times[2] = {{.tv_nsec = UTIME_NOW}, {.tv_sec = 1}};

	temp_file(&owned_dir, SITE "foo/x.so", "");
	utimensat(0, temp_path(&owned_dir, SITE), times, 0);
	find_owner(SITE "foo/x.so");
	assert_owner("foo.x", "", "");
	site_install(&owned_dir, "foo-1.2.dist-info", "foo", "foo/x.so");
	find_owner(SITE "foo/x.so");
	assert_owner("foo.x", "foo", "1.2");
}
END_TEST

START_TEST(no_cache_is_a_cache)
{
	site_install(&owned_dir, "foo-1.2.dist-info", "foo", "foo/x.so");
	owner_find(NULL, temp_path(&owned_dir, SITE "foo/x.so"), &owner);
	assert_owner("foo.x", "foo", "1.2");
}
END_TEST

START_TEST(errno_is_kept)
{
	errno = ENOTTY;
	find_owner(SITE "foo/x.so");
	ck_assert_int_eq(errno, ENOTTY);
}
END_TEST

/* --- the root --------------------------------------------------------------- */

START_TEST(the_root_is_where_python_imports_from)
{
	char root[512];

	ck_assert(owner_root(owner_cache, temp_path(&owned_dir, SITE "a/b.so"), root,
			     sizeof(root)));
	ck_assert_str_eq(root, temp_path(&owned_dir, "lib/python3.11/site-packages"));
	temp_file(&owned_dir, "src/pkg/__init__.py", "");
	ck_assert(owner_root(owner_cache, temp_path(&owned_dir, "src/pkg/_x.so"), root,
			     sizeof(root)));
	ck_assert_str_eq(root, temp_path(&owned_dir, "src"));
	ck_assert(
		!owner_root(owner_cache, temp_path(&owned_dir, SITE "a/b.so"), root, 10));
}
END_TEST

/* --- Python as the judge ---------------------------------------------------- */

/*
 * Every extension that importlib.metadata knows of on the interpreter's own
 * path: "PATH|MODULE|NAME|VERSION" a line, of which the first ten are enough.
 */
static const char python_lists[] =
	"import importlib.metadata, sys\n"
	"for d in importlib.metadata.distributions():\n"
	"    for f in d.files or []:\n"
	"        p = list(f.parts); stem = p[-1].split('.')[0]\n"
	"        if f.suffix == '.so' and '..' not in p and '.libs' not in p[0] "
	"and f.locate().exists():\n"
	"            print(f.locate(), '.'.join(p[:-1] + [stem]), d.metadata['Name'], "
	"d.version, sep='|')\n";

START_TEST(python_names_the_same_owners)
{
	const char *argv[] = {"python3", "-c", python_lists, NULL};
	struct program_result result;
	unsigned seen = 0;

	run_program(argv, &result);
	for (char *line = strtok(result.output, "\n"); line; line = strtok(NULL, "\n")) {
		char path[1024], module[256], name[128], version[64];

		ck_assert_int_eq(sscanf(line, "%1023[^|]|%255[^|]|%127[^|]|%63s", path,
					module, name, version),
				 4);
		owner_find(owner_cache, path, &owner);
		assert_owner(module, name, version);
		seen++;
	}
	if (!seen)
		fputs("skipped: python3 has no extension with a RECORD\n", stderr);
	program_result_free(&result);
}
END_TEST

static void add_names(Suite *suite)
{
	TCase *names = tcase_create("names");

	tcase_add_checked_fixture(names, owned_setup, owned_teardown);
	tcase_add_loop_test(names, a_module_is_named_by_where_it_lies, 0,
			    (int)(sizeof(modules) / sizeof(modules[0])));
	tcase_add_test(names, a_package_elsewhere_is_known_by_its_init_files);
	tcase_add_test(names, a_path_with_dots_is_followed);
	tcase_add_test(names, a_relative_path_is_taken_from_here);
	tcase_add_test(names, the_root_is_where_python_imports_from);
	tcase_add_test(names, errno_is_kept);
	suite_add_tcase(suite, names);
}

static void add_distributions(Suite *suite)
{
	TCase *distributions = tcase_create("distributions");

	tcase_add_checked_fixture(distributions, owned_setup, owned_teardown);
	tcase_add_test(distributions, record_names_the_distribution);
	tcase_add_test(distributions, a_name_alone_does_not_beat_record);
	tcase_add_test(distributions, a_quoted_path_is_understood);
	tcase_add_test(distributions, a_record_with_dos_line_ends_is_understood);
	tcase_add_test(distributions, debian_dist_info_without_record_is_known_by_name);
	tcase_add_test(distributions,
		       an_egg_info_directory_is_known_by_its_top_level_names);
	tcase_add_test(distributions, an_egg_info_file_is_known_by_its_name);
	tcase_add_test(distributions, installed_files_are_seen_from_the_egg_info);
	tcase_add_test(distributions, an_egg_owns_what_is_in_it);
	tcase_add_test(distributions, a_target_directory_is_found_by_its_metadata);
	tcase_add_test(distributions, a_build_in_place_belongs_to_its_project);
	tcase_add_test(distributions, a_later_install_is_noticed);
	tcase_add_test(distributions, no_cache_is_a_cache);
	tcase_add_test(distributions, python_names_the_same_owners);
	suite_add_tcase(suite, distributions);
}

Suite *owner_suite(void)
{
	Suite *suite = suite_create("owner");

	add_names(suite);
	add_distributions(suite);
	return suite;
}
