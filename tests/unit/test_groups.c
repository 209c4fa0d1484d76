/* SPDX-License-Identifier: MIT
 *
 * groups: the rows of a scan, and what is said once for several.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scan/groups.h"
#include "support/sample_record.h"

Suite *groups_suite(void);

#define HEADING_END                                                                   \
	"ValueError: numpy.dtype size changed, may indicate binary incompatibility. " \
	"Expected 96 from C header, got 88 from PyObject; built against NumPy "       \
	"1.16-1.19; works with NumPy >=1.16,<2\n"

static struct sample_record sample;
static struct groups groups;
static struct common_range range;
static char *text;
static size_t text_size;

static void setup(void)
{
	sample_record_make(&sample);
	sample.verdict.advice_count = 0;
	memset(&range, 0, sizeof(range));
	groups = (struct groups){.first = NULL};
	text = NULL;
}

static void teardown(void)
{
	groups_free(&groups);
	free(text);
}

static void add(const char *path)
{
	sample.extension.path = path;
	ck_assert(groups_add(&groups, &sample.extension, &range));
}

static void print(bool colour)
{
	FILE *output = open_memstream(&text, &text_size);

	ck_assert_ptr_nonnull(output);
	groups_print(&groups, output, colour);
	fclose(output);
}

static void assert_printed(const char *words)
{
	print(false);
	ck_assert_msg(strstr(text, words) != NULL, "no '%s' in:\n%s", words, text);
}

START_TEST(a_cause_is_told_once)
{
	add("a.so");
	add("b.so");
	print(false);
	ck_assert_str_eq(
		text, "error on NumPy 2.0.2: PyWavelets 1.4.1, 2 extensions: " HEADING_END
		      "  a.so\n  b.so\n");
}
END_TEST

/* the sample has >=1.16,<2 itself */
START_TEST(advice_follows_the_files_and_suits_all)
{
	sample.extension.python = "/srv/v/bin/python";
	sample.verdict.advice_count = 2;
	sample.verdict.advice_kinds[0] = ADVICE_RANGE;
	sample.verdict.advice_kinds[1] = ADVICE_REBUILD;
	strcpy(sample.verdict.advice[1], "or build: python -m pip install PACKAGE");
	add("a.so");
	add("b.so");
	memset(&sample, 0, sizeof(sample)); /* what is needed was copied */
	range.count = 2;
	strcpy(range.minimum, "1.22");
	strcpy(range.below, "1.25");
	print(false);
	ck_assert_str_eq(
		text,
		"error on NumPy 2.0.2: PyWavelets 1.4.1, 2 extensions: " HEADING_END
		"  a.so\n  b.so\n"
		"  what to do: /srv/v/bin/python -m pip install 'numpy>=1.22,<1.25'\n"
		"  or build: /srv/v/bin/python -m pip install PyWavelets==1.4.1\n");
}
END_TEST

START_TEST(the_same_advice_is_behind_the_last)
{
	const char *first, *second, *third;

	sample.verdict.advice_count = 1;
	sample.verdict.advice_kinds[0] = ADVICE_RANGE;
	add("a.so");
	strcpy(sample.verdict.message, "another cause");
	add("b.so");
	strcpy(sample.owner.distribution, "scipy");
	strcpy(sample.verdict.numpy_below, "1.25");
	add("c.so");
	print(false);
	first = strstr(text, "  what to do: ");
	ck_assert_ptr_nonnull(first);
	second = strstr(first + 1, "  what to do: ");
	ck_assert_ptr_nonnull(second);
	third = strstr(second + 1, "  what to do: ");
	ck_assert_ptr_null(third);
	ck_assert(strstr(text, "  b.so\n") < first);
	ck_assert(strstr(text, "  c.so\n") > first);
}
END_TEST

START_TEST(advice_that_does_not_apply_is_left_out)
{
	sample.verdict.advice_count = 2;
	sample.verdict.advice_kinds[0] = ADVICE_RANGE;
	sample.verdict.advice_kinds[1] = ADVICE_RELEASE;
	sample.owner.manager = OWNER_DPKG;
	strcpy(sample.owner.package, "python3-pywt");
	strcpy(sample.runtime.numpy_path, "/usr/lib/python3/dist-packages/numpy/"
					  "__init__.py");
	add("a.so");
	assert_printed(
		"  a.so\n  what to do: apt-get install --only-upgrade python3-pywt "
		"python3-numpy\n");
}
END_TEST

START_TEST(another_distribution_is_another_group)
{
	add("a.so");
	strcpy(sample.owner.distribution, "scipy");
	strcpy(sample.owner.version, "1.10.1");
	add("b.so");
	print(false);
	ck_assert_str_eq(
		text, "error on NumPy 2.0.2: PyWavelets 1.4.1, 1 extension: " HEADING_END
		      "  a.so\n"
		      "error on NumPy 2.0.2: scipy 1.10.1, 1 extension: " HEADING_END
		      "  b.so\n");
}
END_TEST

START_TEST(a_file_built_otherwise_says_so)
{
	add("a.so");
	strcpy(sample.verdict.built_against, "1.23");
	add("b.so");
	assert_printed("  b.so; built against NumPy 1.23; works with NumPy >=1.16,<2\n");
}
END_TEST

START_TEST(the_cause_of_an_import_error_is_told)
{
	strcpy(sample.verdict.error_type, "ImportError");
	strcpy(sample.verdict.message, "numpy.core.multiarray failed to import");
	strcpy(sample.verdict.cause_type, "RuntimeError");
	strcpy(sample.verdict.cause, "module compiled against API version 0x10");
	add("a.so");
	assert_printed("ImportError: numpy.core.multiarray failed to import (because of: "
		       "RuntimeError: module compiled against API version 0x10)");
}
END_TEST

START_TEST(a_verdict_without_words_is_still_told)
{
	sample.verdict.message[0] = sample.verdict.error_type[0] = '\0';
	add("a.so");
	assert_printed(
		"PyWavelets 1.4.1, 1 extension: the import will fail; built against");
}
END_TEST

START_TEST(without_an_owner_there_is_only_the_number)
{
	memset(&sample.owner, 0, sizeof(sample.owner));
	sample.verdict.kind = VERDICT_UNKNOWN;
	sample.verdict.message[0] = '\0';
	sample.extension.runtime = NULL;
	add("a.so");
	assert_printed("unknown: 1 extension: no NumPy beside it; ");
}
END_TEST

START_TEST(only_the_verdict_is_coloured)
{
	add("a.so");
	print(true);
	ck_assert_int_eq(strncmp(text, "\x1b[31merror\x1b[0m on NumPy 2.0.2: ", 31), 0);
}
END_TEST

Suite *groups_suite(void)
{
	Suite *suite = suite_create("groups");
	TCase *all = tcase_create("all");

	tcase_add_checked_fixture(all, setup, teardown);
	tcase_add_test(all, a_cause_is_told_once);
	tcase_add_test(all, advice_follows_the_files_and_suits_all);
	tcase_add_test(all, the_same_advice_is_behind_the_last);
	tcase_add_test(all, advice_that_does_not_apply_is_left_out);
	tcase_add_test(all, another_distribution_is_another_group);
	tcase_add_test(all, a_file_built_otherwise_says_so);
	tcase_add_test(all, the_cause_of_an_import_error_is_told);
	tcase_add_test(all, a_verdict_without_words_is_still_told);
	tcase_add_test(all, without_an_owner_there_is_only_the_number);
	tcase_add_test(all, only_the_verdict_is_coloured);
	suite_add_tcase(suite, all);
	return suite;
}
