/* SPDX-License-Identifier: MIT
 *
 * base/textbuf: text is cut at the buffer's end and never past it.
 */
#include <check.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/textbuf.h"
#include "unit/suites.h"

START_TEST(a_new_text_is_empty)
{
	char data[4] = "xyz";
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, data, sizeof(data));
	ck_assert_str_eq(data, "");
	ck_assert_uint_eq(buf.length, 0);
	ck_assert(!buf.truncated);
}
END_TEST

START_TEST(pieces_follow_each_other)
{
	char data[64];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, data, sizeof(data));
	npabi_textbuf_string(&buf, "size ");
	npabi_textbuf_unsigned(&buf, 96);
	npabi_textbuf_char(&buf, ',');
	npabi_textbuf_bytes(&buf, " at me", 4);
	npabi_textbuf_hex(&buf, 0x3bf3);
	npabi_textbuf_format(&buf, " %s %d", "by", 7);
	ck_assert_str_eq(data, "size 96, at 0x3bf3 by 7");
	ck_assert_uint_eq(buf.length, strlen(data));
	ck_assert(!buf.truncated);
}
END_TEST

START_TEST(numbers_are_written_as_printf_writes_them)
{
	static const uint64_t numbers[] = {
		0, 9, 10, 0x7fffffff, UINT64_MAX, INT64_MAX, (uint64_t)INT64_MIN};
	uint64_t number = numbers[_i];
	char data[140];
	char expected[140];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, data, sizeof(data));
	npabi_textbuf_unsigned(&buf, number);
	npabi_textbuf_char(&buf, ' ');
	npabi_textbuf_signed(&buf, (int64_t)number);
	npabi_textbuf_char(&buf, ' ');
	npabi_textbuf_hex(&buf, number);
	npabi_textbuf_char(&buf, ' ');
	npabi_textbuf_padded(&buf, number, 3);
	npabi_textbuf_char(&buf, ' ');
	npabi_textbuf_padded(&buf, number, 20);
	snprintf(expected, sizeof(expected),
		 "%" PRIu64 " %" PRId64 " 0x%" PRIx64 " %03" PRIu64 " %020" PRIu64,
		 number, (int64_t)number, number, number, number);
	ck_assert_str_eq(data, expected);
}
END_TEST

START_TEST(what_fits_exactly_is_not_truncated)
{
	char data[6];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, data, sizeof(data));
	npabi_textbuf_string(&buf, "12345");
	ck_assert_str_eq(data, "12345");
	ck_assert(!buf.truncated);
}
END_TEST

START_TEST(what_does_not_fit_is_dropped_and_remembered)
{
	char data[8];
	struct npabi_textbuf buf;

	memset(data, '#', sizeof(data));
	npabi_textbuf_init(&buf, data, 5);
	npabi_textbuf_string(&buf, "123");
	npabi_textbuf_string(&buf, "456");
	ck_assert_str_eq(data, "1234");
	ck_assert(buf.truncated);
	npabi_textbuf_char(&buf, '7');
	ck_assert_str_eq(data, "1234");
	ck_assert_int_eq(data[5], '#');
}
END_TEST

START_TEST(a_format_that_does_not_fit_is_cut)
{
	char data[8];
	struct npabi_textbuf buf;

	memset(data, '#', sizeof(data));
	npabi_textbuf_init(&buf, data, 6);
	npabi_textbuf_format(&buf, "%s", "abcdefgh");
	ck_assert_str_eq(data, "abcde");
	ck_assert_uint_eq(buf.length, 5);
	ck_assert(buf.truncated);
	npabi_textbuf_format(&buf, "%d", 1);
	ck_assert_str_eq(data, "abcde");
	ck_assert_int_eq(data[6], '#');
}
END_TEST

START_TEST(one_byte_holds_the_empty_text)
{
	char data[1];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, data, sizeof(data));
	npabi_textbuf_char(&buf, 'a');
	npabi_textbuf_format(&buf, "b");
	ck_assert_str_eq(data, "");
	ck_assert(buf.truncated);
}
END_TEST

START_TEST(a_copy_is_cut_to_its_room)
{
	char text[4];

	npabi_text_copy(text, sizeof(text), "ab");
	ck_assert_str_eq(text, "ab");
	npabi_text_copy(text, sizeof(text), "abcdef");
	ck_assert_str_eq(text, "abc");
}
END_TEST

Suite *textbuf_suite(void);

Suite *textbuf_suite(void)
{
	Suite *suite = suite_create("textbuf");
	TCase *append = tcase_create("append");
	TCase *limits = tcase_create("limits");

	tcase_add_test(append, a_new_text_is_empty);
	tcase_add_test(append, pieces_follow_each_other);
	tcase_add_loop_test(append, numbers_are_written_as_printf_writes_them, 0, 7);
	suite_add_tcase(suite, append);
	tcase_add_test(limits, what_fits_exactly_is_not_truncated);
	tcase_add_test(limits, what_does_not_fit_is_dropped_and_remembered);
	tcase_add_test(limits, a_format_that_does_not_fit_is_cut);
	tcase_add_test(limits, one_byte_holds_the_empty_text);
	tcase_add_test(limits, a_copy_is_cut_to_its_room);
	suite_add_tcase(suite, limits);
	return suite;
}
