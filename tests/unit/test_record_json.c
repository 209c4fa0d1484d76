/* SPDX-License-Identifier: MIT
 *
 * record_json: the fields of the interface page, as Python's json module reads
 * them, and the size limit.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/record.h"
#include "support/python_finds.h"
#include "support/sample_record.h"
#include "support/temp_dir.h"

Suite *record_json_suite(void);

static struct sample_record sample;
static struct temp_dir dir;
static char text[2 * RECORD_SIZE_MAX];
static struct npabi_textbuf buf;

static void setup(void)
{
	sample_record_make(&sample);
	temp_dir_make(&dir);
	npabi_textbuf_init(&buf, text, sizeof(text));
}

static void teardown(void)
{
	temp_dir_remove(&dir);
}

static void write_sample(void)
{
	record_extension(&buf, RECORD_JSONL, &sample.extension);
}

/* Fails unless Python, with the record as r, finds CONDITION true. */
static void assert_python(const char *condition)
{
	static const char preface[] =
		"import json, re, sys\n"
		"lines = open(sys.argv[1], 'rb').read().decode('utf-8').split('\\n')\n"
		"assert len(lines) == 2 and lines[1] == '', lines\n"
		"r = json.loads(lines[0])\n";

	python_finds(temp_file(&dir, "record", text), preface, condition, "r");
}

START_TEST(common_fields_are_those_of_the_interface)
{
	char condition[512];

	write_sample();
	snprintf(condition, sizeof(condition),
		 "r['schema'] == 1 and r['event'] == 'extension' and r['pid'] == "
		 "r['tid'] == %d "
		 "and r['host'] == __import__('os').uname().nodename and "
		 "re.fullmatch(r'\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z', "
		 "r['time'])",
		 (int)getpid());
	assert_python(condition);
}
END_TEST

START_TEST(the_time_is_now)
{
	write_sample();
	assert_python(
		"abs(__import__('datetime').datetime.strptime(r['time'], "
		"'%Y-%m-%dT%H:%M:%S.%fZ') - __import__('datetime').datetime.utcnow())"
		".total_seconds() < 60");
}
END_TEST

START_TEST(facts_are_written_as_they_are)
{
	write_sample();
	assert_python(
		"(r['module'], r['distribution'], r['distribution_version']) == "
		"('pywt._extensions._pywt', 'PyWavelets', '1.4.1') and "
		"r['path'].endswith('_pywt.cpython-39-x86_64-linux-gnu.so') and "
		"r['build_id'] == '8f3a' and r['generator'] == 'cython 0.29.32' and "
		"r['numpy_dependent'] is True and r['numpy_imports'] == ['numpy'] and "
		"r['abi_version'] == '0x1000009' and r['api_version'] == '0xd' and "
		"r['evidence'] == [{'fact': 'numpy.dtype=96', 'address': '0x3bf3', "
		"'by': 'call'}]");
}
END_TEST

START_TEST(the_verdict_is_written)
{
	write_sample();
	assert_python(
		"r['built_against'] == '1.16-1.19' and r['verdict'] == 'error' and "
		"(r['numpy_min'], r['numpy_below']) == ('1.16', '2') and "
		"r['error_type'] == 'ValueError' and "
		"r['message'].endswith('Expected 96 from C header, got 88 from "
		"PyObject') "
		"and r['advice'][0] == \"python -m pip install 'numpy>=1.16,<2'\" and "
		"r['runtime'] == {'python': '3.9.18', 'numpy': '2.0.2', 'numpy_path': "
		"'/v/numpy/__init__.py', 'abi_version': '0x2000000', 'api_version': "
		"'0x12'}");
}
END_TEST

START_TEST(each_check_tells_what_came_of_it)
{
	write_sample();
	assert_python(
		"r['size_checks'] == [{'type': 'numpy.dtype', 'expected': 96, 'policy': "
		"'ignore', 'actual': 88, 'outcome': 'error'}, {'type': 'builtins.type', "
		"'expected': 880, 'policy': None, 'actual': None, 'outcome': None}]");
}
END_TEST

START_TEST(unknown_things_are_null)
{
	memset(&sample.facts, 0, sizeof(sample.facts));
	memset(&sample.verdict, 0, sizeof(sample.verdict));
	sample.extension.owner = NULL;
	sample.extension.runtime = NULL;
	write_sample();
	assert_python(
		"all(r[k] is None for k in ('module', 'distribution', "
		"'distribution_version', 'build_id', 'generator', 'numpy_dependent', "
		"'abi_version', 'api_version', 'built_against', 'numpy_min', "
		"'numpy_below', 'error_type', 'message', 'cause_type', "
		"'cause', 'explanation', 'runtime', 'unread')) and "
		"r['verdict'] == 'unknown' and 'truncated' not in r and "
		"r['size_checks'] == r['evidence'] == r['advice'] == "
		"r['numpy_imports'] == []");
}
END_TEST

START_TEST(an_unread_part_is_told)
{
	sample.facts.status = NPABI_TOO_COMPLEX;
	strcpy(sample.facts.status_detail, "the walk did not end");
	write_sample();
	assert_python("r['unread'].endswith(': the walk did not end')");
}
END_TEST

START_TEST(a_hostile_path_is_still_one_line_of_utf8)
{
	sample.extension.path = "/a\"\\\n\r\x01\xff/\xc3\xa9.so";
	write_sample();
	assert_python("r['path'] == '/a\\\"\\\\\\n\\r\\x01\\ufffd/\\u00e9.so'");
}
END_TEST

START_TEST(evidence_gives_way_to_size_checks)
{
	sample_record_fill(&sample);
	sample.facts.check_count = 96;
	write_sample();
	ck_assert_uint_le(buf.length, RECORD_SIZE_MAX);
	assert_python("r['truncated'] is True and len(r['size_checks']) == 96 and "
		      "0 < len(r['evidence']) < 128");
}
END_TEST

START_TEST(size_checks_give_way_at_last)
{
	sample_record_fill(&sample);
	for (unsigned i = 0; i < FACTS_CHECKS_MAX; i++)
		memset(sample.facts.checks[i].type, '\x02',
		       sizeof(sample.facts.checks[i].type) - 1);
	write_sample();
	ck_assert_uint_le(buf.length, RECORD_SIZE_MAX);
	assert_python("r['truncated'] is True and 0 < len(r['size_checks']) < 96 and "
		      "r['evidence'] == []");
}
END_TEST

START_TEST(strings_that_fill_the_record_are_clipped)
{
	static char path[4096];

	memset(path, '\x02', sizeof(path) - 1);
	memset(sample.verdict.message, '\x02', sizeof(sample.verdict.message) - 1);
	for (unsigned i = 0; i < VERDICT_ADVICE_MAX; i++)
		memset(sample.verdict.advice[i], '\x02',
		       sizeof(sample.verdict.advice[i]) - 1);
	sample.verdict.advice_count = VERDICT_ADVICE_MAX;
	sample.extension.path = path;
	write_sample();
	ck_assert_uint_le(buf.length, RECORD_SIZE_MAX);
	assert_python("r['truncated'] is True and len(r['path']) > 1000 and "
		      "r['verdict'] == 'error'");
}
END_TEST

START_TEST(a_cut_list_of_facts_is_called_truncated)
{
	sample.facts.checks_truncated = true;
	write_sample();
	assert_python("r['truncated'] is True and len(r['size_checks']) == 2");
}
END_TEST

/* Whatever room there is, what comes out is nothing or one whole object. */
START_TEST(a_small_buffer_never_holds_half_an_object)
{
	for (size_t capacity = 1; capacity < 4000; capacity++) {
		npabi_textbuf_init(&buf, text, capacity);
		write_sample();
		ck_assert_uint_lt(buf.length, capacity);
		if (!buf.length)
			ck_assert(buf.truncated);
		else
			ck_assert_str_eq(text + buf.length - 2, "}\n");
	}
	assert_python("r['size_checks'] and r['evidence']");
}
END_TEST

START_TEST(records_follow_each_other_in_one_buffer)
{
	record_note(&buf, RECORD_JSONL, "/a", "one");
	record_note(&buf, RECORD_JSONL, "/b", "two");
	ck_assert_ptr_nonnull(strstr(text, "\"reason\":\"one\"}\n{\"schema\":1,"));
}
END_TEST

START_TEST(errno_is_kept)
{
	errno = ENOTTY;
	write_sample();
	ck_assert_int_eq(errno, ENOTTY);
}
END_TEST

START_TEST(a_start_record_names_what_is_known)
{
	record_start(&buf, RECORD_JSONL, "", "dlopen");
	assert_python("r['event'] == 'start' and r['python'] is None and "
		      "r['hooked'] == 'dlopen' and r['version'][0].isdigit()");
}
END_TEST

START_TEST(a_numpy_record_has_its_versions)
{
	record_numpy(&buf, RECORD_JSONL, &sample.runtime);
	assert_python("r['event'] == 'numpy' and r['numpy'] == '2.0.2' and "
		      "r['python'] == '3.9.18' and r['abi_version'] == '0x2000000'");
}
END_TEST

START_TEST(a_note_has_path_and_reason)
{
	record_note(&buf, RECORD_JSONL, "", "no room");
	assert_python("r['event'] == 'note' and r['path'] is None and r['reason'] == 'no "
		      "room'");
}
END_TEST

Suite *record_json_suite(void)
{
	Suite *suite = suite_create("record_json");
	TCase *fields = tcase_create("fields");
	TCase *limits = tcase_create("limits");

	tcase_add_checked_fixture(fields, setup, teardown);
	tcase_add_test(fields, common_fields_are_those_of_the_interface);
	tcase_add_test(fields, the_time_is_now);
	tcase_add_test(fields, facts_are_written_as_they_are);
	tcase_add_test(fields, the_verdict_is_written);
	tcase_add_test(fields, each_check_tells_what_came_of_it);
	tcase_add_test(fields, unknown_things_are_null);
	tcase_add_test(fields, an_unread_part_is_told);
	tcase_add_test(fields, errno_is_kept);
	tcase_add_test(fields, a_start_record_names_what_is_known);
	tcase_add_test(fields, a_numpy_record_has_its_versions);
	tcase_add_test(fields, a_note_has_path_and_reason);
	suite_add_tcase(suite, fields);
	tcase_add_checked_fixture(limits, setup, teardown);
	tcase_add_test(limits, a_hostile_path_is_still_one_line_of_utf8);
	tcase_add_test(limits, evidence_gives_way_to_size_checks);
	tcase_add_test(limits, size_checks_give_way_at_last);
	tcase_add_test(limits, strings_that_fill_the_record_are_clipped);
	tcase_add_test(limits, a_cut_list_of_facts_is_called_truncated);
	tcase_add_test(limits, a_small_buffer_never_holds_half_an_object);
	tcase_add_test(limits, records_follow_each_other_in_one_buffer);
	suite_add_tcase(suite, limits);
	return suite;
}
