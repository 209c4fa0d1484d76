/* SPDX-License-Identifier: MIT
 *
 * held: records that wait for what is known of all.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scan/held.h"
#include "support/sample_record.h"

Suite *held_suite(void);

static struct sample_record sample;
static struct held_list list;
static struct common_range range;
static char *text;
static size_t text_size;
static FILE *output;

static void setup(void)
{
	sample_record_make(&sample);
	sample.verdict.advice_count = 1;
	sample.verdict.advice_kinds[0] = ADVICE_RANGE;
	memset(&list, 0, sizeof(list));
	memset(&range, 0, sizeof(range));
	output = open_memstream(&text, &text_size);
	ck_assert_ptr_nonnull(output);
}

static void teardown(void)
{
	held_free(&list);
	fclose(output);
	free(text);
}

static void assert_written(const char *words)
{
	held_write(&list, output);
	fflush(output);
	ck_assert_msg(strstr(text, words) != NULL, "no '%s' in:\n%s", words, text);
}

START_TEST(order_is_kept)
{
	ck_assert(held_add_text(&list, "first\n", 6));
	ck_assert(held_add(&list, &sample.extension, NULL));
	ck_assert(held_add_text(&list, "last\n", 5));
	assert_written("first\n{\"schema\":1,");
	ck_assert_str_eq(text + text_size - 7, "}\nlast\n");
}
END_TEST

/* the sample has >=1.16,<2 itself */
START_TEST(what_comes_later_narrows_what_was_held)
{
	ck_assert(held_add(&list, &sample.extension, &range));
	memset(&sample, 0, sizeof(sample)); /* it was copied */
	range.count = 2;
	strcpy(range.minimum, "1.22");
	strcpy(range.below, "1.25");
	assert_written("\"advice\":[\"python -m pip install 'numpy>=1.22,<1.25'\"]");
}
END_TEST

START_TEST(a_conflict_is_advice_for_both)
{
	ck_assert(held_add(&list, &sample.extension, &range));
	range.count = 2;
	strcpy(range.minimum, "2.0");
	strcpy(range.minimum_by, "new.one");
	strcpy(range.below, "2.0");
	strcpy(range.below_by, "old.one");
	assert_written("\"advice\":[\"no NumPy suits all that is installed here: new.one "
		       "needs numpy>=2, old.one needs numpy<2; ");
}
END_TEST

START_TEST(alone_it_has_its_own_range)
{
	range.count = 1;
	ck_assert(held_add(&list, &sample.extension, &range));
	assert_written("\"advice\":[\"python -m pip install 'numpy>=1.16,<2'\"]");
}
END_TEST

Suite *held_suite(void)
{
	Suite *suite = suite_create("held");
	TCase *records = tcase_create("records");

	tcase_add_checked_fixture(records, setup, teardown);
	tcase_add_test(records, order_is_kept);
	tcase_add_test(records, what_comes_later_narrows_what_was_held);
	tcase_add_test(records, a_conflict_is_advice_for_both);
	tcase_add_test(records, alone_it_has_its_own_range);
	suite_add_tcase(suite, records);
	return suite;
}
