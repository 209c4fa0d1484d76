/* SPDX-License-Identifier: MIT
 *
 * verdict/version: release numbers as NumPy and Cython write them.
 */
#include <check.h>

#include "unit/suites.h"
#include "verdict/version.h"

START_TEST(the_first_three_numbers_are_read)
{
	static const struct {
		const char *text;
		unsigned major, minor, patch;
	} cases[] = {
		{"1.19.5", 1, 19, 5},  {"2.0", 2, 0, 0},
		{"2.1.0rc1", 2, 1, 0}, {"1.26.4+mine", 1, 26, 4},
		{"2.6.dev0", 2, 6, 0}, {"0.29.37.1", 0, 29, 37},
	};
	struct version version;

	ck_assert(version_parse(cases[_i].text, &version));
	ck_assert_uint_eq(version.major, cases[_i].major);
	ck_assert_uint_eq(version.minor, cases[_i].minor);
	ck_assert_uint_eq(version.patch, cases[_i].patch);
}
END_TEST

START_TEST(what_is_no_version_is_refused_and_nothing_written)
{
	static const char *const texts[] = {"",	       "2",    "2.",	 "v1.2",
					    ">=1.20",  "1,20", ".1.2",	 "1..2",
					    "99999.1", "-1.2", "1.99999"};
	struct version version = {7, 7, 7};

	ck_assert(!version_parse(texts[_i], &version));
	ck_assert_uint_eq(version.major, 7);
	ck_assert_uint_eq(version.minor, 7);
}
END_TEST

START_TEST(minor_releases_are_ordered_as_numbers)
{
	struct version version = {1, 9, 3};

	ck_assert(version_before(&version, 1, 10));
	ck_assert(version_before(&version, 2, 0));
	ck_assert(!version_before(&version, 1, 9));
	ck_assert(!version_before(&version, 0, 29));
}
END_TEST

Suite *version_suite(void);

Suite *version_suite(void)
{
	Suite *suite = suite_create("version");
	TCase *core = tcase_create("core");

	tcase_add_loop_test(core, the_first_three_numbers_are_read, 0, 6);
	tcase_add_loop_test(core, what_is_no_version_is_refused_and_nothing_written, 0,
			    11);
	tcase_add_test(core, minor_releases_are_ordered_as_numbers);
	suite_add_tcase(suite, core);
	return suite;
}
