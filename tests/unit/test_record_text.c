/* SPDX-License-Identifier: MIT
 *
 * record_text: what a person gets to read.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "report/common.h"
#include "report/record.h"
#include "support/sample_record.h"

Suite *record_text_suite(void);

static struct sample_record sample;
static char text[2 * RECORD_SIZE_MAX];
static struct npabi_textbuf buf;

static void setup(void)
{
	sample_record_make(&sample);
	npabi_textbuf_init(&buf, text, sizeof(text));
}

static void write_sample(void)
{
	record_extension(&buf, RECORD_TEXT, &sample.extension);
}

/* Fails unless the text has LINE, without its "npabi[PID]: ", as a whole line. */
static void assert_line(const char *line)
{
	char whole[1024];

	snprintf(whole, sizeof(whole), "npabi[%d]: %s\n", (int)getpid(), line);
	ck_assert_msg(strstr(text, whole) != NULL, "no line\n%s in\n%s", whole, text);
}

static unsigned count_lines(void)
{
	unsigned count = 0;

	for (const char *p = strchr(text, '\n'); p; p = strchr(p + 1, '\n'))
		count++;
	return count;
}

START_TEST(the_first_line_says_what_is_wrong)
{
	char head[256];

	write_sample();
	snprintf(
		head, sizeof(head),
		"npabi[%d]: error: pywt._extensions._pywt (PyWavelets 1.4.1): the import "
		"will fail on NumPy 2.0.2\n",
		(int)getpid());
	ck_assert_int_eq(strncmp(text, head, strlen(head)), 0);
}
END_TEST

START_TEST(a_brief_mismatch_leaves_the_list_of_sizes_out)
{
	sample.extension.brief = true;
	write_sample();
	ck_assert_ptr_null(strstr(text, "sizes compiled in"));
	assert_line("  file: /v/pywt/_extensions/_pywt.cpython-39-x86_64-linux-gnu.so");
}
END_TEST

START_TEST(the_rest_says_why_and_what_to_do)
{
	write_sample();
	assert_line(
		"  Python will say: ValueError: numpy.dtype size changed, may indicate "
		"binary incompatibility. Expected 96 from C header, got 88 from "
		"PyObject");
	assert_line("  built against NumPy 1.16-1.19 (ABI 0x1000009, API 0xd) by cython "
		    "0.29.32");
	assert_line("  sizes compiled in: numpy.dtype 96, here 88: too small, FAILS (if "
		    "larger: ignore); builtins.type 880 (unknown)");
	assert_line("  running: NumPy 2.0.2 (ABI 0x2000000, API 0x12), Python 3.9.18, "
		    "/v/numpy/__init__.py");
	assert_line("  what to do: python -m pip install 'numpy>=1.16,<2'; or upgrade "
		    "PyWavelets");
	assert_line("  file: /v/pywt/_extensions/_pywt.cpython-39-x86_64-linux-gnu.so");
}
END_TEST

START_TEST(it_is_at_most_eight_lines)
{
	write_sample();
	ck_assert_uint_le(count_lines(), 8);
}
END_TEST

START_TEST(the_cause_behind_a_message_is_told)
{
	strcpy(sample.verdict.error_type, "ImportError");
	strcpy(sample.verdict.message, "numpy.core.multiarray failed to import");
	strcpy(sample.verdict.cause_type, "AttributeError");
	strcpy(sample.verdict.cause, "_ARRAY_API not found");
	strcpy(sample.verdict.explanation, "A sentence.");
	write_sample();
	assert_line(
		"  Python will say: ImportError: numpy.core.multiarray failed to import");
	assert_line("  because of: AttributeError: _ARRAY_API not found");
	assert_line("  A sentence.");
}
END_TEST

START_TEST(an_unsafe_extension_says_what_may_happen)
{
	sample.verdict.kind = VERDICT_UNSAFE;
	sample.verdict.error_type[0] = '\0';
	strcpy(sample.verdict.message, "The import succeeds, but sizes are wrong");
	write_sample();
	ck_assert_ptr_nonnull(
		strstr(text, "(PyWavelets 1.4.1): can be imported on NumPy 2.0.2, "
			     "but what follows may be wrong or crash\n"));
	assert_line("  The import succeeds, but sizes are wrong");
}
END_TEST

START_TEST(a_refusal_has_the_message_and_the_advice)
{
	record_refusal(&buf, &sample.extension);
	ck_assert_ptr_eq(strstr(text, "refused by npabi (NPABI_STRICT=1): "
				      "pywt._extensions._pywt (PyWavelets 1.4.1): "),
			 text);
	ck_assert_ptr_nonnull(strstr(text, "\n  Python would say: ValueError: "));
	ck_assert_ptr_nonnull(strstr(text, sample.verdict.message));
	ck_assert_ptr_nonnull(strstr(text, "\n  what to do: "));
	ck_assert_ptr_null(strstr(text, "npabi["));
	ck_assert_int_ne(text[strlen(text) - 1], '\n');
}
END_TEST

START_TEST(advice_names_the_distribution)
{
	strcpy(sample.verdict.advice[1],
	       "python -m pip install --no-binary=:all: PACKAGE");
	write_sample();
	assert_line("  what to do: python -m pip install 'numpy>=1.16,<2'; python -m pip "
		    "install "
		    "--no-binary=:all: PyWavelets");
}
END_TEST

START_TEST(advice_takes_no_name_that_a_shell_would_read)
{
	strcpy(sample.verdict.advice[1], "python -m pip install PACKAGE");
	strcpy(sample.owner.distribution, "x; rm -rf /");
	write_sample();
	assert_line("  what to do: python -m pip install 'numpy>=1.16,<2'; python -m pip "
		    "install PACKAGE");
}
END_TEST

START_TEST(a_healthy_extension_takes_two_lines)
{
	sample.verdict.kind = VERDICT_OK;
	sample.verdict.checks[0].actual = 96;
	sample.verdict.checks[0].outcome = VERDICT_OK;
	strcpy(sample.runtime.numpy, "1.19.5");
	write_sample();
	assert_line(
		"ok: pywt._extensions._pywt (PyWavelets 1.4.1): works with NumPy 1.19.5; "
		"built against NumPy 1.16-1.19 (ABI 0x1000009, API 0xd) by cython "
		"0.29.32; "
		"/v/pywt/_extensions/_pywt.cpython-39-x86_64-linux-gnu.so");
	assert_line("  sizes compiled in: numpy.dtype 96 (ignore); builtins.type 880 "
		    "(unknown)");
	ck_assert_uint_eq(count_lines(), 2);
}
END_TEST

START_TEST(an_extension_without_numpy_takes_one_line)
{
	memset(&sample.facts, 0, sizeof(sample.facts));
	memset(&sample.verdict, 0, sizeof(sample.verdict));
	sample.facts.numpy_dependent = FACTS_NO;
	sample.verdict.kind = VERDICT_OK;
	write_sample();
	assert_line(
		"ok: pywt._extensions._pywt (PyWavelets 1.4.1): does not use NumPy's C "
		"interface; /v/pywt/_extensions/_pywt.cpython-39-x86_64-linux-gnu.so");
}
END_TEST

START_TEST(unknown_things_are_left_out)
{
	memset(&sample.facts, 0, sizeof(sample.facts));
	memset(&sample.verdict, 0, sizeof(sample.verdict));
	sample.extension.path = "/x.so";
	sample.extension.owner = NULL;
	sample.extension.runtime = NULL;
	write_sample();
	assert_line(
		"unknown: /x.so: cannot tell whether it will work: no NumPy is known to "
		"hold it against");
	assert_line("  built against an unknown NumPy");
	assert_line("  file: /x.so");
	ck_assert_uint_eq(count_lines(), 3);
	ck_assert_ptr_null(strstr(text, "0x0"));
}
END_TEST

START_TEST(an_unread_extension_says_why)
{
	sample.verdict.kind = VERDICT_UNKNOWN;
	sample.facts.status = NPABI_TOO_COMPLEX;
	write_sample();
	ck_assert_ptr_nonnull(strstr(text, npabi_status_text(NPABI_TOO_COMPLEX)));
}
END_TEST

START_TEST(every_line_has_the_process)
{
	char head[32];

	sample.extension.path = "/a\nb\x1b.so";
	write_sample();
	snprintf(head, sizeof(head), "npabi[%d]: ", (int)getpid());
	for (const char *line = text; *line; line = strchr(line, '\n') + 1)
		ck_assert_int_eq(strncmp(line, head, strlen(head)), 0);
	assert_line("  file: /a\\x0ab\\x1b.so");
}
END_TEST

START_TEST(a_cut_record_still_ends_its_line)
{
	for (size_t capacity = 16; capacity < 1200; capacity++) {
		npabi_textbuf_init(&buf, text, capacity);
		write_sample();
		ck_assert_int_eq(text[buf.length], '\0');
		ck_assert_int_eq(text[buf.length - 1], '\n');
		if (buf.truncated)
			ck_assert_str_eq(text + buf.length - 4, "...\n");
	}
}
END_TEST

START_TEST(the_size_limit_holds_for_text)
{
	sample_record_fill(&sample);
	for (unsigned i = 0; i < FACTS_CHECKS_MAX; i++)
		memset(sample.facts.checks[i].type, '\x02',
		       sizeof(sample.facts.checks[i].type) - 1);
	write_sample();
	ck_assert_uint_le(buf.length, RECORD_SIZE_MAX);
	ck_assert_int_eq(text[buf.length - 1], '\n');
}
END_TEST

START_TEST(the_small_records_read_well)
{
	record_start(&buf, RECORD_TEXT, "3.9.18", "dlopen in python3.9");
	record_numpy(&buf, RECORD_TEXT, &sample.runtime);
	record_note(&buf, RECORD_TEXT, "/x.so", "no room");
	record_note(&buf, RECORD_TEXT, "", "NumPy is not there");
	assert_line("start: npabi " NPABI_VERSION
		    ", Python 3.9.18, hooked: dlopen in python3.9");
	assert_line("numpy: NumPy 2.0.2 (ABI 0x2000000, API 0x12), Python 3.9.18, "
		    "/v/numpy/__init__.py");
	assert_line("note: /x.so: no room");
	assert_line("note: NumPy is not there");
}
END_TEST

/* From "date -u -d @SECONDS". */
static const struct {
	int64_t seconds;
	char time[32];
} times[] = {
	{0, "1970-01-01T00:00:00.007Z"},
	{951782399, "2000-02-28T23:59:59.007Z"},
	{951782400, "2000-02-29T00:00:00.007Z"},
	{951868800, "2000-03-01T00:00:00.007Z"},
	{1709164800, "2024-02-29T00:00:00.007Z"},
	{1735689599, "2024-12-31T23:59:59.007Z"},
	{4107542400, "2100-03-01T00:00:00.007Z"},
};

START_TEST(times_are_those_of_the_calendar)
{
	char time[32];

	record_time(time, sizeof(time), times[_i].seconds, 7);
	ck_assert_str_eq(time, times[_i].time);
}
END_TEST

Suite *record_text_suite(void)
{
	Suite *suite = suite_create("record_text");
	TCase *lines = tcase_create("lines");

	tcase_add_checked_fixture(lines, setup, NULL);
	tcase_add_test(lines, the_first_line_says_what_is_wrong);
	tcase_add_test(lines, the_rest_says_why_and_what_to_do);
	tcase_add_test(lines, a_brief_mismatch_leaves_the_list_of_sizes_out);
	tcase_add_test(lines, it_is_at_most_eight_lines);
	tcase_add_test(lines, the_cause_behind_a_message_is_told);
	tcase_add_test(lines, an_unsafe_extension_says_what_may_happen);
	tcase_add_test(lines, a_refusal_has_the_message_and_the_advice);
	tcase_add_test(lines, advice_names_the_distribution);
	tcase_add_test(lines, advice_takes_no_name_that_a_shell_would_read);
	tcase_add_test(lines, a_healthy_extension_takes_two_lines);
	tcase_add_test(lines, an_extension_without_numpy_takes_one_line);
	tcase_add_test(lines, unknown_things_are_left_out);
	tcase_add_test(lines, an_unread_extension_says_why);
	tcase_add_test(lines, every_line_has_the_process);
	tcase_add_test(lines, a_cut_record_still_ends_its_line);
	tcase_add_test(lines, the_size_limit_holds_for_text);
	tcase_add_test(lines, the_small_records_read_well);
	tcase_add_loop_test(lines, times_are_those_of_the_calendar, 0,
			    (int)(sizeof(times) / sizeof(times[0])));
	suite_add_tcase(suite, lines);
	return suite;
}
