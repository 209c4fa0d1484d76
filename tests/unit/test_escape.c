/* SPDX-License-Identifier: MIT
 *
 * escape: what is UTF-8 (held against Python's decoder, byte string by byte
 * string) and what text looks like once it is fit for a terminal.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"
#include "support/run_program.h"

Suite *escape_suite(void);

static const char *escaped(const char *string)
{
	static char text[256];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, text, sizeof(text));
	escape_text(&buf, string);
	return text;
}

START_TEST(plain_text_stays)
{
	ck_assert_str_eq(escaped("/usr/lib/x y.so"), "/usr/lib/x y.so");
	ck_assert_str_eq(escaped("/h\xc3\xb6he/\xe6\x97\xa5\xf0\x9f\x98\x80"),
			 "/h\xc3\xb6he/\xe6\x97\xa5\xf0\x9f\x98\x80");
}
END_TEST

START_TEST(a_newline_cannot_start_a_line)
{
	ck_assert_str_eq(escaped("a\nnpabi: error"), "a\\x0anpabi: error");
}
END_TEST

START_TEST(terminal_codes_are_shown)
{
	ck_assert_str_eq(escaped("\x1b[2J\x7f"), "\\x1b[2J\\x7f");
	/* U+009B is ESC [ in one character; U+202E turns the line round */
	ck_assert_str_eq(escaped("\xc2\x9b"
				 "2J\xe2\x80\xae"),
			 "\\u009b2J\\u202e");
}
END_TEST

START_TEST(bytes_that_are_not_utf8_are_shown)
{
	ck_assert_str_eq(escaped("caf\xe9"), "caf\\xe9");
	ck_assert_str_eq(escaped("\xed\xa0\x80"), "\\xed\\xa0\\x80");
}
END_TEST

/* Bytes after each other in every mixture that the decoder tells apart. */
static const unsigned char samples[] = {0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0,
					0xbf, 0xc0, 0xc2, 0xdf, 0xe0, 0xe1, 0xed,
					0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xff};
#define SAMPLE_COUNT sizeof(samples)

/* Writes the code points of TEXT as Python's decoder would name them. */
static void print_code_points(FILE *file, const char *text)
{
	while (*text) {
		uint32_t code;

		text += escape_next(text, &code);
		fprintf(file, "%x ", code == ESCAPE_INVALID ? 0xfffd : code);
	}
	fputc('\n', file);
}

static void print_all(FILE *file)
{
	for (size_t i = 0; i < SAMPLE_COUNT * SAMPLE_COUNT * SAMPLE_COUNT * SAMPLE_COUNT;
	     i++) {
		char text[5] = {
			(char)samples[i % SAMPLE_COUNT],
			(char)samples[i / SAMPLE_COUNT % SAMPLE_COUNT],
			(char)samples[i / SAMPLE_COUNT / SAMPLE_COUNT % SAMPLE_COUNT],
			(char)samples[i / SAMPLE_COUNT / SAMPLE_COUNT / SAMPLE_COUNT]};

		print_code_points(file, text);
	}
}

START_TEST(decoding_agrees_with_python)
{
	/* argv: the samples in hex; reads our lines and names the first that differs */
	static const char judge[] =
		"import itertools, sys\n"
		"s = bytes.fromhex(sys.argv[1])\n"
		"for t in itertools.product(s, repeat=4):\n"
		"    b = bytes(reversed(t))\n"
		"    want = ''.join('%x ' % ord(c) for c in b.decode('utf-8', "
		"'replace'))\n"
		"    got = sys.stdin.readline().rstrip('\\n')\n"
		"    if want != got: sys.exit('%r: %s, not %s' % (b, want, got))\n";
	char command[2048], hex[2 * SAMPLE_COUNT + 1];
	FILE *python;

	for (size_t i = 0; i < SAMPLE_COUNT; i++)
		snprintf(hex + 2 * i, 3, "%02x", samples[i]);
	snprintf(command, sizeof(command), "python3 -c \"%s\" %s", judge, hex);
	python = popen(command, "w");
	ck_assert_ptr_nonnull(python);
	print_all(python);
	ck_assert_int_eq(pclose(python), 0);
}
END_TEST

Suite *escape_suite(void)
{
	Suite *suite = suite_create("escape");
	TCase *text = tcase_create("text");

	tcase_set_timeout(text, 60);
	tcase_add_test(text, plain_text_stays);
	tcase_add_test(text, a_newline_cannot_start_a_line);
	tcase_add_test(text, terminal_codes_are_shown);
	tcase_add_test(text, bytes_that_are_not_utf8_are_shown);
	tcase_add_test(text, decoding_agrees_with_python);
	suite_add_tcase(suite, text);
	return suite;
}
