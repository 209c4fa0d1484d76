/* SPDX-License-Identifier: MIT
 *
 * html_text: what others have named stays text.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "scan/html_text.h"

Suite *html_text_suite(void);

static char *written;
static size_t written_size;
static FILE *output;

static void setup(void)
{
	output = open_memstream(&written, &written_size);
	ck_assert_ptr_nonnull(output);
}

static void teardown(void)
{
	fclose(output);
	free(written);
}

static void assert_written(const char *wanted)
{
	fflush(output);
	ck_assert_str_eq(written, wanted);
}

static const struct {
	const char *text, *html;
} texts[] = {
	{"", ""},
	{"numpy>=1.20,<2", "numpy&gt;=1.20,&lt;2"},
	{"<img src=\"x\">", "&lt;img src=&quot;x&quot;&gt;"},
	{"it's & so", "it&#39;s &amp; so"},
	{"&lt;", "&amp;lt;"},
	{"</script>", "&lt;/script&gt;"},
	{"h\xc3\xa4", "h\xc3\xa4"},
	{"a\nb", "a\\x0ab"},
	{"\xff<", "\\xff&lt;"},
	{"a\xe2\x80\xa8z", "a\\u2028z"},
	{"a\xe2\x80\xaez", "a\\u202ez"},
};

START_TEST(nothing_in_a_text_is_markup)
{
	html_text(output, texts[_i].text);
	assert_written(texts[_i].html);
}
END_TEST

START_TEST(json_cannot_end_its_script)
{
	html_json(output, "[\"</script><!--\",1]");
	assert_written("[\"\\u003c/script>\\u003c!--\",1]");
}
END_TEST

START_TEST(a_json_string_shows_what_is_no_text)
{
	char text[64];
	struct npabi_textbuf buf;
	struct json json;

	npabi_textbuf_init(&buf, text, sizeof(text));
	json_init(&json, &buf);
	html_json_text(&json, "a\x1b\"\\\xe2\x80\xa8");
	ck_assert_str_eq(text, "\"a\\\\x1b\\\"\\\\\\\\u2028\"");
}
END_TEST

Suite *html_text_suite(void)
{
	Suite *suite = suite_create("html_text");
	TCase *all = tcase_create("all");

	tcase_add_checked_fixture(all, setup, teardown);
	tcase_add_loop_test(all, nothing_in_a_text_is_markup, 0,
			    (int)(sizeof(texts) / sizeof(texts[0])));
	tcase_add_test(all, json_cannot_end_its_script);
	tcase_add_test(all, a_json_string_shows_what_is_no_text);
	suite_add_tcase(suite, all);
	return suite;
}
