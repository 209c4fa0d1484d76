/* SPDX-License-Identifier: MIT
 *
 * common_range: which NumPy releases are left when several extensions ask.
 */
#include <check.h>
#include <string.h>

#include "scan/common_range.h"

Suite *common_range_suite(void);

static struct common_range range;
static char text[64];

static void setup(void)
{
	memset(&range, 0, sizeof(range));
}

/* Counts in an extension whose import_array has these versions compiled in. */
static void add(const char *name, uint32_t abi, uint32_t api)
{
	static struct facts facts;

	memset(&facts, 0, sizeof(facts));
	facts.numpy_dependent = FACTS_YES;
	facts.access = FACTS_ACCESS_IMPORT_ARRAY;
	facts.abi_version = abi;
	facts.api_version = api;
	common_range_add(&range, &facts, name);
}

static const char *bounds(void)
{
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, text, sizeof(text));
	common_range_append(&buf, range.minimum, range.below);
	return text;
}

START_TEST(patch_releases_count)
{
	common_range_narrow(&range, "1.26.3", "1.26.4", "a");
	common_range_narrow(&range, "1.26.1", "1.26.5", "b");
	ck_assert_str_eq(bounds(), ">=1.26.3,<1.26.4");
	ck_assert(common_range_is_possible(&range));
	common_range_narrow(&range, "1.26.4", "", "c");
	ck_assert(!common_range_is_possible(&range));
	ck_assert_str_eq(range.minimum_by, "c");
	ck_assert_str_eq(range.below_by, "a");
}
END_TEST

START_TEST(without_extensions_all_releases_are_left)
{
	ck_assert(common_range_is_possible(&range));
	ck_assert_str_eq(bounds(), "");
}
END_TEST

/* API version 0xd came with 1.16, 0xf with 1.22; ABI 0x1000009 ended before 2.0 */
START_TEST(the_highest_minimum_and_the_lowest_end_count)
{
	add("a", 0x1000009, 0xd);
	ck_assert_str_eq(bounds(), ">=1.16,<2");
	add("b", 0x1000009, 0xf);
	add("c", 0x1000009, 0xd);
	ck_assert_str_eq(bounds(), ">=1.22,<2");
	ck_assert_str_eq(range.minimum_by, "b");
	ck_assert_str_eq(range.below_by, "a");
	ck_assert(common_range_is_possible(&range));
	ck_assert_uint_eq(range.count, 3);
}
END_TEST

/* API version 0x12 is 2.0's */
START_TEST(old_and_new_do_not_meet)
{
	add("old", 0x1000009, 0xd);
	add("new", 0x2000000, 0x12);
	ck_assert(!common_range_is_possible(&range));
	ck_assert_str_eq(range.minimum_by, "new");
	ck_assert_str_eq(range.below_by, "old");
}
END_TEST

START_TEST(one_that_works_nowhere_is_named)
{
	add("a", 0x1000009, 0xd);
	add("odd", 0x1000008, 0xd);
	ck_assert(!common_range_is_possible(&range));
	ck_assert_str_eq(range.impossible_by, "odd");
}
END_TEST

Suite *common_range_suite(void)
{
	Suite *suite = suite_create("common_range");
	TCase *ranges = tcase_create("ranges");

	tcase_add_checked_fixture(ranges, setup, NULL);
	tcase_add_test(ranges, patch_releases_count);
	tcase_add_test(ranges, without_extensions_all_releases_are_left);
	tcase_add_test(ranges, the_highest_minimum_and_the_lowest_end_count);
	tcase_add_test(ranges, old_and_new_do_not_meet);
	tcase_add_test(ranges, one_that_works_nowhere_is_named);
	suite_add_tcase(suite, ranges);
	return suite;
}
