/* SPDX-License-Identifier: MIT
 *
 * owner: metadata that no installer would write is unknown, and never a wait.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/owned.h"

Suite *owner_hostile_suite(void);

START_TEST(a_fifo_is_not_waited_for)
{
	site_install(&owned_dir, "foo-1.2.dist-info", "foo", "foo/x.so");
	ck_assert_int_eq(remove(temp_path(&owned_dir, SITE "foo-1.2.dist-info/RECORD")),
			 0);
	ck_assert_int_eq(
		mkfifo(temp_path(&owned_dir, SITE "foo-1.2.dist-info/RECORD"), 0600), 0);
	find_owner(SITE "foo/x.so");
	assert_owner("foo.x", "", "");
}
END_TEST

START_TEST(a_device_is_not_read)
{
	site_install(&owned_dir, "foo-1.2.dist-info", "foo", "foo/x.so");
	ck_assert_int_eq(remove(temp_path(&owned_dir, SITE "foo-1.2.dist-info/METADATA")),
			 0);
	ck_assert_int_eq(symlink("/dev/zero", temp_path(&owned_dir, SITE
							"foo-1.2.dist-info/METADATA")),
			 0);
	find_owner(SITE "foo/x.so");
	assert_owner("foo.x", "", "");
}
END_TEST

START_TEST(a_symlink_loop_is_unknown)
{
	temp_file(&owned_dir, SITE "foo/x.so", "");
	ck_assert_int_eq(symlink("foo-1.2.dist-info",
				 temp_path(&owned_dir, SITE "foo-1.2.dist-info")),
			 0);
	find_owner(SITE "foo/x.so");
	assert_owner("foo.x", "", "");
}
END_TEST

START_TEST(an_endless_record_is_given_up)
{
	site_install(&owned_dir, "foo-1.2.dist-info", "foo", "foo/other.so");
	ck_assert_int_eq(truncate(temp_path(&owned_dir, SITE "foo-1.2.dist-info/RECORD"),
				  1L << 40),
			 0);
	find_owner(SITE "foo/x.so");
	assert_owner("foo.x", "", "");
}
END_TEST

START_TEST(binary_metadata_has_no_name)
{
	static const char bytes[] =
		"Name: f\0oo\nName: f\x1boo\nName:\nVersion: 1\n\xff\xfe\n";

	site_install(&owned_dir, "foo-1.2.dist-info", "foo", "foo/x.so");
	temp_bytes(&owned_dir, SITE "foo-1.2.dist-info/METADATA", bytes, sizeof(bytes));
	find_owner(SITE "foo/x.so");
	assert_owner("foo.x", "", "");
}
END_TEST

START_TEST(a_name_after_the_headers_does_not_count)
{
	site_install(&owned_dir, "foo-1.2.dist-info", "foo", "foo/x.so");
	temp_file(&owned_dir, SITE "foo-1.2.dist-info/METADATA",
		  "Version: 2\n\nName: fake\n");
	find_owner(SITE "foo/x.so");
	assert_owner("foo.x", "", "");
}
END_TEST

START_TEST(a_name_that_is_too_long_is_unknown)
{
	char text[512] = "Name: ";

	site_install(&owned_dir, "foo-1.2.dist-info", "foo", "foo/x.so");
	memset(text + 6, 'n', 300);
	strcpy(text + 306, "\nVersion: 1\n");
	temp_file(&owned_dir, SITE "foo-1.2.dist-info/METADATA", text);
	find_owner(SITE "foo/x.so");
	assert_owner("foo.x", "", "");
}
END_TEST

START_TEST(a_record_that_points_outside_claims_nothing)
{
	site_install(&owned_dir, "foo-1.2.dist-info", "foo", "../../../etc/x.so");
	find_owner(SITE "etc/x.so");
	assert_owner("etc.x", "", "");
}
END_TEST

START_TEST(a_line_without_end_does_not_hide_the_next)
{
	static char text[100000];

	site_install(&owned_dir, "foo-1.2.dist-info", "foo", "foo/x.so");
	memset(text, 'a', 90000);
	strcpy(text + 90000, "\nfoo/y.so,,\n");
	temp_file(&owned_dir, SITE "foo-1.2.dist-info/RECORD", text);
	find_owner(SITE "foo/y.so");
	ck_assert_str_eq(owner.distribution, "foo");
}
END_TEST

START_TEST(a_path_that_is_too_long_is_unknown)
{
	char path[6000];

	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	owner_find(owner_cache, path, &owner);
	assert_owner("", "", "");
	owner_find(owner_cache, "", &owner);
	assert_owner("", "", "");
}
END_TEST

Suite *owner_hostile_suite(void)
{
	Suite *suite = suite_create("owner_hostile");
	TCase *hostile = tcase_create("hostile");

	tcase_add_checked_fixture(hostile, owned_setup, owned_teardown);
	tcase_add_test(hostile, a_fifo_is_not_waited_for);
	tcase_add_test(hostile, a_device_is_not_read);
	tcase_add_test(hostile, a_symlink_loop_is_unknown);
	tcase_add_test(hostile, an_endless_record_is_given_up);
	tcase_add_test(hostile, binary_metadata_has_no_name);
	tcase_add_test(hostile, a_name_after_the_headers_does_not_count);
	tcase_add_test(hostile, a_name_that_is_too_long_is_unknown);
	tcase_add_test(hostile, a_record_that_points_outside_claims_nothing);
	tcase_add_test(hostile, a_line_without_end_does_not_hide_the_next);
	tcase_add_test(hostile, a_path_that_is_too_long_is_unknown);
	suite_add_tcase(suite, hostile);
	return suite;
}
