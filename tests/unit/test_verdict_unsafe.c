/* SPDX-License-Identifier: MIT
 *
 * verdict: the kind that nobody reports, by the facts that lead to it.
 */
#include <check.h>
#include <string.h>

#include "support/made_facts.h"
#include "unit/suites.h"
#include "verdict/releases.h"
#include "verdict/verdict.h"

#define ABI_1 0x1000009u
#define ABI_2 0x2000000u

static struct facts facts;
static struct runtime runtime;
static struct verdict verdict;

static void judge_on(const char *numpy)
{
	ck_assert(releases_runtime(numpy, false, &runtime));
	verdict_judge(&facts, &runtime, &verdict);
}

START_TEST(old_binding_libraries_are_unsafe_on_numpy_2)
{
	static const enum facts_access accesses[] = {FACTS_ACCESS_PYBIND11_OLD,
						     FACTS_ACCESS_RUST_OLD};

	made_facts_start(&facts);
	facts.access = accesses[_i];
	judge_on("1.26.4");
	ck_assert_int_eq(verdict.kind, VERDICT_OK);
	judge_on("2.0.2");
	ck_assert_int_eq(verdict.kind, VERDICT_UNSAFE);
	ck_assert_str_eq(verdict.error_type, "");
	ck_assert_ptr_nonnull(strstr(verdict.message, "The import succeeds"));
	ck_assert_str_eq(verdict.advice[0], "python -m pip install 'numpy<2'");
}
END_TEST

START_TEST(an_old_pybind11_is_likely_wrong_only_where_it_asks_for_item_sizes)
{
	made_facts_start(&facts);
	facts.access = FACTS_ACCESS_PYBIND11_OLD;
	judge_on("2.0.2");
	ck_assert_ptr_nonnull(strstr(verdict.message, "itemsize() and nbytes()"));
	ck_assert_ptr_null(strstr(verdict.message, "likely"));
	ck_assert_ptr_null(strstr(verdict.message, "strides of 0"));
	facts.makes_arrays = true;
	judge_on("2.0.2");
	ck_assert_ptr_nonnull(strstr(verdict.message, "strides of 0, which is possible"));
	facts.reads_item_size = true;
	judge_on("2.0.2");
	ck_assert_ptr_nonnull(strstr(verdict.message, "wrong results are likely"));
}
END_TEST

START_TEST(headers_1_8_without_import_array_are_unsafe_on_numpy_2)
{
	made_facts_start(&facts);
	made_facts_five(&facts, &(struct made_sizes){88, 2632, 560, 80, 192});
	judge_on("2.0.2");
	ck_assert_int_eq(verdict.kind, VERDICT_UNSAFE);
	ck_assert_int_eq(verdict.rule, VERDICT_RULE_LAYOUT);
	made_facts_import_array(&facts, ABI_1, 0x9);
	judge_on("2.0.2");
	ck_assert_int_eq(verdict.kind, VERDICT_ERROR);
}
END_TEST

/* What NumPy is there does not matter to it; advice must not pretend so. */
START_TEST(who_allocates_too_little_is_unsafe_on_any_numpy)
{
	static const char *const numpys[] = {"1.26.4", "2.0.2", "2.4.0"};

	made_facts_start(&facts);
	made_facts_import_array(&facts, ABI_2, 0xd);
	facts.small_multi_iterator = facts.uses_multi_iterator = true;
	judge_on(numpys[_i]);
	ck_assert_int_eq(verdict.kind, VERDICT_UNSAFE);
	ck_assert_str_eq(verdict.error_type, "");
	ck_assert_ptr_nonnull(strstr(verdict.message, "PyArrayMultiIterObject"));
	ck_assert_ptr_nonnull(strstr(verdict.message, "likely"));
	ck_assert_ptr_nonnull(strstr(verdict.advice[0], "PyArray_MultiIterNew"));
	for (unsigned i = 0; i < verdict.advice_count; i++)
		ck_assert_ptr_null(strstr(verdict.advice[i], "pip install 'numpy"));
	ck_assert_str_eq(verdict.numpy_min, "");
	facts.uses_multi_iterator = false;
	judge_on(numpys[_i]);
	ck_assert_int_eq(verdict.kind, VERDICT_UNSAFE);
	ck_assert_ptr_null(strstr(verdict.message, "likely"));
}
END_TEST

START_TEST(a_failing_import_comes_before_what_is_unsafe)
{
	made_facts_start(&facts);
	made_facts_import_array(&facts, ABI_2, 0xe);
	facts.small_multi_iterator = true;
	judge_on("1.19.5");
	ck_assert_int_eq(verdict.kind, VERDICT_ERROR);
	ck_assert_str_eq(verdict.advice[0], "python -m pip install 'numpy>=1.20'");
}
END_TEST

Suite *verdict_unsafe_suite(void);

Suite *verdict_unsafe_suite(void)
{
	Suite *suite = suite_create("verdict_unsafe");
	TCase *silent = tcase_create("silent kind");

	tcase_add_loop_test(silent, old_binding_libraries_are_unsafe_on_numpy_2, 0, 2);
	tcase_add_test(silent,
		       an_old_pybind11_is_likely_wrong_only_where_it_asks_for_item_sizes);
	tcase_add_test(silent, headers_1_8_without_import_array_are_unsafe_on_numpy_2);
	tcase_add_loop_test(silent, who_allocates_too_little_is_unsafe_on_any_numpy, 0,
			    3);
	tcase_add_test(silent, a_failing_import_comes_before_what_is_unsafe);
	suite_add_tcase(suite, silent);
	return suite;
}
