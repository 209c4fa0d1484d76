/* SPDX-License-Identifier: MIT
 *
 * verdict/cython_rule: the rules and words of each Cython release, as they
 * stand in Cython's ImportExport.c and in what people have reported.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "support/made_facts.h"
#include "unit/suites.h"
#include "verdict/cython_rule.h"

#define E FACTS_POLICY_ERROR
#define W FACTS_POLICY_WARN
#define I FACTS_POLICY_IGNORE
#define U FACTS_POLICY_UNKNOWN

static struct facts_size_check check_on(const char *type, uint64_t expected,
					enum facts_policy policy,
					enum facts_wording wording)
{
	struct facts_size_check check = {
		.expected = expected, .policy = policy, .wording = wording};

	snprintf(check.type, sizeof(check.type), "%s", type);
	return check;
}

static void assert_text(const struct facts_size_check *check, uint64_t basic,
			uint64_t item, const char *expected)
{
	struct cython_actual actual = {basic, item};
	struct npabi_textbuf buf;
	char text[512];

	npabi_textbuf_init(&buf, text, sizeof(text));
	cython_rule_text(check, &actual, cython_rule_outcome(check, &actual), &buf);
	ck_assert_str_eq(text, expected);
}

START_TEST(policy_decides_only_when_the_type_has_grown)
{
	static const struct {
		enum facts_policy policy;
		uint64_t expected, actual;
		enum verdict_kind outcome;
	} cases[] = {
		/* smaller than compiled for: no policy helps */
		{E, 96, 88, VERDICT_ERROR}, {W, 96, 88, VERDICT_ERROR},
		{I, 96, 88, VERDICT_ERROR}, {U, 96, 88, VERDICT_ERROR},
		{E, 80, 80, VERDICT_OK},    {W, 80, 80, VERDICT_OK},
		{I, 80, 80, VERDICT_OK},    {U, 80, 80, VERDICT_OK},
		{E, 80, 88, VERDICT_ERROR}, {W, 80, 88, VERDICT_WARN},
		{I, 80, 88, VERDICT_OK},    {U, 80, 88, VERDICT_UNKNOWN},
	};
	struct facts_size_check check = check_on("numpy.ndarray", cases[_i].expected,
						 cases[_i].policy, FACTS_WORDING_HEADER);
	struct cython_actual actual = {cases[_i].actual, 0};

	ck_assert_int_eq(cython_rule_outcome(&check, &actual), cases[_i].outcome);
}
END_TEST

START_TEST(a_size_of_zero_is_not_checked)
{
	struct facts_size_check check =
		check_on("builtins.type", 0, E, FACTS_WORDING_HEADER_RANGE);
	struct cython_actual actual = {880, 40};

	ck_assert_int_eq(cython_rule_outcome(&check, &actual), VERDICT_OK);
}
END_TEST

START_TEST(items_make_room_from_0_29_34_on)
{
	struct facts_size_check check = check_on("m.T", 40, I, FACTS_WORDING_HEADER);
	struct cython_actual actual = {32, 1};

	ck_assert_int_eq(cython_rule_outcome(&check, &actual), VERDICT_ERROR);
	check.item_size_counts = true;
	/* one byte of items counts as much as the alignment, 8 */
	ck_assert_int_eq(cython_rule_outcome(&check, &actual), VERDICT_OK);
	check.expected = 48;
	ck_assert_int_eq(cython_rule_outcome(&check, &actual), VERDICT_ERROR);
	/* 44 = 5 * 8 + 4: the alignment must then be 4 */
	check.expected = 44;
	actual.basic = 40;
	ck_assert_int_eq(cython_rule_outcome(&check, &actual), VERDICT_OK);
	actual.basic = 36;
	ck_assert_int_eq(cython_rule_outcome(&check, &actual), VERDICT_ERROR);
}
END_TEST

START_TEST(policy_error_allows_the_items_range_from_3_0_on)
{
	struct facts_size_check check = check_on("m.T", 40, E, FACTS_WORDING_HEADER);
	struct cython_actual actual = {32, 8};

	check.item_size_counts = true;
	ck_assert_int_eq(cython_rule_outcome(&check, &actual), VERDICT_ERROR);
	check.wording = FACTS_WORDING_HEADER_RANGE;
	ck_assert_int_eq(cython_rule_outcome(&check, &actual), VERDICT_OK);
}
END_TEST

START_TEST(cython_0_23_tells_no_numbers)
{
	struct facts_size_check check =
		check_on("numpy.ndarray", 88, W, FACTS_WORDING_RECOMPILE);

	assert_text(&check, 80, 0, "numpy.ndarray has the wrong size, try recompiling");
	assert_text(&check, 96, 0,
		    "numpy.ndarray size changed, may indicate binary incompatibility");
}
END_TEST

START_TEST(cython_0_28_tells_the_run_time_first)
{
	struct facts_size_check check =
		check_on("numpy.ndarray", 88, W, FACTS_WORDING_SWAPPED);

	assert_text(
		&check, 80, 0,
		"numpy.ndarray has the wrong size, try recompiling. Expected 80, got 88");
	check = check_on("numpy.dtype", 88, W, FACTS_WORDING_SWAPPED);
	/* numpy#11628: built before 1.10, run on 1.15.0 */
	assert_text(&check, 96, 0,
		    "numpy.dtype size changed, may indicate binary incompatibility. "
		    "Expected 96, got 88");
}
END_TEST

START_TEST(cython_0_29_tells_the_header_first)
{
	struct facts_size_check check =
		check_on("numpy.ndarray", 88, I, FACTS_WORDING_HEADER);

	assert_text(&check, 80, 0,
		    "numpy.ndarray size changed, may indicate binary incompatibility. "
		    "Expected 88 from C header, got 80 from PyObject");
	check = check_on("numpy.ndarray", 16, W, FACTS_WORDING_HEADER);
	assert_text(&check, 96, 0,
		    "numpy.ndarray size changed, may indicate binary incompatibility. "
		    "Expected 16 from C header, got 96 from PyObject");
}
END_TEST

START_TEST(cython_3_tells_a_range_under_policy_error)
{
	struct facts_size_check check =
		check_on("numpy.ndarray", 80, E, FACTS_WORDING_HEADER_RANGE);

	assert_text(&check, 96, 0,
		    "numpy.ndarray size changed, may indicate binary incompatibility. "
		    "Expected 80 from C header, got 96-96 from PyObject");
	/* but not where the type is too small */
	assert_text(&check, 72, 0,
		    "numpy.ndarray size changed, may indicate binary incompatibility. "
		    "Expected 80 from C header, got 72 from PyObject");
}
END_TEST

START_TEST(the_item_size_is_told_from_3_0_on)
{
	struct facts_size_check check = check_on("m.T", 64, I, FACTS_WORDING_HEADER);

	check.item_size_counts = true;
	assert_text(&check, 40, 8,
		    "m.T size changed, may indicate binary incompatibility. "
		    "Expected 64 from C header, got 40 from PyObject");
	check.wording = FACTS_WORDING_HEADER_RANGE;
	assert_text(&check, 40, 8,
		    "m.T size changed, may indicate binary incompatibility. "
		    "Expected 64 from C header, got 48 from PyObject");
}
END_TEST

START_TEST(words_that_are_not_known_are_not_made_up)
{
	struct facts_size_check check =
		check_on("numpy.ndarray", 88, I, FACTS_WORDING_UNKNOWN);

	assert_text(&check, 80, 0, "");
}
END_TEST

START_TEST(warnings_were_cut_at_199_bytes_until_3_1_0)
{
	static const struct {
		const char *generator;
		size_t length;
	} cases[] = {{"cython 0.29.37", 199}, {"cython 3.1.0", 199},
		     {"cython >=0.29", 199},  {"", 199},
		     {"cython 3.1.1", 300},   {"cython 3.2.4", 300}};
	char warning[301];

	memset(warning, 'w', 300);
	warning[300] = '\0';
	cython_rule_cut_warning(cases[_i].generator, warning);
	ck_assert_uint_eq(strlen(warning), cases[_i].length);
}
END_TEST

Suite *cython_rule_suite(void);

Suite *cython_rule_suite(void)
{
	Suite *suite = suite_create("cython_rule");
	TCase *outcome = tcase_create("outcome");
	TCase *words = tcase_create("words");

	tcase_add_loop_test(outcome, policy_decides_only_when_the_type_has_grown, 0, 12);
	tcase_add_test(outcome, a_size_of_zero_is_not_checked);
	tcase_add_test(outcome, items_make_room_from_0_29_34_on);
	tcase_add_test(outcome, policy_error_allows_the_items_range_from_3_0_on);
	suite_add_tcase(suite, outcome);
	tcase_add_test(words, cython_0_23_tells_no_numbers);
	tcase_add_test(words, cython_0_28_tells_the_run_time_first);
	tcase_add_test(words, cython_0_29_tells_the_header_first);
	tcase_add_test(words, cython_3_tells_a_range_under_policy_error);
	tcase_add_test(words, the_item_size_is_told_from_3_0_on);
	tcase_add_test(words, words_that_are_not_known_are_not_made_up);
	tcase_add_loop_test(words, warnings_were_cut_at_199_bytes_until_3_1_0, 0, 6);
	suite_add_tcase(suite, words);
	return suite;
}
