/* SPDX-License-Identifier: MIT
 *
 * verdict: the order of what happens, what doubt does to it, and advice.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "support/made_facts.h"
#include "unit/suites.h"
#include "verdict/releases.h"
#include "verdict/verdict.h"

#define ABI_1 0x1000009u
#define ABI_2 0x2000000u

static const struct made_sizes sizes_1_18 = {96, 2632, 560, 80, 216};
static const struct made_sizes sizes_1_21 = {96, 2632, 560, 88, 216};
static const struct made_sizes sizes_1_22 = {96, 2632, 560, 96, 232};

static struct facts facts;
static struct runtime runtime;
static struct verdict verdict;

static void judge_on(const char *numpy)
{
	ck_assert(releases_runtime(numpy, false, &runtime));
	verdict_judge(&facts, &runtime, &verdict);
}

static void assert_error(const char *type, const char *message)
{
	ck_assert_str_eq(verdict_kind_name(verdict.kind), "error");
	ck_assert_str_eq(verdict.error_type, type);
	ck_assert_str_eq(verdict.message, message);
}

static void assert_quiet(enum verdict_kind kind)
{
	ck_assert_str_eq(verdict_kind_name(verdict.kind), verdict_kind_name(kind));
	ck_assert_str_eq(verdict.error_type, "");
	ck_assert_str_eq(verdict.message, "");
	ck_assert_uint_eq(verdict.advice_count, 0);
}

START_TEST(the_case_that_this_began_with)
{
	made_facts_start(&facts);
	made_facts_five(&facts, &sizes_1_21);
	judge_on("1.19.5");
	assert_error("ValueError",
		     "numpy.ndarray size changed, may indicate binary "
		     "incompatibility. Expected 88 from C header, got 80 from "
		     "PyObject");
	ck_assert_uint_eq(verdict.checks[3].actual, 80);
	ck_assert_int_eq(verdict.checks[3].outcome, VERDICT_ERROR);
	ck_assert_int_eq(verdict.checks[0].outcome, VERDICT_OK);
	ck_assert_str_eq(verdict.built_against, "1.20-1.21");
	ck_assert_str_eq(verdict.numpy_min, "1.20");
	ck_assert_str_eq(verdict.numpy_below, "2.0");
	ck_assert_str_eq(verdict.advice[0], "python -m pip install 'numpy>=1.20,<2'");
}
END_TEST

START_TEST(the_first_type_that_fails_is_told)
{
	made_facts_start(&facts);
	made_facts_five(&facts, &sizes_1_22);
	judge_on("1.18.5");
	assert_error("ValueError",
		     "numpy.ndarray size changed, may indicate binary "
		     "incompatibility. Expected 96 from C header, got 80 from "
		     "PyObject");
	ck_assert_int_eq(verdict.checks[4].outcome, VERDICT_ERROR);
	judge_on("2.0.2");
	assert_error("ValueError",
		     "numpy.dtype size changed, may indicate binary "
		     "incompatibility. Expected 96 from C header, got 88 from "
		     "PyObject");
}
END_TEST

START_TEST(older_headers_on_newer_numpys_are_fine)
{
	static const char *const numpys[] = {"1.18.5", "1.20.3", "1.22.4", "1.26.4"};

	made_facts_start(&facts);
	made_facts_five(&facts, &sizes_1_18);
	made_facts_import_array(&facts, ABI_1, 0xd);
	judge_on(numpys[_i]);
	assert_quiet(VERDICT_OK);
}
END_TEST

START_TEST(type_checks_come_before_an_explicit_import_array)
{
	made_facts_start(&facts);
	made_facts_five(&facts, &sizes_1_22);
	made_facts_import_array(&facts, ABI_1, 0xf);
	judge_on("2.0.2");
	ck_assert_str_eq(verdict.error_type, "ValueError");
	ck_assert_int_eq(verdict.rule, VERDICT_RULE_SIZE_ERROR);
	facts.checks_after_import_array = facts.automatic_import_array = true;
	judge_on("2.0.2");
	ck_assert_str_eq(verdict.error_type, "ImportError");
	ck_assert_str_eq(verdict.cause_type, "AttributeError");
	ck_assert_int_eq(verdict.rule, VERDICT_RULE_IMPORT_ARRAY);
}
END_TEST

START_TEST(import_array_is_met_when_all_sizes_pass)
{
	made_facts_start(&facts);
	made_facts_check(&facts, "numpy.dtype", 96, FACTS_POLICY_IGNORE);
	made_facts_import_array(&facts, ABI_1, 0x10);
	judge_on("1.22.4");
	assert_error("ImportError", "numpy.core.multiarray failed to import");
	ck_assert_str_eq(verdict.cause,
			 "module compiled against API version 0x10 but this "
			 "version of numpy is 0xf");
	ck_assert_str_eq(verdict.advice[0], "python -m pip install 'numpy>=1.23,<2'");
}
END_TEST

START_TEST(numpys_own_filters_hide_warnings)
{
	static const struct {
		const char *numpy, *type;
		uint64_t expected;
		enum verdict_kind kind;
	} cases[] = {
		{"1.15.4", "numpy.dtype", 88, VERDICT_OK},
		{"1.15.0", "numpy.dtype", 88, VERDICT_WARN}, /* numpy#11628 */
		{"1.16.6", "numpy.ufunc", 192, VERDICT_OK},
		{"1.26.4", "numpy.ndarray", 16, VERDICT_OK},
		{"1.9.3", "numpy.ndarray", 16, VERDICT_WARN},
		{"1.9.3", "numpy.ufunc", 176, VERDICT_OK},
		{"2.0.2", "numpy.broadcast", 560, VERDICT_WARN},
	};

	made_facts_start(&facts);
	made_facts_check(&facts, cases[_i].type, cases[_i].expected, FACTS_POLICY_WARN);
	judge_on(cases[_i].numpy);
	ck_assert_int_eq(verdict.kind, cases[_i].kind);
	ck_assert_int_eq(verdict.rule, cases[_i].kind == VERDICT_WARN
					       ? VERDICT_RULE_SIZE_WARNING
					       : VERDICT_RULE_NONE);
	ck_assert_int_eq(verdict.checks[0].outcome, VERDICT_WARN);
	ck_assert(verdict.explanation[0] != '\0');
	ck_assert_str_eq(verdict.error_type,
			 cases[_i].kind == VERDICT_WARN ? "RuntimeWarning" : "");
	ck_assert_uint_eq(verdict.advice_count, 0);
}
END_TEST

START_TEST(the_first_visible_warning_is_told)
{
	made_facts_start(&facts);
	made_facts_check(&facts, "numpy.ndarray", 16, FACTS_POLICY_WARN);
	made_facts_check(&facts, "numpy.broadcast", 560, FACTS_POLICY_WARN);
	made_facts_check(&facts, "numpy.flatiter", 1000, FACTS_POLICY_WARN);
	judge_on("2.0.2");
	ck_assert_int_eq(verdict.kind, VERDICT_WARN);
	ck_assert_str_eq(
		verdict.message,
		"numpy.broadcast size changed, may indicate binary incompatibility. "
		"Expected 560 from C header, got 816 from PyObject");
}
END_TEST

START_TEST(an_error_after_a_warning_is_an_error)
{
	made_facts_start(&facts);
	made_facts_check(&facts, "numpy.broadcast", 560, FACTS_POLICY_WARN);
	made_facts_check(&facts, "numpy.dtype", 96, FACTS_POLICY_WARN);
	judge_on("2.0.2");
	assert_error("ValueError",
		     "numpy.dtype size changed, may indicate binary "
		     "incompatibility. Expected 96 from C header, got 88 from "
		     "PyObject");
}
END_TEST

START_TEST(a_numpy_type_of_unknown_size_leaves_doubt)
{
	made_facts_start(&facts);
	made_facts_check(&facts, "numpy.future", 40, FACTS_POLICY_IGNORE);
	judge_on("1.26.4");
	assert_quiet(VERDICT_UNKNOWN);
	ck_assert(!verdict.checks[0].known);
	ck_assert_int_eq(verdict.checks[0].outcome, VERDICT_UNKNOWN);
}
END_TEST

START_TEST(after_doubt_an_error_is_sure_but_its_words_are_not)
{
	made_facts_start(&facts);
	made_facts_check(&facts, "numpy.future", 40, FACTS_POLICY_IGNORE);
	made_facts_check(&facts, "numpy.dtype", 96, FACTS_POLICY_IGNORE);
	judge_on("2.0.2");
	assert_error("", "");
	ck_assert_int_eq(verdict.rule, VERDICT_RULE_SIZE_ERROR);
	ck_assert_ptr_nonnull(strstr(verdict.explanation, "numpy.dtype size changed"));
	ck_assert_str_eq(verdict.advice[0], "python -m pip install 'numpy>=1.10,<2'");
}
END_TEST

START_TEST(types_of_others_and_of_python_leave_none)
{
	made_facts_start(&facts);
	made_facts_check(&facts, "builtins.type", 880, FACTS_POLICY_WARN);
	made_facts_check(&facts, "cymem.cymem.Pool", 40, FACTS_POLICY_WARN);
	made_facts_check(&facts, "numpy.random.bit_generator.BitGenerator", 80,
			 FACTS_POLICY_WARN);
	judge_on("1.26.4");
	assert_quiet(VERDICT_OK);
	ck_assert_uint_eq(verdict.unjudged, 2);
	made_facts_check(&facts, "numpy.dtype", 104, FACTS_POLICY_IGNORE);
	judge_on("1.26.4");
	assert_error("ValueError",
		     "numpy.dtype size changed, may indicate binary "
		     "incompatibility. Expected 104 from C header, got 96 from "
		     "PyObject");
}
END_TEST

START_TEST(types_of_others_count_where_they_are_known)
{
	made_facts_start(&facts);
	facts.numpy_dependent = FACTS_NO;
	made_facts_check(&facts, "cymem.cymem.Pool", 48, FACTS_POLICY_WARN);
	made_runtime_type(&runtime, "cymem.cymem.Pool", 40, 0);
	verdict_judge(&facts, &runtime, &verdict);
	assert_error("ValueError",
		     "cymem.cymem.Pool size changed, may indicate binary "
		     "incompatibility. Expected 48 from C header, got 40 from "
		     "PyObject");
	ck_assert_ptr_nonnull(strstr(verdict.advice[0], "'cymem'"));
	ck_assert_str_eq(verdict.numpy_min, "");
}
END_TEST

START_TEST(without_a_numpy_dependence_decides)
{
	static const struct {
		enum facts_answer dependent;
		enum verdict_kind kind;
	} cases[] = {{FACTS_YES, VERDICT_UNKNOWN},
		     {FACTS_UNKNOWN, VERDICT_UNKNOWN},
		     {FACTS_NO, VERDICT_OK}};

	made_facts_start(&facts);
	facts.numpy_dependent = cases[_i].dependent;
	verdict_judge(&facts, NULL, &verdict);
	assert_quiet(cases[_i].kind);
	memset(&runtime, 0, sizeof(runtime));
	verdict_judge(&facts, &runtime, &verdict);
	assert_quiet(cases[_i].kind);
}
END_TEST

START_TEST(without_a_numpy_the_range_is_still_known)
{
	made_facts_start(&facts);
	made_facts_five(&facts, &sizes_1_22);
	verdict_judge(&facts, NULL, &verdict);
	assert_quiet(VERDICT_UNKNOWN);
	ck_assert_str_eq(verdict.built_against, "1.22-1.24");
	ck_assert_str_eq(verdict.numpy_min, "1.22");
	ck_assert_str_eq(verdict.numpy_below, "2.0");
}
END_TEST

START_TEST(reading_that_stopped_early_is_never_ok)
{
	made_facts_start(&facts);
	made_facts_five(&facts, &sizes_1_18);
	facts.status = NPABI_TOO_COMPLEX;
	judge_on("1.26.4");
	assert_quiet(VERDICT_UNKNOWN);
	judge_on("2.0.2"); /* but what was read stands */
	ck_assert_str_eq(verdict.error_type, "ValueError");
	facts.status = NPABI_OK;
	facts.checks_truncated = true;
	judge_on("1.26.4");
	assert_quiet(VERDICT_UNKNOWN);
}
END_TEST

START_TEST(checks_that_could_not_be_read_leave_doubt)
{
	made_facts_start(&facts);
	made_facts_import_array(&facts, ABI_1, 0xe);
	facts.checks_unread = true;
	judge_on("1.26.4");
	assert_quiet(VERDICT_UNKNOWN);
	judge_on("1.19.5"); /* it fails in any case, but perhaps in their words */
	ck_assert_int_eq(verdict.kind, VERDICT_ERROR);
	ck_assert_str_eq(verdict.error_type, "");
	ck_assert_str_eq(verdict.message, "");
}
END_TEST

START_TEST(a_numpy_newer_than_the_table_is_judged_by_what_it_says)
{
	made_facts_start(&facts);
	made_facts_import_array(&facts, ABI_2, 0x12);
	memset(&runtime, 0, sizeof(runtime));
	strcpy(runtime.numpy, "2.9.0");
	verdict_judge(&facts, &runtime, &verdict);
	assert_quiet(VERDICT_UNKNOWN); /* it says nothing */
	runtime.abi_version = ABI_2;
	runtime.api_version = 0x20;
	verdict_judge(&facts, &runtime, &verdict);
	assert_quiet(VERDICT_OK);
}
END_TEST

START_TEST(advice_is_turned_by_who_is_too_old)
{
	made_facts_start(&facts);
	made_facts_five(&facts, &sizes_1_21);
	judge_on("1.19.5");
	ck_assert_ptr_nonnull(
		strstr(verdict.advice[1], "an older release of the package"));
	ck_assert_ptr_null(strstr(verdict.advice[1], "pip"));
	ck_assert_ptr_nonnull(strstr(verdict.advice[1], "1.19"));
	judge_on("2.0.2");
	ck_assert_ptr_nonnull(
		strstr(verdict.advice[1], "a newer release of the package"));
	ck_assert_ptr_nonnull(
		strstr(verdict.advice[1], ": python -m pip install --upgrade PACKAGE"));
	ck_assert_ptr_nonnull(strstr(verdict.advice[2], "--no-build-isolation"));
}
END_TEST

START_TEST(no_numpy_is_advised_where_none_will_do)
{
	made_facts_start(&facts);
	made_facts_check(&facts, "numpy.dtype", 104, FACTS_POLICY_IGNORE);
	judge_on("1.26.4");
	for (unsigned i = 0; i < verdict.advice_count; i++)
		ck_assert_ptr_null(strstr(verdict.advice[i], "pip install 'numpy"));
	ck_assert_uint_gt(verdict.advice_count, 0);
}
END_TEST

START_TEST(kinds_have_the_names_of_the_records)
{
	ck_assert_str_eq(verdict_kind_name(VERDICT_OK), "ok");
	ck_assert_str_eq(verdict_kind_name(VERDICT_WARN), "warn");
	ck_assert_str_eq(verdict_kind_name(VERDICT_ERROR), "error");
	ck_assert_str_eq(verdict_kind_name(VERDICT_UNSAFE), "unsafe");
	ck_assert_str_eq(verdict_kind_name(VERDICT_UNKNOWN), "unknown");
	ck_assert_str_eq(verdict_kind_name((enum verdict_kind)77), "unknown");
}
END_TEST

/* they are kept by code hosts and in baselines */
START_TEST(rules_have_names_that_last)
{
	ck_assert_str_eq(verdict_rule_name(VERDICT_RULE_NONE), "");
	ck_assert_str_eq(verdict_rule_name(VERDICT_RULE_SIZE_ERROR), "size-changed");
	ck_assert_str_eq(verdict_rule_name(VERDICT_RULE_SIZE_WARNING), "size-warning");
	ck_assert_str_eq(verdict_rule_name(VERDICT_RULE_IMPORT_ARRAY),
			 "import-array-fails");
	ck_assert_str_eq(verdict_rule_name(VERDICT_RULE_IGNORED), "import-array-ignored");
	ck_assert_str_eq(verdict_rule_name(VERDICT_RULE_LATER), "import-array-later");
	ck_assert_str_eq(verdict_rule_name(VERDICT_RULE_LAYOUT), "layout-changed");
}
END_TEST

static TCase *order_case(void)
{
	TCase *order = tcase_create("order");

	tcase_add_test(order, the_case_that_this_began_with);
	tcase_add_test(order, the_first_type_that_fails_is_told);
	tcase_add_loop_test(order, older_headers_on_newer_numpys_are_fine, 0, 4);
	tcase_add_test(order, type_checks_come_before_an_explicit_import_array);
	tcase_add_test(order, import_array_is_met_when_all_sizes_pass);
	tcase_add_loop_test(order, numpys_own_filters_hide_warnings, 0, 7);
	tcase_add_test(order, the_first_visible_warning_is_told);
	tcase_add_test(order, an_error_after_a_warning_is_an_error);
	return order;
}

static TCase *doubt_case(void)
{
	TCase *doubt = tcase_create("doubt");

	tcase_add_test(doubt, a_numpy_type_of_unknown_size_leaves_doubt);
	tcase_add_test(doubt, after_doubt_an_error_is_sure_but_its_words_are_not);
	tcase_add_test(doubt, types_of_others_and_of_python_leave_none);
	tcase_add_test(doubt, types_of_others_count_where_they_are_known);
	tcase_add_loop_test(doubt, without_a_numpy_dependence_decides, 0, 3);
	tcase_add_test(doubt, without_a_numpy_the_range_is_still_known);
	tcase_add_test(doubt, reading_that_stopped_early_is_never_ok);
	tcase_add_test(doubt, checks_that_could_not_be_read_leave_doubt);
	tcase_add_test(doubt, a_numpy_newer_than_the_table_is_judged_by_what_it_says);
	return doubt;
}

Suite *verdict_suite(void);

Suite *verdict_suite(void)
{
	Suite *suite = suite_create("verdict");
	TCase *rest = tcase_create("advice and names");

	suite_add_tcase(suite, order_case());
	suite_add_tcase(suite, doubt_case());
	tcase_add_test(rest, advice_is_turned_by_who_is_too_old);
	tcase_add_test(rest, no_numpy_is_advised_where_none_will_do);
	tcase_add_test(rest, kinds_have_the_names_of_the_records);
	tcase_add_test(rest, rules_have_names_that_last);
	suite_add_tcase(suite, rest);
	return suite;
}
