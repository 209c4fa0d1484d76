/* SPDX-License-Identifier: MIT
 *
 * html_pool: values that are kept once.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "scan/html_pool.h"

Suite *html_pool_suite(void);

static struct html_pool pool;

static void setup(void)
{
	memset(&pool, 0, sizeof(pool));
}

static void teardown(void)
{
	html_pool_free(&pool);
}

static unsigned add(const char *json)
{
	unsigned number = 0;

	ck_assert(html_pool_add(&pool, json, &number));
	return number;
}

START_TEST(the_same_value_has_one_number)
{
	unsigned first = add("[1]"), second = add("[2]");

	ck_assert_uint_ne(first, second);
	ck_assert_uint_eq(add("[1]"), first);
	ck_assert_uint_eq(add("[2]"), second);
	ck_assert_uint_eq(pool.count, 2);
	ck_assert_str_eq(pool.values[first], "[1]");
}
END_TEST

START_TEST(numbers_stay_as_it_grows)
{
	char text[16];

	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < 5000; i++) {
			snprintf(text, sizeof(text), "%u", i);
			ck_assert_uint_eq(add(text), i);
		}
	}
	ck_assert_uint_eq(pool.count, 5000);
}
END_TEST

START_TEST(a_text_is_a_string)
{
	unsigned number = 0;

	ck_assert(html_pool_add_text(&pool, "a\"b", &number));
	ck_assert_str_eq(pool.values[number], "\"a\\\"b\"");
	ck_assert_uint_eq(add("\"a\\\"b\""), number);
}
END_TEST

START_TEST(a_text_without_end_is_cut_within_its_quotes)
{
	static char text[100000];
	unsigned number = 0;
	size_t length;

	memset(text, '\\', sizeof(text) - 1);
	ck_assert(html_pool_add_text(&pool, text, &number));
	length = strlen(pool.values[number]);
	ck_assert_uint_gt(length, 1000);
	ck_assert_uint_lt(length, sizeof(text));
	ck_assert_uint_eq(strspn(pool.values[number] + 1, "\\") % 2, 0);
	ck_assert_str_eq(pool.values[number] + length - 1, "\"");
}
END_TEST

Suite *html_pool_suite(void)
{
	Suite *suite = suite_create("html_pool");
	TCase *all = tcase_create("all");

	tcase_add_checked_fixture(all, setup, teardown);
	tcase_add_test(all, the_same_value_has_one_number);
	tcase_add_test(all, numbers_stay_as_it_grows);
	tcase_add_test(all, a_text_is_a_string);
	tcase_add_test(all, a_text_without_end_is_cut_within_its_quotes);
	suite_add_tcase(suite, all);
	return suite;
}
