/* SPDX-License-Identifier: MIT
 *
 * json: the writer's output by the grammar of RFC 8259.
 */
#include <check.h>
#include <string.h>

#include "report/json.h"

Suite *json_suite(void);

static char text[256];
static struct npabi_textbuf buf;
static struct json json;

static void setup(void)
{
	npabi_textbuf_init(&buf, text, sizeof(text));
	json_init(&json, &buf);
}

START_TEST(members_and_items_are_parted_by_commas)
{
	json_open(&json, '{');
	json_key(&json, "a");
	json_unsigned(&json, 1);
	json_key(&json, "b");
	json_open(&json, '[');
	json_string(&json, "x");
	json_open(&json, '{');
	json_close(&json, '}');
	json_close(&json, ']');
	json_key(&json, "c");
	json_literal(&json, "true");
	json_close(&json, '}');
	ck_assert_str_eq(text, "{\"a\":1,\"b\":[\"x\",{}],\"c\":true}");
}
END_TEST

START_TEST(quotes_and_backslashes_are_escaped)
{
	json_string(&json, "a\"b\\c/d");
	ck_assert_str_eq(text, "\"a\\\"b\\\\c/d\"");
}
END_TEST

START_TEST(controls_are_escaped)
{
	json_string(&json, "a\n\x01\x1f\x7f");
	ck_assert_str_eq(text, "\"a\\u000a\\u0001\\u001f\\u007f\"");
}
END_TEST

START_TEST(other_characters_stay)
{
	json_string(&json, "\xc3\xa9\xf0\x9f\x98\x80");
	ck_assert_str_eq(text, "\"\xc3\xa9\xf0\x9f\x98\x80\"");
}
END_TEST

START_TEST(bad_bytes_become_the_replacement_character)
{
	json_string(&json, "caf\xe9!");
	ck_assert_str_eq(text, "\"caf\xef\xbf\xbd!\"");
}
END_TEST

START_TEST(the_largest_number_is_written)
{
	json_unsigned(&json, UINT64_MAX);
	ck_assert_str_eq(text, "18446744073709551615");
}
END_TEST

START_TEST(unknown_is_null)
{
	json_open(&json, '[');
	json_string_or_null(&json, "");
	json_hex_or_null(&json, 0);
	json_hex_or_null(&json, 0x1000009);
	json_hex(&json, 0);
	json_close(&json, ']');
	ck_assert_str_eq(text, "[null,null,\"0x1000009\",\"0x0\"]");
}
END_TEST

START_TEST(a_clipped_string_ends_with_a_whole_character)
{
	json.clip = 4;
	json_string(&json, "abc\xc3\xa9");
	ck_assert_str_eq(text, "\"abc\"");
	ck_assert(json.clipped);
}
END_TEST

START_TEST(rewinding_forgets_what_did_not_fit)
{
	struct json_mark mark;

	npabi_textbuf_init(&buf, text, 12);
	json_open(&json, '[');
	json_string(&json, "one");
	mark = json_mark(&json);
	json_string(&json, "too long for it");
	ck_assert(buf.truncated);
	json_rewind(&json, mark);
	json_close(&json, ']');
	ck_assert_str_eq(text, "[\"one\"]");
	ck_assert(!buf.truncated);
}
END_TEST

Suite *json_suite(void)
{
	Suite *suite = suite_create("json");
	TCase *writer = tcase_create("writer");

	tcase_add_checked_fixture(writer, setup, NULL);
	tcase_add_test(writer, members_and_items_are_parted_by_commas);
	tcase_add_test(writer, quotes_and_backslashes_are_escaped);
	tcase_add_test(writer, controls_are_escaped);
	tcase_add_test(writer, other_characters_stay);
	tcase_add_test(writer, bad_bytes_become_the_replacement_character);
	tcase_add_test(writer, the_largest_number_is_written);
	tcase_add_test(writer, unknown_is_null);
	tcase_add_test(writer, a_clipped_string_ends_with_a_whole_character);
	tcase_add_test(writer, rewinding_forgets_what_did_not_fit);
	suite_add_tcase(suite, writer);
	return suite;
}
