/* SPDX-License-Identifier: MIT
 *
 * walk: which files are found, in which order, and that it ends.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scan/walk.h"
#include "support/temp_dir.h"

Suite *walk_suite(void);

static struct temp_dir dir;
static struct walk walk;

static void setup(void)
{
	temp_dir_make(&dir);
	walk = (struct walk){0};
}

static void teardown(void)
{
	walk_free(&walk);
	temp_dir_remove(&dir);
}

static void add(const char *name)
{
	ck_assert(walk_add(&walk, temp_path(&dir, name), 0, true));
}

static void make_link(const char *target, const char *name)
{
	ck_assert_int_eq(symlink(target, temp_path(&dir, name)), 0);
}

/*
 * Sorts, and compares those that are not repeated with EXPECTED: paths in the
 * directory, parted by blanks.
 */
static void assert_files(const char *expected)
{
	char text[4096] = "";
	size_t prefix = strlen(dir.path) + 1;

	walk_sort(&walk);
	for (size_t i = 0; i < walk.count; i++) {
		if (walk.files[i].repeated)
			continue;
		strcat(text, text[0] ? " " : "");
		strcat(text, walk.files[i].path + prefix);
	}
	ck_assert_str_eq(text, expected);
}

START_TEST(shared_objects_are_found_in_order)
{
	temp_file(&dir, "s/b.so", "");
	temp_file(&dir, "s/a.cpython-311-x86_64-linux-gnu.so", "");
	temp_file(&dir, "s/a/z.abi3.so", "");
	temp_file(&dir, "s/c.py", "");
	temp_file(&dir, "s/lib.so.1", "");
	temp_file(&dir, "s/.so", "");
	add("s");
	assert_files("s/a.cpython-311-x86_64-linux-gnu.so s/a/z.abi3.so s/b.so");
}
END_TEST

START_TEST(wheels_are_found_by_their_names)
{
	temp_file(&dir, "s/b.whl", "");
	temp_file(&dir, "s/sub/a.so", "");
	temp_file(&dir, "named.whl", "");
	add("s");
	add("named.whl");
	assert_files("named.whl s/b.whl s/sub/a.so");
	ck_assert(walk.files[0].is_wheel && walk.files[1].is_wheel);
	ck_assert(!walk.files[2].is_wheel);
}
END_TEST

/* Extensions are not: an installer may link the same file into two environments. */
START_TEST(a_wheel_is_found_once_by_whatever_link)
{
	temp_file(&dir, "s/b.whl", "");
	temp_file(&dir, "s/other.whl", "");
	ck_assert_int_eq(link(temp_path(&dir, "s/b.whl"), temp_path(&dir, "c.whl")), 0);
	make_link("b.whl", "s/a.whl");
	make_link("s/b.whl", "d.whl");
	add("s");
	add("d.whl");
	add("c.whl");
	assert_files("c.whl s/other.whl");
}
END_TEST

START_TEST(the_path_that_led_to_a_file_is_known)
{
	temp_file(&dir, "s/a.so", "");
	temp_file(&dir, "t.so", "");
	ck_assert(walk_add(&walk, temp_path(&dir, "t.so"), 7, true));
	ck_assert(walk_add(&walk, temp_path(&dir, "s"), 8, true));
	assert_files("s/a.so t.so");
	ck_assert_uint_eq(walk.files[0].input, 8);
	ck_assert_uint_eq(walk.files[1].input, 7);
}
END_TEST

START_TEST(a_named_file_needs_no_suffix)
{
	temp_file(&dir, "any.thing", "");
	add("any.thing");
	assert_files("any.thing");
	ck_assert(walk.files[0].named);
}
END_TEST

START_TEST(what_is_given_twice_is_told_once)
{
	temp_file(&dir, "s/a.so", "");
	temp_file(&dir, "s/sub/b.so", "");
	add("s");
	add("s/sub");
	add("s/a.so");
	assert_files("s/a.so s/sub/b.so");
	ck_assert(walk.files[0].named);
}
END_TEST

START_TEST(a_loop_of_links_ends)
{
	temp_file(&dir, "s/sub/a.so", "");
	make_link("..", "s/sub/up");
	make_link(".", "s/here");
	make_link("loop", "s/loop");
	add("s");
	assert_files("s/sub/a.so");
}
END_TEST

START_TEST(a_real_path_is_told_before_a_linked_one)
{
	temp_file(&dir, "s/lib/a.so", "");
	make_link("lib", "s/a_link_first");
	make_link("lib", "s/lib64");
	add("s");
	assert_files("s/lib/a.so");
}
END_TEST

START_TEST(a_directory_that_is_only_linked_is_entered)
{
	temp_file(&dir, "store/numpy/a.so", "");
	temp_file(&dir, "s/own.so", "");
	make_link("../store/numpy", "s/numpy");
	add("s");
	assert_files("s/numpy/a.so s/own.so");
}
END_TEST

START_TEST(a_linked_file_counts_where_it_is_linked)
{
	temp_file(&dir, "store/a.so", "");
	temp_file(&dir, "s/own.so", "");
	make_link("../store/a.so", "s/a.so");
	make_link("own.so", "s/alias.so");
	add("s");
	assert_files("s/a.so s/own.so");
}
END_TEST

START_TEST(a_link_to_nothing_is_an_error_of_its_own)
{
	temp_file(&dir, "s/own.so", "");
	make_link("nowhere.so", "s/broken.so");
	make_link("loop.so", "s/loop.so");
	make_link("nowhere.so", "s/libbroken.so");
	make_link("nowhere.py", "s/broken.py");
	add("s");
	assert_files("s/broken.so s/loop.so s/own.so");
	ck_assert_int_eq(walk.files[0].error, ENOLINK);
	ck_assert_int_eq(walk.files[1].error, ELOOP);
	ck_assert_int_eq(walk.files[2].error, 0);
}
END_TEST

/* An installer may link the same file into two environments. */
START_TEST(hard_links_are_files_of_their_own)
{
	temp_file(&dir, "s/one/a.so", "");
	temp_file(&dir, "s/two/b.so", "");
	ck_assert_int_eq(
		link(temp_path(&dir, "s/one/a.so"), temp_path(&dir, "s/two/a.so")), 0);
	add("s");
	assert_files("s/one/a.so s/two/a.so s/two/b.so");
}
END_TEST

START_TEST(other_kinds_of_file_are_left_alone)
{
	temp_file(&dir, "s/a.so", "");
	ck_assert_int_eq(mkfifo(temp_path(&dir, "s/pipe.so"), 0600), 0);
	ck_assert_int_eq(mkdir(temp_path(&dir, "s/dir.so"), 0700), 0);
	add("s");
	assert_files("s/a.so");
}
END_TEST

START_TEST(a_path_that_is_not_there_is_an_error)
{
	ck_assert(!walk_add(&walk, temp_path(&dir, "nowhere"), 0, true));
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_uint_eq(walk.count, 0);
}
END_TEST

START_TEST(a_closed_directory_is_told)
{
	uid_t user = geteuid();

	temp_file(&dir, "s/closed/a.so", "");
	ck_assert_int_eq(chmod(temp_path(&dir, "s/closed"), 0), 0);
	ck_assert_int_eq(chmod(dir.path, 0755), 0);
	/* root may enter every directory; nobody may not */
	if (user == 0)
		ck_assert_int_eq(seteuid(65534), 0);
	add("s");
	if (user == 0)
		ck_assert_int_eq(seteuid(0), 0);
	ck_assert_int_eq(chmod(temp_path(&dir, "s/closed"), 0700), 0);
	assert_files("s/closed");
	ck_assert_int_eq(walk.files[0].error, EACCES);
}
END_TEST

START_TEST(kernel_file_systems_are_not_entered)
{
	ck_assert(walk_add(&walk, "/proc", 0, true));
	ck_assert_uint_eq(walk.count, 0);
}
END_TEST

START_TEST(many_directories_are_each_entered)
{
	char name[64];

	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "s/%03d/a.so", i);
		temp_file(&dir, name, "");
	}
	add("s");
	walk_sort(&walk);
	ck_assert_uint_eq(walk.count, 1000);
}
END_TEST

START_TEST(an_empty_walk_can_be_sorted)
{
	walk_sort(&walk);
	ck_assert_uint_eq(walk.count, 0);
}
END_TEST

Suite *walk_suite(void)
{
	Suite *suite = suite_create("walk");
	TCase *walking = tcase_create("walking");

	tcase_add_checked_fixture(walking, setup, teardown);
	tcase_add_test(walking, shared_objects_are_found_in_order);
	tcase_add_test(walking, wheels_are_found_by_their_names);
	tcase_add_test(walking, a_wheel_is_found_once_by_whatever_link);
	tcase_add_test(walking, the_path_that_led_to_a_file_is_known);
	tcase_add_test(walking, a_named_file_needs_no_suffix);
	tcase_add_test(walking, what_is_given_twice_is_told_once);
	tcase_add_test(walking, a_loop_of_links_ends);
	tcase_add_test(walking, a_real_path_is_told_before_a_linked_one);
	tcase_add_test(walking, a_directory_that_is_only_linked_is_entered);
	tcase_add_test(walking, a_linked_file_counts_where_it_is_linked);
	tcase_add_test(walking, a_link_to_nothing_is_an_error_of_its_own);
	tcase_add_test(walking, hard_links_are_files_of_their_own);
	tcase_add_test(walking, other_kinds_of_file_are_left_alone);
	tcase_add_test(walking, a_path_that_is_not_there_is_an_error);
	tcase_add_test(walking, a_closed_directory_is_told);
	tcase_add_test(walking, kernel_file_systems_are_not_entered);
	tcase_add_test(walking, many_directories_are_each_entered);
	tcase_add_test(walking, an_empty_walk_can_be_sorted);
	suite_add_tcase(suite, walking);
	return suite;
}
