/* SPDX-License-Identifier: MIT
 *
 * base/status: each reason has a text of its own.
 */
#include <check.h>
#include <ctype.h>

#include "base/status.h"
#include "unit/suites.h"

START_TEST(each_status_has_its_own_text)
{
	const char *text = npabi_status_text((enum npabi_status)_i);

	ck_assert_str_ne(text, npabi_status_text(NPABI_STATUS_MAX));
	for (int other = 0; other < _i; other++)
		ck_assert_str_ne(text, npabi_status_text((enum npabi_status)other));
}
END_TEST

START_TEST(a_text_can_follow_a_path_and_a_colon)
{
	const char *text = npabi_status_text((enum npabi_status)_i);
	size_t length = strlen(text);

	ck_assert_uint_gt(length, 0);
	ck_assert(islower((unsigned char)text[0]) || isdigit((unsigned char)text[0]) ||
		  strncmp(text, "ELF", 3) == 0);
	ck_assert_int_ne(text[length - 1], '.');
}
END_TEST

START_TEST(any_value_has_a_text)
{
	ck_assert_ptr_nonnull(npabi_status_text(NPABI_STATUS_MAX));
	ck_assert_ptr_nonnull(npabi_status_text((enum npabi_status) - 1));
	ck_assert_ptr_nonnull(npabi_status_text((enum npabi_status)12345));
}
END_TEST

Suite *status_suite(void);

Suite *status_suite(void)
{
	Suite *suite = suite_create("status");
	TCase *texts = tcase_create("texts");

	tcase_add_loop_test(texts, each_status_has_its_own_text, 0, NPABI_STATUS_MAX);
	tcase_add_loop_test(texts, a_text_can_follow_a_path_and_a_colon, 0,
			    NPABI_STATUS_MAX);
	tcase_add_test(texts, any_value_has_a_text);
	suite_add_tcase(suite, texts);
	return suite;
}
