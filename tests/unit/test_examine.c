/* SPDX-License-Identifier: MIT
 *
 * examine: what is told of wheels that are no longer there as they were.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scan/examine.h"
#include "support/temp_dir.h"
#include "support/zip_file.h"

Suite *examine_suite(void);

static struct temp_dir dir;
static struct zip_file file;
static struct targets targets;
static struct examiner *examiner;
static struct walk_file wheel;
static char told[1024]; /* "PATH: REASON\n" of each reading, without the directory */

static void take(void *context, const struct reading *reading)
{
	size_t length = strlen(told);

	ck_assert_ptr_eq(context, &told);
	snprintf(told + length, sizeof(told) - length, "%s: %.200s\n",
		 reading->path + strlen(dir.path) + 1, reading->reason);
}

static void set_up(void)
{
	temp_dir_make(&dir);
	zip_file_begin(&file);
	zip_file_add(&file, "a.so", "text", false);
	zip_file_add(&file, "b.so", "text", false);
	zip_file_add(&file, "a-1.dist-info/METADATA", "Name: a\nVersion: 1\n", false);
	zip_file_finish(&file, false);
	examiner = calloc(1, sizeof(*examiner));
	ck_assert_ptr_nonnull(examiner);
	examiner->targets = &targets;
	examiner->take = take;
	examiner->context = &told;
	wheel = (struct walk_file){.is_wheel = true};
	wheel.path = strdup(temp_bytes(&dir, "w.whl", file.bytes, file.size));
	told[0] = '\0';
}

static void tear_down(void)
{
	free(wheel.path);
	examiner_close(examiner);
	free(examiner);
	temp_dir_remove(&dir);
}

START_TEST(each_member_is_told)
{
	examine_file(examiner, &wheel);
	ck_assert_str_eq(told, "w.whl!a.so: not an ELF file\n"
			       "w.whl!b.so: not an ELF file\n");
}
END_TEST

static void take_and_change(void *context, const struct reading *reading)
{
	const struct timespec times[] = {{1, 0}, {1, 0}};

	take(context, reading);
	ck_assert_int_eq(utimensat(AT_FDCWD, wheel.path, times, 0), 0);
}

START_TEST(a_wheel_that_changes_meanwhile_is_told)
{
	examiner->take = take_and_change;
	examine_file(examiner, &wheel);
	ck_assert_str_eq(told, "w.whl!a.so: not an ELF file\n"
			       "w.whl!b.so: not an ELF file\n"
			       "w.whl: changed while it was read\n");
}
END_TEST

START_TEST(a_wheel_that_is_gone_is_none_unless_named)
{
	ck_assert_int_eq(unlink(wheel.path), 0);
	examine_file(examiner, &wheel);
	ck_assert_str_eq(told, "");
	wheel.named = true;
	examine_file(examiner, &wheel);
	ck_assert_str_eq(told, "w.whl: No such file or directory\n");
}
END_TEST

START_TEST(an_error_of_the_walk_is_told)
{
	wheel.error = EACCES;
	examine_file(examiner, &wheel);
	ck_assert_str_eq(told, "w.whl: Permission denied\n");
}
END_TEST

Suite *examine_suite(void)
{
	Suite *suite = suite_create("examine");
	TCase *wheels = tcase_create("wheels");

	tcase_add_checked_fixture(wheels, set_up, tear_down);
	tcase_add_test(wheels, each_member_is_told);
	tcase_add_test(wheels, a_wheel_that_changes_meanwhile_is_told);
	tcase_add_test(wheels, a_wheel_that_is_gone_is_none_unless_named);
	tcase_add_test(wheels, an_error_of_the_walk_is_told);
	suite_add_tcase(suite, wheels);
	return suite;
}
