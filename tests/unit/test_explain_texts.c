/* SPDX-License-Identifier: MIT
 *
 * explain_texts and explain_findings: every known text is found, anywhere and
 * however it was wrapped.  The texts are what real runs said, or stand in
 * a source that tests/support/known_texts.c names.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scan/explain_clean.h"
#include "scan/explain_findings.h"
#include "support/known_texts.h"

Suite *explain_texts_suite(void);

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

static struct explain_findings findings;

static const struct explain_finding *find_only(const char *text)
{
	static char copy[8192];

	snprintf(copy, sizeof(copy), "%s", text);
	explain_clean(copy, strlen(copy));
	explain_find(copy, &findings);
	ck_assert_msg(findings.count == 1, "%u found in: %s", findings.count, text);
	return &findings.items[0];
}

/* Fails unless TEXT holds WANTED and nothing else that is known. */
static void check_found(const char *text, const struct known_text *wanted)
{
	const struct explain_finding *found = find_only(text);

	ck_assert_msg(found->kind == wanted->kind, "kind %d in: %s", (int)found->kind,
		      text);
	ck_assert_msg(found->form == wanted->form, "form %d in: %s", (int)found->form,
		      text);
	for (int i = 0; i < 3; i++)
		ck_assert_msg(found->match.numbers[i] == wanted->numbers[i],
			      "number %d is %llu in: %s", i,
			      (unsigned long long)found->match.numbers[i], text);
	ck_assert_msg(strcmp(found->match.name, wanted->name) == 0, "name '%s' in: %s",
		      found->match.name, text);
	ck_assert_str_eq(found->match.versions[0], wanted->version);
}

START_TEST(each_text_is_known)
{
	check_found(known_texts[_i].text, &known_texts[_i]);
	ck_assert_uint_eq(findings.items[0].line, 1);
}
END_TEST

START_TEST(it_is_found_within_other_text)
{
	char text[2048];

	snprintf(text, sizeof(text),
		 "first line\n2024-01-01 12:00:00 [x] E %s\nlast line\n",
		 known_texts[_i].text);
	check_found(text, &known_texts[_i]);
	ck_assert_uint_eq(findings.items[0].line, 2);
}
END_TEST

/* Breaks TEXT after every WIDTH characters, as terminals and fold(1) do. */
static void fold(const char *text, size_t width, char *folded)
{
	for (size_t i = 0; text[i]; i++) {
		*folded++ = text[i];
		if ((i + 1) % width == 0 && text[i + 1])
			*folded++ = '\n';
	}
	*folded = '\0';
}

START_TEST(it_is_found_wherever_it_was_folded)
{
	char folded[2048];

	for (size_t width = 24; width < 120; width++) {
		fold(known_texts[_i].text, width, folded);
		check_found(folded, &known_texts[_i]);
	}
}
END_TEST

/* Breaks TEXT at the last blank before each WIDTH, with PREFIX before each line. */
static void wrap(const char *text, size_t width, const char *prefix, char *wrapped)
{
	size_t column = 0;

	wrapped += sprintf(wrapped, "%s", prefix);
	while (*text) {
		size_t word = strcspn(text, " ");

		if (column && column + word > width) {
			wrapped += sprintf(wrapped, "\n%s", prefix);
			column = 0;
		}
		wrapped += sprintf(wrapped, "%s%.*s", column ? " " : "", (int)word, text);
		column += word + 1;
		text += word + (text[word] == ' ');
	}
}

START_TEST(it_is_found_wherever_it_was_wrapped_and_quoted)
{
	static const char prefixes[][12] = {"",	    "> ",   "> > ",
					    "    ", "E   ", "web_1  | "};
	char wrapped[4096];

	for (int i = 0; i < LENGTH(prefixes); i++) {
		for (size_t width = 20; width < 120; width += 7) {
			wrap(known_texts[_i].text, width, prefixes[i], wrapped);
			check_found(wrapped, &known_texts[_i]);
		}
	}
}
END_TEST

static const char *const unknown[] = {
	"",
	"ValueError: invalid literal for int() with base 10: 'x'",
	"the size changed",
	"numpy.ndarray size changed",
	"module compiled against API version x",
	"No module named 'numpy.linalg'",
	"No module named numpyro",
	"this is not a type object",
	"Expected 88, got 80",
};

START_TEST(what_is_not_known_is_not_found)
{
	explain_find(unknown[_i], &findings);
	ck_assert_msg(findings.count == 0, "%s", unknown[_i]);
}
END_TEST

START_TEST(every_kind_has_a_name)
{
	for (int i = 0; i < EXPLAIN_KINDS; i++) {
		ck_assert_ptr_nonnull(explain_kind_name((enum explain_kind)i));
		for (int j = 0; j < i; j++)
			ck_assert_str_ne(explain_kind_name((enum explain_kind)i),
					 explain_kind_name((enum explain_kind)j));
	}
}
END_TEST

START_TEST(every_kind_is_tried_here)
{
	bool tried = false;

	for (int i = 0; i < known_texts_count(); i++)
		tried = tried || known_texts[i].kind == (enum explain_kind)_i;
	ck_assert_msg(tried, "%s", explain_kind_name((enum explain_kind)_i));
}
END_TEST

Suite *explain_texts_suite(void)
{
	Suite *suite = suite_create("explain_texts");
	TCase *tcase = tcase_create("texts");

	tcase_add_loop_test(tcase, each_text_is_known, 0, known_texts_count());
	tcase_add_loop_test(tcase, it_is_found_within_other_text, 0, known_texts_count());
	tcase_add_loop_test(tcase, it_is_found_wherever_it_was_folded, 0,
			    known_texts_count());
	tcase_add_loop_test(tcase, it_is_found_wherever_it_was_wrapped_and_quoted, 0,
			    known_texts_count());
	tcase_add_loop_test(tcase, what_is_not_known_is_not_found, 0, LENGTH(unknown));
	tcase_add_test(tcase, every_kind_has_a_name);
	tcase_add_loop_test(tcase, every_kind_is_tried_here, 0, EXPLAIN_KINDS);
	suite_add_tcase(suite, tcase);
	return suite;
}
