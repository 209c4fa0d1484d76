/* SPDX-License-Identifier: MIT
 *
 * explain_clean: what terminals and logs have added is gone, words are left.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "scan/explain_clean.h"

Suite *explain_clean_suite(void);

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

static char text[4096];

/* Cleans LENGTH bytes of BYTES into text. */
static size_t clean(const char *bytes, size_t length)
{
	ck_assert_uint_lt(length, sizeof(text));
	memcpy(text, bytes, length);
	return explain_clean(text, length);
}

static const struct {
	const char *raw, *clean;
} cases[] = {
	{"plain", "plain"},
	{"", ""},
	{"\x1b[1;31mValueError\x1b[0m: x", "ValueError: x"},
	{"\x1b[38;5;9mred", "red"},
	{"a\x1b[Kb\x1b[2Jc\x1b[?25hd", "abcd"},
	{"\x1b]8;;http://x\x07link\x1b]8;;\x1b\\", "link"},
	{"\x1b(Bx\x1b=y", "xy"},
	{"cut\x1b", "cut"},
	{"cut\x1b[", "cut"},
	{"cut\x1b[31", "cut31"},
	{"cut\x1b]8;;http://x\nnext", "cut8;;http://x\nnext"},
	/* copied without their first character, or spelled */
	{"[1m[31mE   ValueError[0m", "E   ValueError"},
	{"\\x1b[31mred\\033[0m \\u001b[1mx ^[[0m", "red x "},
	{"a[0] b[1m", "a[0] b"},
	{"a\r\nb\rc\td\vf", "a \nb c d f"},
	{"\xe2\x94\x82 framed \xe2\x94\x82\xc2\xa0x", "  framed   x"},
	{"gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"},
	/* one string of JSON or of Python */
	{"{\"m\": \"Traceback:\\n  File \\\"/a/b.py\\\", line 1\\nValueError: x\"}",
	 "{\"m\": \"Traceback:\n  File \"/a/b.py\", line 1\nValueError: x\"}"},
	/* but a path of Windows stays whole */
	{"File \"C:\\nick\\numpy\\x.py\"", "File \"C:\\nick\\numpy\\x.py\""},
};

START_TEST(what_was_added_is_gone)
{
	size_t length = clean(cases[_i].raw, strlen(cases[_i].raw));

	ck_assert_str_eq(text, cases[_i].clean);
	ck_assert_uint_eq(length, strlen(cases[_i].clean));
}
END_TEST

START_TEST(utf_16_becomes_plain)
{
	static const char bytes[] = "\xff\xfeV\0a\0l\0u\0e\0\r\0\n\0E\0";

	clean(bytes, sizeof(bytes));
	ck_assert_str_eq(text, "\xff\xfeValue \nE");
}
END_TEST

START_TEST(no_control_is_left_of_any_bytes)
{
	char bytes[2048];

	srand((unsigned)_i);
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(rand() % 8 ? rand() : "\x1b[]\\n\a m"[rand() % 8]);
	ck_assert_uint_le(clean(bytes, sizeof(bytes)), sizeof(bytes));
	for (const char *at = text; *at; at++)
		ck_assert_msg(*at == '\n' || ((unsigned char)*at >= 0x20 && *at != 0x7f),
			      "byte %zu is %d", (size_t)(at - text), *at);
}
END_TEST

START_TEST(lines_keep_their_numbers)
{
	static const char raw[] = "1\r\n\x1b[31m2\x1b[0m\r\n3";

	clean(raw, strlen(raw));
	ck_assert_str_eq(text, "1 \n2 \n3");
}
END_TEST

Suite *explain_clean_suite(void)
{
	Suite *suite = suite_create("explain_clean");
	TCase *tcase = tcase_create("clean");

	tcase_add_loop_test(tcase, what_was_added_is_gone, 0, LENGTH(cases));
	tcase_add_test(tcase, utf_16_becomes_plain);
	tcase_add_loop_test(tcase, no_control_is_left_of_any_bytes, 0, 20);
	tcase_add_test(tcase, lines_keep_their_numbers);
	suite_add_tcase(suite, tcase);
	return suite;
}
