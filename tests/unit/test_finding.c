/* SPDX-License-Identifier: MIT
 *
 * finding: what one is known by, and what does not matter to that.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "scan/finding.h"
#include "support/sample_record.h"

Suite *finding_suite(void);

#define WORDS                                                        \
	"ValueError: numpy.dtype size changed, may indicate binary " \
	"incompatibility. Expected 96 from C header, got 88 from "   \
	"PyObject"

static struct sample_record sample;
static char text[FINDING_MAX];

static void setup(void)
{
	sample_record_make(&sample);
	sample.verdict.rule = VERDICT_RULE_SIZE_ERROR;
}

static const char *finding(void)
{
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, text, sizeof(text));
	finding_append(&buf, &sample.extension);
	return text;
}

START_TEST(it_is_one_line_of_fields)
{
	ck_assert_str_eq(finding(), "error\tPyWavelets\tpywt._extensions._pywt\t"
				    "size-changed\t" WORDS);
}
END_TEST

START_TEST(place_release_and_numpy_do_not_matter)
{
	char before[FINDING_MAX];

	strcpy(before, finding());
	sample.extension.path = "elsewhere/_pywt.so";
	strcpy(sample.owner.version, "1.5.0");
	strcpy(sample.runtime.numpy, "2.1.0");
	strcpy(sample.facts.build_id, "00");
	strcpy(sample.verdict.explanation, "in other words");
	ck_assert_str_eq(finding(), before);
}
END_TEST

START_TEST(words_of_ours_are_left_out)
{
	sample.verdict.kind = VERDICT_UNSAFE;
	sample.verdict.rule = VERDICT_RULE_LAYOUT;
	sample.verdict.error_type[0] = '\0';
	strcpy(sample.verdict.message, "The import succeeds, but");
	ck_assert_str_eq(finding(), "unsafe\tPyWavelets\tpywt._extensions._pywt\t"
				    "layout-changed");
}
END_TEST

START_TEST(without_an_owner_it_is_the_name_of_the_file)
{
	sample.owner = (struct owner){.module = ""};
	sample.extension.path = "a/b/_pywt.so";
	sample.verdict.kind = VERDICT_UNKNOWN;
	sample.verdict.rule = VERDICT_RULE_NONE;
	ck_assert_str_eq(finding(), "unknown\t-\t_pywt.so");
}
END_TEST

START_TEST(names_of_others_cannot_break_the_line)
{
	strcpy(sample.owner.distribution, "a\nb\tc");
	strcpy(sample.verdict.message, "x\ny");
	ck_assert_str_eq(finding(), "error\ta\\x0ab\\x09c\tpywt._extensions._pywt\t"
				    "size-changed\tValueError: x\\x0ay");
}
END_TEST

START_TEST(a_file_that_cannot_be_read_has_a_finding_too)
{
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, text, sizeof(text));
	finding_append_unread(&buf, "a/bad.so", &sample.owner);
	ck_assert_str_eq(text, "unread\tPyWavelets\tpywt._extensions._pywt");
}
END_TEST

Suite *finding_suite(void)
{
	Suite *suite = suite_create("finding");
	TCase *lines = tcase_create("lines");

	tcase_add_checked_fixture(lines, setup, NULL);
	tcase_add_test(lines, it_is_one_line_of_fields);
	tcase_add_test(lines, place_release_and_numpy_do_not_matter);
	tcase_add_test(lines, words_of_ours_are_left_out);
	tcase_add_test(lines, without_an_owner_it_is_the_name_of_the_file);
	tcase_add_test(lines, names_of_others_cannot_break_the_line);
	tcase_add_test(lines, a_file_that_cannot_be_read_has_a_finding_too);
	suite_add_tcase(suite, lines);
	return suite;
}
