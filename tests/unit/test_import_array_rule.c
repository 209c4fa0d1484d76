/* SPDX-License-Identifier: MIT
 *
 * verdict/import_array_rule: who is let in, and the words of each refusal, as
 * observed with plain C extensions on real NumPys.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "support/made_facts.h"
#include "unit/suites.h"
#include "verdict/import_array_rule.h"

#define ABI_1 0x1000009u
#define ABI_2 0x2000000u

#define POINTER                                                                       \
	"Check the section C-API incompatibility at the Troubleshooting ImportError " \
	"section "                                                                    \
	"at https://numpy.org/devdocs/user/troubleshooting-importerror.html"          \
	"#c-api-incompatibility for indications on how to solve this problem"

static struct facts facts;
static struct verdict verdict;

static enum verdict_kind judge(const char *version, uint32_t abi, uint32_t api)
{
	struct numpy_side numpy = {.abi = abi, .api = api, .name = version};

	ck_assert(version_parse(version, &numpy.version));
	memset(&verdict, 0, sizeof(verdict));
	return import_array_rule(&facts, &numpy, &verdict);
}

static void start(uint32_t abi, uint32_t api)
{
	made_facts_start(&facts);
	made_facts_import_array(&facts, abi, api);
}

static void add_import(const char *name)
{
	snprintf(facts.imports[facts.import_count++], sizeof(facts.imports[0]), "%s",
		 name);
}

START_TEST(older_and_equal_api_versions_are_let_in)
{
	start(ABI_1, 0xd);
	ck_assert_int_eq(judge("1.16.0", ABI_1, 0xd), VERDICT_OK);
	ck_assert_int_eq(judge("1.26.4", ABI_1, 0x11), VERDICT_OK);
	start(ABI_2, 0xd); /* headers 2.0, default target, on 1.22.4 and on 2.0.2 */
	ck_assert_int_eq(judge("1.22.4", ABI_1, 0xf), VERDICT_OK);
	ck_assert_int_eq(judge("2.0.2", ABI_2, 0x12), VERDICT_OK);
	ck_assert_str_eq(verdict.error_type, "");
	ck_assert_str_eq(verdict.message, "");
	ck_assert_str_eq(verdict.cause, "");
}
END_TEST

START_TEST(a_newer_api_version_is_refused_for_that_reason)
{
	start(ABI_1, 0xf); /* 1.22.4 on 1.20.3 */
	ck_assert_int_eq(judge("1.20.3", ABI_1, 0xe), VERDICT_ERROR);
	ck_assert_str_eq(verdict.error_type, "ImportError");
	ck_assert_str_eq(verdict.message, "numpy.core.multiarray failed to import");
	ck_assert_str_eq(verdict.cause_type, "RuntimeError");
	ck_assert_str_eq(verdict.cause,
			 "module compiled against API version 0xf but this "
			 "version of numpy is 0xe");
}
END_TEST

START_TEST(headers_since_1_24_point_to_the_documentation)
{
	start(ABI_1, 0x10); /* 1.24.4 on 1.20.3 */
	facts.api_text_points_to_docs = true;
	ck_assert_int_eq(judge("1.20.3", ABI_1, 0xe), VERDICT_ERROR);
	ck_assert_str_eq(verdict.cause,
			 "module compiled against API version 0x10 but this "
			 "version of numpy is 0xe . " POINTER " .");
}
END_TEST

START_TEST(headers_before_1_11_write_no_prefix)
{
	start(ABI_1, 0x9);
	facts.versions_without_prefix = true;
	ck_assert_int_eq(judge("1.7.2", ABI_1, 0x7), VERDICT_ERROR);
	ck_assert_str_eq(
		verdict.cause,
		"module compiled against API version 9 but this version of numpy is 7");
}
END_TEST

START_TEST(headers_2_name_the_release_that_they_target)
{
	start(ABI_2, 0x12); /* 2.0.2 targeting 2.0 on 1.26.4 */
	strcpy(facts.api_release, "2.0");
	ck_assert_int_eq(judge("1.26.4", ABI_1, 0x11), VERDICT_ERROR);
	ck_assert_str_eq(verdict.message, "numpy._core.multiarray failed to import");
	ck_assert_str_eq(
		verdict.cause,
		"module was compiled against NumPy C-API version 0x12 (NumPy 2.0) but "
		"the running NumPy has C-API version 0x11. " POINTER ".");
}
END_TEST

START_TEST(headers_since_1_16_find_no_table_in_numpy_2)
{
	start(ABI_1, 0xf);
	ck_assert_int_eq(judge("2.0.2", ABI_2, 0x12), VERDICT_ERROR);
	ck_assert_str_eq(verdict.error_type, "ImportError");
	ck_assert_str_eq(verdict.message, "numpy.core.multiarray failed to import");
	ck_assert_str_eq(verdict.cause_type, "AttributeError");
	ck_assert_str_eq(verdict.cause, "_ARRAY_API not found");
}
END_TEST

START_TEST(headers_1_26_4_keep_numpy_2s_own_words)
{
	const char *start_of_banner =
		"\nA module that was compiled using NumPy 1.x cannot be "
		"run in\nNumPy 2.0.2 as it may crash.";

	start(ABI_1, 0xd);
	facts.keeps_import_error = true;
	ck_assert_int_eq(judge("2.0.2", ABI_2, 0x12), VERDICT_ERROR);
	ck_assert_str_eq(verdict.cause_type, "ImportError");
	ck_assert_mem_eq(verdict.cause, start_of_banner, strlen(start_of_banner));
}
END_TEST

START_TEST(headers_to_1_15_do_find_a_table_in_numpy_2)
{
	/* numpy.core.multiarray still has one, for old pybind11; the ABI is asked next */
	start(ABI_1, 0xc);
	ck_assert_int_eq(judge("2.0.2", ABI_2, 0x12), VERDICT_ERROR);
	ck_assert_str_eq(verdict.message, "numpy.core.multiarray failed to import");
	ck_assert_str_eq(verdict.cause_type, "RuntimeError");
	ck_assert_str_eq(verdict.cause,
			 "module compiled against ABI version 0x1000009 but "
			 "this version of numpy is 0x2000000");
}
END_TEST

START_TEST(headers_since_1_16_miss_a_module_in_older_numpys)
{
	static const struct {
		uint32_t abi;
		const char *message;
	} cases[] = {{ABI_1, "numpy.core.multiarray failed to import"},
		     {ABI_2, "numpy._core.multiarray failed to import"}};

	start(cases[_i].abi, 0xd);
	ck_assert_int_eq(judge("1.15.4", ABI_1, 0xc), VERDICT_ERROR);
	ck_assert_str_eq(verdict.error_type, "ImportError");
	ck_assert_str_eq(verdict.message, cases[_i].message);
	ck_assert_str_eq(verdict.cause_type, "ModuleNotFoundError");
	ck_assert_str_eq(verdict.cause, "No module named 'numpy.core._multiarray_umath'");
}
END_TEST

START_TEST(python_2_has_words_of_its_own_for_a_missing_module)
{
	start(ABI_1, 0xd);
	facts.python2 = true;
	ck_assert_int_eq(judge("1.15.4", ABI_1, 0xc), VERDICT_ERROR);
	ck_assert_str_eq(verdict.cause_type, "ImportError");
	ck_assert_str_eq(verdict.cause, "No module named _multiarray_umath");
}
END_TEST

START_TEST(cythons_automatic_call_says_so)
{
	/* the words do not follow NumPy's change to _core */
	start(ABI_2, 0x12);
	facts.automatic_import_array = true;
	ck_assert_int_eq(judge("1.26.4", ABI_1, 0x11), VERDICT_ERROR);
	ck_assert_str_eq(
		verdict.message,
		"numpy.core.multiarray failed to import (auto-generated because you "
		"didn't call 'numpy.import_array()' after cimporting numpy; use "
		"'<void>numpy._import_array' to disable if you are certain you don't "
		"need it).");
}
END_TEST

static void start_umath(const char *module)
{
	made_facts_start(&facts);
	facts.access = FACTS_ACCESS_UFUNC;
	add_import(module);
}

START_TEST(import_umath_checks_no_version)
{
	start_umath("numpy.core._multiarray_umath");
	ck_assert_int_eq(judge("1.16.0", ABI_1, 0xd), VERDICT_OK);
	ck_assert_int_eq(judge("1.26.4", ABI_1, 0x11), VERDICT_OK);
	ck_assert_str_eq(verdict.error_type, "");
	start_umath("numpy.core.umath");
	ck_assert_int_eq(judge("1.13.3", ABI_1, 0xb), VERDICT_OK);
	/* it still finds its table in NumPy 2 */
	ck_assert_int_eq(judge("2.0.2", ABI_2, 0x12), VERDICT_OK);
}
END_TEST

START_TEST(import_umath_needs_the_module_and_its_table)
{
	start_umath("numpy.core._multiarray_umath");
	ck_assert_int_eq(judge("1.15.4", ABI_1, 0xc), VERDICT_ERROR);
	ck_assert_str_eq(verdict.error_type, "ImportError");
	ck_assert_str_eq(verdict.message, "numpy.core.umath failed to import");
	ck_assert_str_eq(verdict.cause_type, "ImportError");
	ck_assert_str_eq(verdict.cause, "numpy.core._multiarray_umath failed to import");
	ck_assert_int_eq(judge("2.0.2", ABI_2, 0x12), VERDICT_ERROR);
	ck_assert_str_eq(verdict.message, "numpy.core.umath failed to import");
	ck_assert_str_eq(verdict.cause_type, "AttributeError");
	ck_assert_str_eq(verdict.cause, "_UFUNC_API not found");
}
END_TEST

START_TEST(a_table_fetched_otherwise_is_unknown)
{
	made_facts_start(&facts);
	facts.access = FACTS_ACCESS_TABLE;
	ck_assert_int_eq(judge("1.26.4", ABI_1, 0x11), VERDICT_UNKNOWN);
}
END_TEST

START_TEST(what_was_not_read_is_unknown)
{
	start(ABI_1, 0);
	add_import("numpy.core._multiarray_umath");
	ck_assert_int_eq(judge("1.26.4", ABI_1, 0x11), VERDICT_UNKNOWN);
	/* whatever the API version is, NumPy 2 refuses this ABI */
	ck_assert_int_eq(judge("2.0.2", ABI_2, 0x12), VERDICT_ERROR);
	made_facts_start(&facts);
	facts.access = FACTS_ACCESS_IMPORT_ARRAY;
	ck_assert_int_eq(judge("1.26.4", ABI_1, 0x11), VERDICT_UNKNOWN);
}
END_TEST

START_TEST(without_import_array_nothing_is_asked)
{
	made_facts_start(&facts);
	ck_assert_int_eq(judge("2.0.2", ABI_2, 0x12), VERDICT_OK);
	facts.access = FACTS_ACCESS_PYBIND11_OLD;
	ck_assert_int_eq(judge("2.0.2", ABI_2, 0x12), VERDICT_OK);
}
END_TEST

START_TEST(only_the_outcome_can_be_asked)
{
	struct numpy_side numpy = {
		.version = {2, 0, 2}, .abi = ABI_2, .api = 0x12, .name = ""};

	start(ABI_1, 0xf);
	ck_assert_int_eq(import_array_rule(&facts, &numpy, NULL), VERDICT_ERROR);
	start(ABI_2, 0x16);
	ck_assert_int_eq(import_array_rule(&facts, &numpy, NULL), VERDICT_ERROR);
	start(ABI_1, 0xc);
	ck_assert_int_eq(import_array_rule(&facts, &numpy, NULL), VERDICT_ERROR);
}
END_TEST

Suite *import_array_rule_suite(void);

Suite *import_array_rule_suite(void)
{
	Suite *suite = suite_create("import_array_rule");
	TCase *versions = tcase_create("versions");
	TCase *modules = tcase_create("modules");

	tcase_add_test(versions, older_and_equal_api_versions_are_let_in);
	tcase_add_test(versions, a_newer_api_version_is_refused_for_that_reason);
	tcase_add_test(versions, headers_since_1_24_point_to_the_documentation);
	tcase_add_test(versions, headers_before_1_11_write_no_prefix);
	tcase_add_test(versions, headers_2_name_the_release_that_they_target);
	tcase_add_test(versions, cythons_automatic_call_says_so);
	tcase_add_test(versions, what_was_not_read_is_unknown);
	tcase_add_test(versions, without_import_array_nothing_is_asked);
	tcase_add_test(versions, only_the_outcome_can_be_asked);
	suite_add_tcase(suite, versions);
	tcase_add_test(modules, headers_since_1_16_find_no_table_in_numpy_2);
	tcase_add_test(modules, headers_1_26_4_keep_numpy_2s_own_words);
	tcase_add_test(modules, headers_to_1_15_do_find_a_table_in_numpy_2);
	tcase_add_loop_test(modules, headers_since_1_16_miss_a_module_in_older_numpys, 0,
			    2);
	tcase_add_test(modules, python_2_has_words_of_its_own_for_a_missing_module);
	tcase_add_test(modules, import_umath_checks_no_version);
	tcase_add_test(modules, import_umath_needs_the_module_and_its_table);
	tcase_add_test(modules, a_table_fetched_otherwise_is_unknown);
	suite_add_tcase(suite, modules);
	return suite;
}
