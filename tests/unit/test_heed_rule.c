/* SPDX-License-Identifier: MIT
 *
 * verdict/heed_rule, by way of the verdict: what comes of import_array's failure,
 * as observed with plain C extensions and real wheels on real NumPys.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "support/made_facts.h"
#include "unit/suites.h"
#include "verdict/heed_rule.h"
#include "verdict/releases.h"
#include "verdict/verdict.h"

#define ABI_1 0x1000009u

static const char usual[] = "numpy.core.multiarray failed to import";

static struct facts facts;
static struct runtime runtime;
static struct verdict verdict;

/* Facts of an extension with headers 1.20 that was asked what it heeds. */
static void set_up(void)
{
	made_facts_start(&facts);
	made_facts_import_array(&facts, ABI_1, 0xe);
	snprintf(facts.init_name, sizeof(facts.init_name), "PyInit_subject");
	facts.heed_read = true;
}

static void set_kind(enum facts_heed_kind kind)
{
	facts.heed[FACTS_REFUSED].kind = facts.heed[FACTS_VERSIONS].kind = kind;
}

static void judge_on(const char *numpy)
{
	ck_assert(releases_runtime(numpy, false, &runtime));
	verdict_judge(&facts, &runtime, &verdict);
}

static void expect(const char *kind, const char *type, const char *message)
{
	ck_assert_str_eq(verdict_kind_name(verdict.kind), kind);
	ck_assert_str_eq(verdict.error_type, type);
	ck_assert_str_eq(verdict.message, message);
}

START_TEST(it_matters_only_where_import_array_fails)
{
	facts.heed_read = false;
	judge_on("2.0.2");
	ck_assert(verdict.heed_matters);
	expect("error", "ImportError", usual);
	judge_on("1.26.4");
	ck_assert(!verdict.heed_matters);
	facts.heed_read = true;
	judge_on("2.0.2");
	ck_assert(!verdict.heed_matters);
}
END_TEST

START_TEST(it_may_be_asked_for_as_long_as_numpy_has_no_versions)
{
	ck_assert(releases_runtime("1.26.4", false, &runtime));
	ck_assert(!heed_rule_may_apply(&facts, &runtime));
	runtime.abi_version = 0;
	ck_assert(heed_rule_may_apply(&facts, &runtime));
	ck_assert(releases_runtime("1.26.4", false, &runtime));
	runtime.numpy[0] = '\0';
	ck_assert(heed_rule_may_apply(&facts, &runtime));
	ck_assert(releases_runtime("2.0.2", false, &runtime));
	ck_assert(heed_rule_may_apply(&facts, &runtime));
	made_facts_start(&facts);
	ck_assert(!heed_rule_may_apply(&facts, &runtime));
}
END_TEST

START_TEST(usual_words_are_those_of_the_headers)
{
	set_kind(FACTS_HEED_FAILS);
	facts.heed[FACTS_REFUSED].usual = true;
	judge_on("2.0.2");
	expect("error", "ImportError", usual);
	ck_assert_str_eq(verdict.cause, "_ARRAY_API not found");
}
END_TEST

START_TEST(other_words_are_told_and_a_cause_only_if_python_tells_it)
{
	struct facts_heed *heed = &facts.heed[FACTS_REFUSED];

	set_kind(FACTS_HEED_FAILS);
	snprintf(heed->error_type, sizeof(heed->error_type), "RuntimeError");
	snprintf(heed->text, sizeof(heed->text), "no NumPy");
	judge_on("2.0.2");
	expect("error", "RuntimeError", "no NumPy");
	ck_assert_str_eq(verdict.cause_type, "");
	ck_assert_str_eq(verdict.cause, "");
	heed->tells_cause = true;
	judge_on("2.0.2");
	ck_assert_str_eq(verdict.cause_type, "AttributeError");
	ck_assert_str_eq(verdict.cause, "_ARRAY_API not found");
}
END_TEST

START_TEST(words_that_are_not_known_are_not_promised)
{
	set_kind(FACTS_HEED_FAILS);
	judge_on("2.0.2");
	expect("error", "", "");
}
END_TEST

START_TEST(the_cause_itself_may_be_what_is_raised)
{
	set_kind(FACTS_HEED_FAILS);
	facts.heed[FACTS_VERSIONS].with_cause = true;
	judge_on("1.19.5");
	expect("error", "RuntimeError",
	       "module compiled against API version 0xe but this version of numpy is "
	       "0xd");
	ck_assert_str_eq(verdict.cause, "");
}
END_TEST

START_TEST(an_exception_left_set_is_a_system_error)
{
	set_kind(FACTS_HEED_UNREPORTED);
	judge_on("2.0.2");
	expect("error", "SystemError",
	       "initialization of subject raised unreported exception");
	ck_assert_int_eq(verdict.rule, VERDICT_RULE_IMPORT_ARRAY);
	snprintf(facts.init_name, sizeof(facts.init_name), "PyInitU_gre_6ka8i");
	judge_on("2.0.2");
	expect("error", "SystemError",
	       "initialization of gre_6ka8i raised unreported exception");
	facts.heed[FACTS_REFUSED].in_exec = true; /* tells the module's full name */
	judge_on("2.0.2");
	expect("error", "SystemError", "");
}
END_TEST

START_TEST(who_carries_on_is_unsafe)
{
	set_kind(FACTS_HEED_CARRIES_ON);
	judge_on("2.0.2");
	ck_assert_str_eq(verdict_kind_name(verdict.kind), "unsafe");
	ck_assert_str_eq(verdict.error_type, "");
	ck_assert_int_eq(verdict.rule, VERDICT_RULE_IGNORED);
	ck_assert_ptr_nonnull(strstr(verdict.message, "without NumPy's function table"));
	ck_assert_str_eq(verdict.advice[0], "python -m pip install 'numpy>=1.20,<2'");
	judge_on("1.19.5");
	ck_assert_str_eq(verdict_kind_name(verdict.kind), "unsafe");
	ck_assert_ptr_nonnull(strstr(verdict.message, "of another NumPy"));
}
END_TEST

START_TEST(who_calls_it_later_is_unsafe)
{
	set_kind(FACTS_HEED_LATER);
	judge_on("2.0.2");
	ck_assert_str_eq(verdict_kind_name(verdict.kind), "unsafe");
	ck_assert_str_eq(verdict.error_type, "");
	ck_assert_int_eq(verdict.rule, VERDICT_RULE_LATER);
	ck_assert_ptr_nonnull(strstr(verdict.message, usual));
}
END_TEST

START_TEST(what_could_not_be_followed_is_unknown)
{
	set_kind(FACTS_HEED_UNKNOWN);
	judge_on("2.0.2");
	expect("unknown", "", "");
	ck_assert_int_eq(verdict.rule, VERDICT_RULE_NONE);
	ck_assert_str_eq(verdict.explanation,
			 "import_array fails on NumPy 2.0.2; whether the import then "
			 "fails could not be read");
	ck_assert_uint_eq(verdict.advice_count, 0);
}
END_TEST

START_TEST(a_size_check_that_fails_before_is_told_instead)
{
	set_kind(FACTS_HEED_CARRIES_ON);
	made_facts_check(&facts, "numpy.ndarray", 88, FACTS_POLICY_IGNORE)->wording =
		FACTS_WORDING_HEADER;
	judge_on("1.19.5");
	ck_assert_str_eq(verdict_kind_name(verdict.kind), "error");
	ck_assert_str_eq(verdict.error_type, "ValueError");
}
END_TEST

Suite *heed_rule_suite(void);

Suite *heed_rule_suite(void)
{
	Suite *suite = suite_create("heed_rule");
	TCase *rules = tcase_create("rules");

	tcase_add_checked_fixture(rules, set_up, NULL);
	tcase_add_test(rules, it_matters_only_where_import_array_fails);
	tcase_add_test(rules, it_may_be_asked_for_as_long_as_numpy_has_no_versions);
	tcase_add_test(rules, usual_words_are_those_of_the_headers);
	tcase_add_test(rules, other_words_are_told_and_a_cause_only_if_python_tells_it);
	tcase_add_test(rules, words_that_are_not_known_are_not_promised);
	tcase_add_test(rules, the_cause_itself_may_be_what_is_raised);
	tcase_add_test(rules, an_exception_left_set_is_a_system_error);
	tcase_add_test(rules, who_carries_on_is_unsafe);
	tcase_add_test(rules, who_calls_it_later_is_unsafe);
	tcase_add_test(rules, what_could_not_be_followed_is_unknown);
	tcase_add_test(rules, a_size_check_that_fails_before_is_told_instead);
	suite_add_tcase(suite, rules);
	return suite;
}
