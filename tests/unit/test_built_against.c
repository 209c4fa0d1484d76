/* SPDX-License-Identifier: MIT
 *
 * verdict/built_against and verdict/range: from compiled-in numbers to release
 * names, by the written table of size vectors and by what is known of wheels.
 */
#include <check.h>
#include <string.h>

#include "support/made_facts.h"
#include "unit/suites.h"
#include "verdict/releases.h"

#define ABI_1 0x1000009u
#define ABI_2 0x2000000u

static struct facts facts;

static void assert_built_against(const char *expected)
{
	char text[64];

	releases_built_against(&facts, text, sizeof(text));
	ck_assert_str_eq(text, expected);
}

static void assert_range(const char *minimum, const char *below)
{
	char low[16], high[16];

	ck_assert(releases_range(&facts, low, high, sizeof(low)));
	ck_assert_str_eq(low, minimum);
	ck_assert_str_eq(high, below);
}

START_TEST(sizes_alone_name_the_releases)
{
	static const struct {
		struct made_sizes sizes;
		const char *expected;
	} cases[] = {
		{{88, 2632, 560, 80, 176}, "1.7"},
		{{88, 2632, 560, 80, 192}, "1.8-1.9"},
		{{96, 2632, 560, 80, 192}, "1.10-1.15"},
		{{96, 2632, 560, 80, 216}, "1.16-1.19 or 1.25-1.26"},
		{{96, 2632, 560, 88, 216}, "1.20-1.21"},
		{{96, 2632, 560, 96, 232}, "1.22-1.24"},
		{{32, 2632, 304, 80, 216}, "2.x targeting 1.19"},
		{{32, 2632, 304, 88, 216}, "2.x targeting 1.21"}, /* pandas 2.2.2 */
		{{32, 2632, 560, 88, 216}, "2.x targeting 1.21"}, /* the same in C++ */
		{{88, 2632, 304, 96, 232}, "2.x targeting 2.0"},
		{{88, 2632, 304, 96, 240}, "2.x targeting 2.1-2.5"},
		{{88, 2632, 560, 96, 232}, "2.x targeting 2.0"}, /* in C++ */
		/* an opaque ndarray tells nothing: cftime 1.6.2, netCDF4 1.6.5 */
		{{96, 2632, 560, 16, 216}, "1.16-1.21 or 1.25-1.26"},
		/* no release has these */
		{{96, 2632, 560, 81, 216}, ""},
		{{88, 2632, 560, 88, 232}, ""},
	};

	made_facts_start(&facts);
	made_facts_five(&facts, &cases[_i].sizes);
	assert_built_against(cases[_i].expected);
}
END_TEST

START_TEST(versions_alone_name_the_releases)
{
	static const struct {
		uint32_t abi, api;
		bool docs, keeps;
		const char *expected;
	} cases[] = {
		{ABI_1, 0xb, false, false, "1.13"},
		{ABI_1, 0xa, false, false, "1.11-1.12"},
		{ABI_1, 0xc, false, false, "1.14-1.15"},
		{ABI_1, 0xd, false, false, "1.16-1.19"}, /* gensim 4.3.0 */
		{ABI_1, 0xd, true, false, "1.25-1.26 targeting 1.19"},
		{ABI_1, 0xd, true, true, "1.26 targeting 1.19"},
		{ABI_1, 0xe, false, false, "1.20-1.21"},
		{ABI_1, 0x10, false, false, "1.23"},
		{ABI_1, 0x10, true, false, "1.24"},
		{ABI_1, 0xf, true, false, "1.25-1.26 targeting 1.22"},
		{ABI_1, 0x11, true, false, "1.25-1.26 targeting 1.25"},
		{ABI_2, 0xe, true, true, "2.x targeting 1.21"},
		{ABI_2, 0x12, true, true, "2.x targeting 2.0"},
		{ABI_2, 0x99, true, true, ""},
	};

	made_facts_start(&facts);
	made_facts_import_array(&facts, cases[_i].abi, cases[_i].api);
	facts.api_text_points_to_docs = cases[_i].docs;
	facts.keeps_import_error = cases[_i].keeps;
	assert_built_against(cases[_i].expected);
}
END_TEST

START_TEST(versions_without_prefix_are_of_headers_to_1_10)
{
	made_facts_start(&facts);
	made_facts_import_array(&facts, ABI_1, 0xa);
	facts.versions_without_prefix = true;
	assert_built_against("1.10");
	facts.api_version = 0x9;
	assert_built_against("1.8-1.9");
}
END_TEST

START_TEST(sizes_and_versions_together_name_fewer)
{
	made_facts_start(&facts);
	made_facts_five(&facts, &(struct made_sizes){96, 2632, 560, 80, 216});
	made_facts_import_array(&facts, ABI_1, 0xd);
	assert_built_against("1.16-1.19"); /* scikit-learn 1.0.2 */
	facts.api_text_points_to_docs = true;
	assert_built_against("1.25-1.26 targeting 1.19");
	facts.api_version = 0xe; /* contradicts the sizes */
	facts.api_text_points_to_docs = false;
	assert_built_against("");
}
END_TEST

START_TEST(without_numbers_nothing_is_named)
{
	made_facts_start(&facts);
	assert_built_against("");
	made_facts_check(&facts, "cymem.cymem.Pool", 40, FACTS_POLICY_WARN);
	made_facts_check(&facts, "numpy.generic", 16, FACTS_POLICY_WARN);
	assert_built_against("");
	facts.access = FACTS_ACCESS_PYBIND11_OLD;
	strcpy(facts.imports[facts.import_count++], "numpy.core.multiarray");
	assert_built_against("");
}
END_TEST

START_TEST(free_threaded_sizes_are_known)
{
	made_facts_start(&facts); /* headers 2.1, default target: each head has 16 more */
	made_facts_five(&facts, &(struct made_sizes){48, 2648, 320, 104, 232});
	assert_built_against(""); /* with the GIL no headers have such sizes */
	facts.free_threaded = true;
	assert_built_against("2.x targeting 1.21");
	assert_range("2.1", ""); /* the first that there is without the GIL */
	made_facts_start(&facts);
	facts.free_threaded = true;
	made_facts_check(&facts, "numpy.ndarray", 96, FACTS_POLICY_WARN);
	assert_built_against("2.x targeting 1.19"); /* with the GIL it is 1.22's size */
}
END_TEST

START_TEST(sizes_give_the_range)
{
	static const struct {
		struct made_sizes sizes;
		const char *minimum, *below;
	} cases[] = {
		{{96, 2632, 560, 80, 192}, "1.10", "2.0"},
		{{96, 2632, 560, 80, 216}, "1.16", "2.0"},
		{{96, 2632, 560, 88, 216}, "1.20", "2.0"},
		{{96, 2632, 560, 96, 232}, "1.22", "2.0"},
		{{32, 2632, 304, 80, 216}, "1.16", ""},
		{{32, 2632, 304, 88, 216}, "1.20", ""},
		{{88, 2632, 304, 96, 232}, "1.22", ""}, /* import_array would say 2.0 */
		{{88, 2632, 304, 96, 240}, "2.1", ""},
		/* headers 1.8: by chance the sizes of NumPy 2 pass, but it is no match */
		{{88, 2632, 560, 80, 192}, "1.8", "2.0"},
	};

	made_facts_start(&facts);
	made_facts_five(&facts, &cases[_i].sizes);
	assert_range(cases[_i].minimum, cases[_i].below);
}
END_TEST

START_TEST(policy_error_allows_one_size_only)
{
	made_facts_start(&facts);
	made_facts_check(&facts, "numpy.ndarray", 88, FACTS_POLICY_ERROR);
	assert_range("1.20", "1.22");
}
END_TEST

START_TEST(import_array_gives_the_range)
{
	static const struct {
		uint32_t abi, api;
		const char *minimum, *below;
	} cases[] = {
		{ABI_1, 0x7, "", "2.0"},      {ABI_1, 0xc, "1.14", "2.0"},
		{ABI_1, 0xd, "1.16", "2.0"},  {ABI_1, 0xf, "1.22", "2.0"},
		{ABI_1, 0x10, "1.23", "2.0"}, {ABI_2, 0xd, "1.16", ""},
		{ABI_2, 0xe, "1.20", ""},     {ABI_2, 0x12, "2.0", ""},
		{ABI_2, 0x16, "2.5", ""},
	};

	made_facts_start(&facts);
	made_facts_import_array(&facts, cases[_i].abi, cases[_i].api);
	assert_range(cases[_i].minimum, cases[_i].below);
}
END_TEST

START_TEST(old_binding_libraries_end_before_2_0)
{
	static const enum facts_access accesses[] = {FACTS_ACCESS_PYBIND11_OLD,
						     FACTS_ACCESS_RUST_OLD};

	made_facts_start(&facts);
	facts.access = accesses[_i];
	assert_range("", "2.0");
}
END_TEST

START_TEST(what_checks_nothing_has_no_bounds)
{
	made_facts_start(&facts);
	assert_range("", "");
	facts.access = FACTS_ACCESS_PYBIND11_NEW;
	assert_range("", "");
}
END_TEST

START_TEST(a_range_may_be_empty)
{
	char low[16] = "x", high[16] = "x";

	made_facts_start(&facts);
	made_facts_check(&facts, "numpy.dtype", 104, FACTS_POLICY_IGNORE);
	ck_assert(!releases_range(&facts, low, high, sizeof(low)));
	ck_assert_str_eq(low, "");
	ck_assert_str_eq(high, "");
}
END_TEST

Suite *built_against_suite(void);

Suite *built_against_suite(void)
{
	Suite *suite = suite_create("built_against");
	TCase *names = tcase_create("names");
	TCase *range = tcase_create("range");

	tcase_add_loop_test(names, sizes_alone_name_the_releases, 0, 15);
	tcase_add_loop_test(names, versions_alone_name_the_releases, 0, 14);
	tcase_add_test(names, versions_without_prefix_are_of_headers_to_1_10);
	tcase_add_test(names, sizes_and_versions_together_name_fewer);
	tcase_add_test(names, without_numbers_nothing_is_named);
	tcase_add_test(names, free_threaded_sizes_are_known);
	suite_add_tcase(suite, names);
	tcase_add_loop_test(range, sizes_give_the_range, 0, 9);
	tcase_add_test(range, policy_error_allows_one_size_only);
	tcase_add_loop_test(range, import_array_gives_the_range, 0, 9);
	tcase_add_loop_test(range, old_binding_libraries_end_before_2_0, 0, 2);
	tcase_add_test(range, what_checks_nothing_has_no_bounds);
	tcase_add_test(range, a_range_may_be_empty);
	suite_add_tcase(suite, range);
	return suite;
}
