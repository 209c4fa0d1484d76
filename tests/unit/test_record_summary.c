/* SPDX-License-Identifier: MIT
 *
 * record_summary: one row an extension, over as many records as that takes.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "report/record.h"

Suite *record_summary_suite(void);

#define ROWS 700

static struct record_row rows[ROWS];
static const struct record_row *ordered[ROWS];
static struct record_summary summary;
static char text[RECORD_SIZE_MAX + 1];
static struct npabi_textbuf buf;

static void setup(void)
{
	memset(rows, 0, sizeof(rows));
	for (unsigned i = 0; i < ROWS; i++) {
		snprintf(rows[i].path, sizeof(rows[i].path), "/v/m%u.so", i);
		rows[i].verdict = i < 2 ? VERDICT_ERROR : VERDICT_OK;
		rows[i].observed = i ? VERDICT_OK : VERDICT_ERROR;
		rows[i].agrees = i == 1 ? FACTS_NO : FACTS_YES;
		ordered[i] = &rows[i];
	}
	strcpy(rows[0].owner.module, "pywt._pywt");
	strcpy(rows[0].owner.distribution, "PyWavelets");
	strcpy(rows[0].owner.version, "1.4.1");
	strcpy(rows[0].built_against, "2.x targeting 1.21");
	summary = (struct record_summary){"2.0.2", ordered, 3};
}

static unsigned write_record(enum record_format format, unsigned first)
{
	npabi_textbuf_init(&buf, text, sizeof(text));
	return record_summary(&buf, format, &summary, first);
}

static void assert_has(const char *piece)
{
	ck_assert_msg(strstr(text, piece) != NULL, "no '%s' in: %.2000s", piece, text);
}

START_TEST(the_table_is_aligned)
{
	ck_assert_uint_eq(write_record(RECORD_TEXT, 0), 3);
	assert_has("]: summary: 3 extensions use NumPy 2.0.2: 2 error, 1 ok\n");
	assert_has("]:   VERDICT  OUTCOME  BUILT AGAINST      EXTENSION\n");
	assert_has("]:   error    error    2.x targeting 1.21 pywt._pywt (PyWavelets "
		   "1.4.1)\n");
	assert_has(
		"]:   error    ok       -                  /v/m1.so: NOT as foretold\n");
	assert_has("]:   ok       ok       -                  /v/m2.so\n");
}
END_TEST

START_TEST(what_is_not_known_is_a_dash_or_null)
{
	rows[2].observed = VERDICT_UNKNOWN;
	rows[2].agrees = FACTS_UNKNOWN;
	write_record(RECORD_TEXT, 0);
	assert_has("]:   ok       -        -                  /v/m2.so\n");
	write_record(RECORD_JSONL, 0);
	assert_has("\"verdict\":\"ok\",\"observed\":null,\"agrees\":null}]}\n");
}
END_TEST

START_TEST(what_was_refused_is_so)
{
	rows[1].refused = true;
	write_record(RECORD_TEXT, 0);
	assert_has("]:   error    refused  -                  /v/m1.so\n");
	write_record(RECORD_JSONL, 0);
	assert_has("\"observed\":\"refused\"");
}
END_TEST

START_TEST(without_extensions_there_is_no_table)
{
	summary = (struct record_summary){.numpy = ""};
	ck_assert_uint_eq(write_record(RECORD_TEXT, 0), 0);
	assert_has("]: summary: 0 extensions use NumPy\n");
	ck_assert_ptr_null(strstr(text, "VERDICT"));
	ck_assert_uint_eq(write_record(RECORD_JSONL, 0), 0);
	assert_has("\"numpy\":null,\"total\":0,\"first\":0,\"extensions\":[]}\n");
}
END_TEST

START_TEST(the_json_record_has_the_documented_fields)
{
	ck_assert_uint_eq(write_record(RECORD_JSONL, 0), 3);
	assert_has("\"event\":\"summary\"");
	assert_has(
		"\"numpy\":\"2.0.2\",\"total\":3,\"first\":0,\"extensions\":[{\"path\":"
		"\"/v/m0.so\",\"module\":\"pywt._pywt\",\"distribution\":"
		"\"PyWavelets\",\"distribution_version\":\"1.4.1\",\"built_against\":"
		"\"2.x targeting 1.21\",\"verdict\":\"error\",\"observed\":\"error\","
		"\"agrees\":true},");
}
END_TEST

START_TEST(rows_without_room_come_in_another_record)
{
	unsigned seen = 0, records = 0, next = 0;

	summary.count = ROWS;
	while (next < ROWS) {
		unsigned first = next;

		next = write_record((enum record_format)_i, first);
		ck_assert_uint_gt(next, first);
		ck_assert_uint_le(buf.length, RECORD_SIZE_MAX);
		ck_assert_int_eq(text[buf.length - 1], '\n');
		for (const char *p = strstr(text, "/v/m"); p; p = strstr(p + 1, "/v/m"))
			seen++;
		records++;
	}
	ck_assert_uint_gt(records, 1);
	ck_assert_uint_eq(seen, _i == RECORD_TEXT ? ROWS - 1 : ROWS); /* one has a name */
}
END_TEST

Suite *record_summary_suite(void)
{
	Suite *suite = suite_create("record_summary");
	TCase *tcase = tcase_create("record_summary");

	tcase_add_checked_fixture(tcase, setup, NULL);
	tcase_add_test(tcase, the_table_is_aligned);
	tcase_add_test(tcase, what_is_not_known_is_a_dash_or_null);
	tcase_add_test(tcase, what_was_refused_is_so);
	tcase_add_test(tcase, without_extensions_there_is_no_table);
	tcase_add_test(tcase, the_json_record_has_the_documented_fields);
	tcase_add_loop_test(tcase, rows_without_room_come_in_another_record, RECORD_TEXT,
			    RECORD_JSONL + 1);
	suite_add_tcase(suite, tcase);
	return suite;
}
