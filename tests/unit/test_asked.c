/* SPDX-License-Identifier: MIT
 *
 * asked: what installed distributions ask for, and what that leaves of a range.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "scan/asked.h"
#include "support/site_packages.h"

Suite *asked_suite(void);

static struct temp_dir dir;
static struct asked asked;
static struct common_range range;
static char who[512];

static void setup(void)
{
	temp_dir_make(&dir);
	memset(&asked, 0, sizeof(asked));
	memset(&range, 0, sizeof(range));
	common_range_narrow(&range, "1.22", "2.0", "a.b");
}

static void teardown(void)
{
	temp_dir_remove(&dir);
}

/* Installs NAME 1.2 in SITE, whose headers have also HEADERS. */
static void install(const char *name, const char *headers)
{
	char path[256], text[1024];

	snprintf(path, sizeof(path), SITE "%s-1.2.dist-info/METADATA", name);
	snprintf(text, sizeof(text),
		 "Metadata-Version: 2.1\nName: %s\nVersion: 1.2\n%s\nRequires-Dist: "
		 "numpy<1.1\n",
		 name, headers);
	temp_file(&dir, path, text);
}

/* Narrows the range for a module at NAME. */
static void narrow(const char *name)
{
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, who, sizeof(who));
	asked_narrow(&asked, temp_path(&dir, name), &range, &buf);
}

static void assert_range(const char *minimum, const char *below, const char *names)
{
	ck_assert_str_eq(range.minimum, minimum);
	ck_assert_str_eq(range.below, below);
	ck_assert_str_eq(who, names);
}

START_TEST(who_asks_for_less_is_told)
{
	install("loose", "Requires-Dist: numpy<3,>=1.20\n");
	install("tight", "Requires-Dist: six\nREQUIRES-DIST: numpy (<1.26.4,>=1.16)\n");
	narrow(SITE "a/b.so");
	assert_range("1.22", "1.26.4", "tight 1.2 asks for numpy<1.26.4");
	ck_assert(common_range_is_possible(&range));
}
END_TEST

START_TEST(both_ends_may_be_asked_for)
{
	install("one", "Requires-Dist: numpy>=1.23.2\n");
	install("two", "Requires-Dist: numpy<1.25\n");
	narrow(SITE "a/b.so");
	assert_range("1.23.2", "1.25",
		     "one 1.2 asks for numpy>=1.23.2, two 1.2 asks for numpy<1.25");
}
END_TEST

START_TEST(what_nobody_asks_for_leaves_all)
{
	install("none", "Requires-Dist: numpy\nRequires-Dist: numpy<1; extra == 'x'\n");
	narrow(SITE "a/b.so");
	assert_range("1.22", "2.0", "");
}
END_TEST

START_TEST(what_is_asked_may_exclude_all)
{
	install("new", "Requires-Dist: numpy>=2.1\n");
	narrow(SITE "a/b.so");
	ck_assert(!common_range_is_possible(&range));
	ck_assert_str_eq(range.minimum_by, "new 1.2");
	ck_assert_str_eq(range.below_by, "a.b");
}
END_TEST

START_TEST(markers_are_held_against_the_python_of_the_directory)
{
	install("one", "Requires-Dist: numpy<1.25; python_version < '3.11'\n"
		       "Requires-Dist: numpy<1.26; python_version >= '3.11'\n");
	narrow(SITE "a/b.so");
	assert_range("1.22", "1.26", "one 1.2 asks for numpy<1.26");
}
END_TEST

START_TEST(of_equals_the_first_by_name_is_told)
{
	install("zeta", "Requires-Dist: numpy<1.25\n");
	install("alpha", "Requires-Dist: numpy<1.25\n");
	install("mid", "Requires-Dist: numpy<1.25\n");
	narrow(SITE "a/b.so");
	assert_range("1.22", "1.25", "alpha 1.2 asks for numpy<1.25");
}
END_TEST

START_TEST(another_directory_is_asked_anew)
{
	install("one", "Requires-Dist: numpy<1.25\n");
	narrow(SITE "a/b.so");
	memset(&range, 0, sizeof(range));
	narrow("other/" SITE "a/b.so");
	assert_range("", "", "");
	narrow("nowhere/b.so");
	assert_range("", "", "");
}
END_TEST

Suite *asked_suite(void)
{
	Suite *suite = suite_create("asked");
	TCase *all = tcase_create("all");

	tcase_add_checked_fixture(all, setup, teardown);
	tcase_add_test(all, who_asks_for_less_is_told);
	tcase_add_test(all, both_ends_may_be_asked_for);
	tcase_add_test(all, what_nobody_asks_for_leaves_all);
	tcase_add_test(all, what_is_asked_may_exclude_all);
	tcase_add_test(all, markers_are_held_against_the_python_of_the_directory);
	tcase_add_test(all, of_equals_the_first_by_name_is_told);
	tcase_add_test(all, another_directory_is_asked_anew);
	suite_add_tcase(suite, all);
	return suite;
}
