/* SPDX-License-Identifier: MIT
 *
 * owner: files of the system's package managers and of conda.  The formats are
 * those of deb(5) and dpkg, of apk-tools (P:, F:, R:) and of conda-meta.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "support/owned.h"
#include "support/toolchain.h"

Suite *owner_system_suite(void);

#define DIST "usr/lib/python3/dist-packages/"

static void assert_found(const char *name, enum owner_manager manager,
			 const char *package)
{
	find_owner(name);
	ck_assert_int_eq(owner.manager, manager);
	ck_assert_str_eq(owner.package, package);
}

START_TEST(dpkg_lists_files_by_package)
{
	temp_file(&owned_dir, "var/lib/dpkg/info/python3-pandas-lib:amd64.list",
		  "/.\n/usr\n/" DIST "pandas/lib.so\n");
	temp_file(&owned_dir, "var/lib/dpkg/info/other.list", "/" DIST "other.so\n");
	temp_file(&owned_dir, "var/lib/dpkg/info/other.md5sums", "/" DIST "sum.so\n");
	assert_found(DIST "pandas/lib.so", OWNER_DPKG, "python3-pandas-lib");
	assert_found(DIST "other.so", OWNER_DPKG, "other");
	assert_found(DIST "sum.so", OWNER_DPKG, "");
	assert_found("usr/local/lib/python3.11/dist-packages/other.so", OWNER_NO_MANAGER,
		     "");
	assert_found("opt/other.so", OWNER_NO_MANAGER, "");
}
END_TEST

/* dpkg itself says whose file it is */
START_TEST(dpkg_here_agrees)
{
	char path[1024] = "", expected[256] = "", line[2048];
	FILE *output = tool_output("dpkg-query -S '/usr/lib/python3/dist-packages/*.so' "
				   "2>/dev/null | head -n 1");

	if (fgets(line, sizeof(line), output))
		ck_assert_int_eq(
			sscanf(line, "%255[^:]:%*[^/]%1023[^\n]", expected, path), 2);
	pclose(output);
	if (!path[0])
		return; /* no Debian here */
	owner_find(owner_cache, path, &owner);
	ck_assert_int_eq(owner.manager, OWNER_DPKG);
	ck_assert_str_eq(owner.package, expected);
}
END_TEST

START_TEST(a_file_in_a_record_is_not_asked_for)
{
	temp_file(&owned_dir, "var/lib/dpkg/info/other.list", "/" DIST "a/b.so\n");
	temp_file(&owned_dir, DIST "a-1.2.dist-info/METADATA", "Name: a\nVersion: 1.2\n");
	temp_file(&owned_dir, DIST "a-1.2.dist-info/RECORD", "a/b.so,,\n");
	assert_found(DIST "a/b.so", OWNER_NO_MANAGER, "");
	ck_assert_str_eq(owner.distribution, "a");
}
END_TEST

START_TEST(apk_has_one_list_of_all)
{
	temp_file(&owned_dir, "lib/apk/db/installed",
		  "C:Q1x=\nP:py3-numpy\nV:1.26.4-r0\nF:usr\nF:" DIST "numpy\nR:a.so\n"
		  "a:0:0:755\nR:b.so\n\nP:py3-scipy\nF:" DIST "scipy\nR:c.so\n");
	assert_found(DIST "numpy/a.so", OWNER_APK, "py3-numpy");
	assert_found(DIST "numpy/b.so", OWNER_APK, "py3-numpy");
	assert_found(DIST "scipy/c.so", OWNER_APK, "py3-scipy");
	assert_found(DIST "numpy/c.so", OWNER_APK, "");
}
END_TEST

START_TEST(rpm_is_only_noticed)
{
	temp_file(&owned_dir, "var/lib/rpm/rpmdb.sqlite", "");
	assert_found(DIST "numpy/a.so", OWNER_RPM, "");
}
END_TEST

START_TEST(conda_has_a_list_a_package_and_goes_before_a_record)
{
	site_install(&owned_dir, "b_c-1.2.dist-info", "b-c", "b/c.so");
	temp_file(&owned_dir, "conda-meta/b-c-1.2-py311h_0.json",
		  "{\n  \"files\": [\n    \"" SITE "b/c.so\",\n    \"x\"\n  ]\n}\n");
	assert_found(SITE "b/c.so", OWNER_CONDA, "b-c");
	assert_found(SITE "b/by_pip.so", OWNER_CONDA, "");
}
END_TEST

static const char *const odd_names[] = {"a;b.list", "$(x).list", "-x.list",
					".list",    "a b.list",	 "a'b.list"};

START_TEST(names_that_a_shell_would_read_are_not_taken)
{
	char path[256];

	snprintf(path, sizeof(path), "var/lib/dpkg/info/%s", odd_names[_i]);
	temp_file(&owned_dir, path, "/" DIST "a.so\n");
	assert_found(DIST "a.so", OWNER_DPKG, "");
}
END_TEST

START_TEST(lists_that_are_no_files_do_no_harm)
{
	temp_file(&owned_dir, "var/lib/dpkg/info/first.list", "/" DIST "a.so\n");
	ck_assert_int_eq(
		mkfifo(temp_path(&owned_dir, "var/lib/dpkg/info/fifo.list"), 0600), 0);
	ck_assert_int_eq(mkdir(temp_path(&owned_dir, "var/lib/dpkg/info/dir.list"), 0700),
			 0);
	assert_found(DIST "a.so", OWNER_DPKG, "first");
}
END_TEST

Suite *owner_system_suite(void)
{
	Suite *suite = suite_create("owner_system");
	TCase *lists = tcase_create("lists");

	tcase_add_checked_fixture(lists, owned_setup, owned_teardown);
	tcase_add_test(lists, dpkg_lists_files_by_package);
	tcase_add_test(lists, dpkg_here_agrees);
	tcase_add_test(lists, a_file_in_a_record_is_not_asked_for);
	tcase_add_test(lists, apk_has_one_list_of_all);
	tcase_add_test(lists, rpm_is_only_noticed);
	tcase_add_test(lists, conda_has_a_list_a_package_and_goes_before_a_record);
	tcase_add_loop_test(lists, names_that_a_shell_would_read_are_not_taken, 0,
			    sizeof(odd_names) / sizeof(odd_names[0]));
	tcase_add_test(lists, lists_that_are_no_files_do_no_harm);
	suite_add_tcase(suite, lists);
	return suite;
}
