/* SPDX-License-Identifier: MIT
 *
 * explain_match: fields, blanks and wrapped lines.
 */
#include <check.h>
#include <string.h>

#include "scan/explain_match.h"

Suite *explain_match_suite(void);

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

static struct explain_match match;

static bool matches(const char *pattern, const char *text)
{
	memset(&match, 0, sizeof(match));
	return explain_match(pattern, text, 0, &match);
}

static const struct {
	const char *pattern, *text;
	int length; /* of what matches; -1: nothing does */
} plain[] = {
	{"has the wrong size", "has the wrong size, try", 18},
	{"has the wrong size", "has  the\n   wrong size", 22},
	{"has the wrong size", "has the wr\nong size", 19},
	{"has the wrong size", "has the right size", -1},
	{"has the wrong size", "has the wro", -1},
	{"has the wrong size", "", -1},
	/* lines that were quoted, or logged by one of several programs */
	{"has the wrong size", "has the\n> wrong size", 20},
	{"has the wrong size", "has the\n> > wrong size", 22},
	{"has the wrong size", "has the\nE   wrong size", 22},
	{"has the wrong size", "has the\nweb_1  | wrong size", 27},
	{"wrong Expected", "wrong\nExpected", 14},
	/* quotation marks: any, or none */
	{"named 'x'", "named 'x'", 9},
	{"named 'x'", "named \"x\"", 9},
	{"named 'x'", "named \\\"x\\\"", 11},
	{"named 'x'", "named \xe2\x80\x98x\xe2\x80\x99", 13},
	{"named 'x'", "named x", 7},
	{"named 'x'", "named x\nnext", 7},
	{"named 'x'", "named x.", 7},
	{"named 'x'", "named 'x.y'", -1},
	{"named 'x'", "named xy", -1},
	/* what may be missing */
	{"a b? c d", "a b c d e", 7},
	{"a b? c d", "a b c", 3},
	/* anything between */
	{"run in %* as it may", "run in\nlog: NumPy 2 as it may", 29},
	{"run in %* as it may", "run in", -1},
};

START_TEST(blanks_and_breaks_do_not_count)
{
	bool found = matches(plain[_i].pattern, plain[_i].text);

	ck_assert_msg(found == (plain[_i].length >= 0), "'%s' in '%s'", plain[_i].pattern,
		      plain[_i].text);
	if (found)
		ck_assert_int_eq((int)match.end, plain[_i].length);
}
END_TEST

static const struct {
	const char *pattern, *text;
	uint64_t numbers[3];
	unsigned count;
} numbered[] = {
	{"got %d", "got 88", {88}, 1},
	{"got %d, then %d", "got 88, then 80", {88, 80}, 2},
	{"got %d-%d from", "got 56-72 from", {56, 72}, 2},
	{"got %d from", "got 8\n8 from", {88}, 1},
	{"got %d? from", "got 8\n8 from", {88}, 1},
	{"got %d from", "got 88\n from", {88}, 1},
	/* the next line of a log is no part of the number */
	{"got %d", "got 80\n2024-01-01", {80}, 1},
	{"got %d? from", "got 80\n2024-01-01", {80}, 1},
	{"is %x", "is 0xe", {0xe}, 1},
	{"is %x", "is 0XE.", {0xe}, 1},
	{"%x but %x", "0xf\nbut 0xe", {0xf, 0xe}, 2},
	{"%x but %x", "0x1\n0 but 0xf", {0x10, 0xf}, 2},
	{"%x but", "a but", {0xa}, 1},
};

START_TEST(numbers_are_read)
{
	ck_assert(matches(numbered[_i].pattern, numbered[_i].text));
	ck_assert_uint_eq(match.number_count, numbered[_i].count);
	for (unsigned i = 0; i < match.number_count; i++)
		ck_assert_uint_eq(match.numbers[i], numbered[_i].numbers[i]);
}
END_TEST

START_TEST(what_is_no_number_is_none)
{
	ck_assert(!matches("got %d", "got x"));
	ck_assert(!matches("got %d", "got "));
	ck_assert(!matches("got %d", "got 1234567890123"));
	ck_assert(!matches("is %x", "is 0xg"));
	ck_assert(!matches("%d %d %d %d", "1 2 3 4"));
}
END_TEST

START_TEST(a_hexadecimal_number_without_its_mark_is_told)
{
	ck_assert(matches("is %x", "is a"));
	ck_assert(match.bare_hex);
	ck_assert(matches("is %x", "is 0xa"));
	ck_assert(!match.bare_hex);
}
END_TEST

START_TEST(names_and_versions_are_read)
{
	ck_assert(matches("module %w (NumPy %v)", "module a.b_c (NumPy 2.0)"));
	ck_assert_str_eq(match.name, "a.b_c");
	ck_assert_str_eq(match.versions[0], "2.0");
	ck_assert(matches("NumPy %v or less. Got NumPy %v",
			  "NumPy 2.0 or less. Got NumPy "
			  "2.2."));
	ck_assert_str_eq(match.versions[0], "2.0");
	ck_assert_str_eq(match.versions[1], "2.2");
	ck_assert(!matches("module %w x", "module  (x"));
}
END_TEST

START_TEST(a_word_is_not_found_within_another)
{
	ck_assert(!explain_match("module", "submodule", 3, &match));
	ck_assert(explain_match("module", "a module", 2, &match));
	ck_assert_uint_eq(match.start, 2);
	ck_assert_uint_eq(match.end, 8);
}
END_TEST

static const struct {
	const char *text; /* before it the name ends */
	const char *name;
} befores[] = {
	{"numpy.ndarray", "numpy.ndarray"},
	{"ValueError: numpy.ndarray ", "numpy.ndarray"},
	{"ERROR numpy.ndarray\n  ", "numpy.ndarray"},
	{"('numpy.ndarray ", "numpy.ndarray"},
	{"> x: numpy.ndarray\n> ", "numpy.ndarray"},
	{"spacy.tokens.doc.Doc ", "spacy.tokens.doc.Doc"},
	{"x: numpy.nda\nrray ", "numpy.ndarray"},
	{"x: nump\ny.ndarray ", "numpy.ndarray"},
	{"x: numpy.\nndarray ", "numpy.ndarray"},
	{"INFO\nnumpy.ndarray ", "numpy.ndarray"},
	{"...\\nnumpy.ndarray ", "numpy.ndarray"},
	{"ndarray ", ""},
	{"", ""},
	{": ", ""},
	{".", ""},
};

START_TEST(the_name_before_is_found)
{
	char name[64];
	size_t at = strlen(befores[_i].text);
	size_t start = explain_name_before(befores[_i].text, at, name, sizeof(name));

	ck_assert_str_eq(name, befores[_i].name);
	if (!name[0])
		ck_assert_uint_eq(start, at);
}
END_TEST

START_TEST(a_name_that_is_too_long_is_cut)
{
	char name[8];

	explain_name_before("numpy.ndarray ", 14, name, sizeof(name));
	ck_assert_str_eq(name, "numpy.n");
}
END_TEST

Suite *explain_match_suite(void)
{
	Suite *suite = suite_create("explain_match");
	TCase *tcase = tcase_create("match");

	tcase_add_loop_test(tcase, blanks_and_breaks_do_not_count, 0, LENGTH(plain));
	tcase_add_loop_test(tcase, numbers_are_read, 0, LENGTH(numbered));
	tcase_add_test(tcase, what_is_no_number_is_none);
	tcase_add_test(tcase, a_hexadecimal_number_without_its_mark_is_told);
	tcase_add_test(tcase, names_and_versions_are_read);
	tcase_add_test(tcase, a_word_is_not_found_within_another);
	tcase_add_loop_test(tcase, the_name_before_is_found, 0, LENGTH(befores));
	tcase_add_test(tcase, a_name_that_is_too_long_is_cut);
	suite_add_tcase(suite, tcase);
	return suite;
}
