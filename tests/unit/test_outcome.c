/* SPDX-License-Identifier: MIT
 *
 * What was foretold against what Python said.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "report/record.h"
#include "verdict/outcome.h"

Suite *outcome_suite(void);

#define CHANGED                                                                      \
	"numpy.ndarray size changed, may indicate binary incompatibility. Expected " \
	"88 from C header, got 80 from PyObject"
#define OTHER                                                                         \
	"numpy.dtype size changed, may indicate binary incompatibility. Expected 96 " \
	"from C header, got 88 from PyObject"
#define FOREIGN "No module named 'nowhere'"

static struct facts facts;
static struct verdict verdict;
static struct outcome outcome;

static void foretell(enum verdict_kind kind, const char *message)
{
	memset(&facts, 0, sizeof(facts));
	memset(&verdict, 0, sizeof(verdict));
	memset(&outcome, 0, sizeof(outcome));
	verdict.kind = kind;
	strcpy(verdict.message, message);
	outcome_expect(&outcome, &facts, &verdict);
}

static void observe(enum verdict_kind kind, const char *message)
{
	outcome.observed = kind;
	strcpy(outcome.type, kind == VERDICT_ERROR ? "ValueError" : "");
	strcpy(outcome.message, message);
	outcome.of_mismatch = outcome_is_of_mismatch(message);
}

static const struct {
	enum verdict_kind predicted;
	const char *expected;
	enum verdict_kind observed;
	const char *message;
	enum facts_answer agrees;
} cases[] = {
	{VERDICT_ERROR, CHANGED, VERDICT_ERROR, CHANGED, FACTS_YES},
	{VERDICT_ERROR, "", VERDICT_ERROR, CHANGED, FACTS_YES},
	{VERDICT_ERROR, CHANGED, VERDICT_ERROR, OTHER, FACTS_NO},
	{VERDICT_ERROR, CHANGED, VERDICT_ERROR, FOREIGN, FACTS_UNKNOWN},
	{VERDICT_ERROR, "", VERDICT_ERROR, FOREIGN, FACTS_UNKNOWN},
	{VERDICT_ERROR, CHANGED, VERDICT_ERROR, "", FACTS_UNKNOWN},
	{VERDICT_ERROR, CHANGED, VERDICT_WARN, CHANGED, FACTS_NO},
	{VERDICT_ERROR, CHANGED, VERDICT_OK, "", FACTS_NO},
	{VERDICT_WARN, CHANGED, VERDICT_WARN, CHANGED, FACTS_YES},
	{VERDICT_WARN, CHANGED, VERDICT_ERROR, CHANGED, FACTS_YES},
	{VERDICT_WARN, CHANGED, VERDICT_OK, "", FACTS_NO},
	{VERDICT_OK, "", VERDICT_OK, "", FACTS_YES},
	{VERDICT_OK, "", VERDICT_WARN, CHANGED, FACTS_NO},
	{VERDICT_OK, "", VERDICT_ERROR, CHANGED, FACTS_NO},
	{VERDICT_OK, "", VERDICT_ERROR, FOREIGN, FACTS_UNKNOWN},
	{VERDICT_OK, "", VERDICT_UNKNOWN, "", FACTS_UNKNOWN},
	{VERDICT_UNSAFE, "of ours", VERDICT_OK, "", FACTS_YES},
	{VERDICT_UNSAFE, "of ours", VERDICT_ERROR, CHANGED, FACTS_NO},
	{VERDICT_UNKNOWN, "", VERDICT_OK, "", FACTS_UNKNOWN},
	{VERDICT_UNKNOWN, "", VERDICT_ERROR, CHANGED, FACTS_UNKNOWN},
};

#define CASES (int)(sizeof(cases) / sizeof(cases[0]))

START_TEST(agrees_where_python_says_what_was_foretold)
{
	foretell(cases[_i].predicted, cases[_i].expected);
	observe(cases[_i].observed, cases[_i].message);
	ck_assert_int_eq(outcome_agrees(&outcome), cases[_i].agrees);
}
END_TEST

START_TEST(an_error_of_what_it_imports_is_not_its_own)
{
	foretell(VERDICT_OK, "");
	observe(VERDICT_ERROR, CHANGED);
	outcome.is_foreign = true;
	ck_assert_int_eq(outcome_agrees(&outcome), FACTS_UNKNOWN);
}
END_TEST

START_TEST(a_hidden_warning_is_foretold_by_its_check)
{
	foretell(VERDICT_OK, "");
	facts.check_count = 1;
	verdict.checks[0].outcome = VERDICT_WARN;
	outcome_expect(&outcome, &facts, &verdict);
	observe(VERDICT_WARN, CHANGED);
	ck_assert_int_eq(outcome_agrees(&outcome), FACTS_YES);
	observe(VERDICT_ERROR, CHANGED); /* python -W error */
	ck_assert_int_eq(outcome_agrees(&outcome), FACTS_YES);
}
END_TEST

START_TEST(the_cause_alone_is_what_was_foretold_too)
{
	foretell(VERDICT_ERROR, "numpy.core.multiarray failed to import");
	strcpy(verdict.cause, OTHER);
	outcome_expect(&outcome, &facts, &verdict);
	observe(VERDICT_ERROR, OTHER);
	ck_assert_int_eq(outcome_agrees(&outcome), FACTS_YES);
}
END_TEST

START_TEST(what_was_left_pending_is_in_the_words_of_python)
{
	foretell(VERDICT_ERROR, "initialization of part raised unreported exception");
	observe(VERDICT_ERROR, OTHER);
	outcome_make_unreported(&outcome, "PyInit_part");
	ck_assert_str_eq(outcome.type, "SystemError");
	ck_assert_str_eq(outcome.message, outcome.expected);
	ck_assert_int_eq(outcome_agrees(&outcome), FACTS_YES);
}
END_TEST

START_TEST(of_an_exec_function_only_the_type_is_known)
{
	foretell(VERDICT_ERROR, "");
	observe(VERDICT_ERROR, OTHER);
	outcome_make_unreported(&outcome, NULL);
	ck_assert_str_eq(outcome.type, "SystemError");
	ck_assert_str_eq(outcome.message, "");
	ck_assert_int_eq(outcome_agrees(&outcome), FACTS_YES);
	outcome.predicted = VERDICT_OK;
	ck_assert_int_eq(outcome_agrees(&outcome), FACTS_NO);
}
END_TEST

static const char *const texts[] = {
	CHANGED,
	"numpy.ufunc has the wrong size, try recompiling. Expected 192, got 216",
	"module compiled against API version 0xf but this version of numpy is 0xd",
	"module compiled against ABI version 0x2000000 but this version of numpy is 1",
	"module was compiled against NumPy C-API version 0x12 (NumPy 2.0) but the run",
	"numpy.core.multiarray failed to import",
	"numpy._core.umath failed to import",
	"_ARRAY_API not found",
	"\nA module that was compiled using NumPy 1.x cannot be run in\nNumPy 2.0.2",
};

START_TEST(knows_the_texts_of_a_mismatch)
{
	ck_assert(outcome_is_of_mismatch(texts[_i]));
}
END_TEST

START_TEST(knows_no_other_texts)
{
	ck_assert(!outcome_is_of_mismatch(""));
	ck_assert(!outcome_is_of_mismatch(FOREIGN));
	ck_assert(!outcome_is_of_mismatch("numpy.ndarray is not a type object"));
}
END_TEST

static const char *write_record(enum record_format format)
{
	static char text[4096];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, text, sizeof(text));
	record_outcome(&buf, format, "/v/a\"b.so", &outcome);
	return text;
}

static void assert_has(const char *text, const char *piece)
{
	ck_assert_msg(strstr(text, piece) != NULL, "no '%s' in: %s", piece, text);
}

START_TEST(the_json_record_has_the_fields_of_the_interface)
{
	const char *text;

	foretell(VERDICT_ERROR, CHANGED);
	observe(VERDICT_ERROR, CHANGED);
	text = write_record(RECORD_JSONL);
	assert_has(text, "{\"schema\":1,\"event\":\"outcome\",\"time\":\"");
	assert_has(text,
		   ",\"path\":\"/v/a\\\"b.so\",\"predicted\":\"error\",\"observed\":"
		   "\"error\",\"error_type\":\"ValueError\",\"message\":\"" CHANGED
		   "\",\"agrees\":true}\n");
	observe(VERDICT_OK, "");
	assert_has(write_record(RECORD_JSONL),
		   "\"observed\":\"ok\",\"error_type\":null,\"message\":null,"
		   "\"agrees\":false}\n");
	observe(VERDICT_ERROR, FOREIGN);
	assert_has(write_record(RECORD_JSONL), "\"agrees\":null}\n");
}
END_TEST

START_TEST(the_text_says_whether_it_was_foretold)
{
	foretell(VERDICT_ERROR, CHANGED);
	observe(VERDICT_ERROR, CHANGED);
	assert_has(write_record(RECORD_TEXT),
		   "]: outcome: the import failed, as foretold: /v/a\"b.so\n");
	ck_assert_ptr_null(strstr(write_record(RECORD_TEXT), "Python said"));
	observe(VERDICT_OK, "");
	assert_has(write_record(RECORD_TEXT),
		   "]: outcome: the import succeeded, which was "
		   "NOT foretold (error): /v/a\"b.so\n");
	observe(VERDICT_ERROR, FOREIGN);
	assert_has(write_record(RECORD_TEXT),
		   "the import failed, which does not test what was foretold (error)");
	assert_has(write_record(RECORD_TEXT),
		   "]:   Python said: ValueError: " FOREIGN "\n");
}
END_TEST

Suite *outcome_suite(void)
{
	Suite *suite = suite_create("outcome");
	TCase *rules = tcase_create("rules");
	TCase *records = tcase_create("records");

	tcase_add_loop_test(rules, agrees_where_python_says_what_was_foretold, 0, CASES);
	tcase_add_test(rules, an_error_of_what_it_imports_is_not_its_own);
	tcase_add_test(rules, the_cause_alone_is_what_was_foretold_too);
	tcase_add_test(rules, what_was_left_pending_is_in_the_words_of_python);
	tcase_add_test(rules, of_an_exec_function_only_the_type_is_known);
	tcase_add_test(rules, a_hidden_warning_is_foretold_by_its_check);
	tcase_add_loop_test(rules, knows_the_texts_of_a_mismatch, 0,
			    (int)(sizeof(texts) / sizeof(texts[0])));
	tcase_add_test(rules, knows_no_other_texts);
	suite_add_tcase(suite, rules);
	tcase_add_test(records, the_json_record_has_the_fields_of_the_interface);
	tcase_add_test(records, the_text_says_whether_it_was_foretold);
	suite_add_tcase(suite, records);
	return suite;
}
