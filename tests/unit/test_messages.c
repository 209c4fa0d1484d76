/* SPDX-License-Identifier: MIT
 *
 * facts/messages: the versions in the words of import_array, of each line of
 * NumPy's headers, in code of both compilers.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/messages.h"
#include "support/builds.h"
#include "support/fake_numpy.h"
#include "support/reading.h"
#include "unit/suites.h"

#define SOURCE_MAX 30000
#define HEADERS	   6

static const struct build ways[] = {
	{"gcc -x c", "-O0"},	      {"gcc -x c", "-O1"},
	{"gcc -x c", "-O2 -fno-plt"}, {"gcc -x c", "-Os"},
	{"gcc -x c", "-O3"},	      {"clang -x c", "-O0"},
	{"clang -x c", "-O2"},	      {"clang -x c", "-Oz -fno-plt"},
};
#define WAYS ((int)(sizeof(ways) / sizeof(ways[0])))

static struct builds builds;
static struct reading reading;

static void set_up(void)
{
	char *source = calloc(SOURCE_MAX, 1), name[20];

	ck_assert_int_eq(fake_header_count, HEADERS);
	strcpy(source, fake_python);
	for (int i = 0; i < HEADERS; i++) {
		snprintf(name, sizeof(name), "import_%d", i);
		fake_import_array_write(source, SOURCE_MAX, name, &fake_headers[i]);
	}
	builds_make(&builds, ways, WAYS, source);
	free(source);
}

static void tear_down(void)
{
	builds_remove(&builds);
}

static bool read_header(int number, int header)
{
	char name[20];

	if (!builds_open(&builds, number, &reading.object))
		return false;
	reading_start(&reading);
	snprintf(name, sizeof(name), "import_%d", header);
	reading_follow(&reading, name);
	return true;
}

START_TEST(both_versions_are_those_of_the_header)
{
	const struct fake_header *header = &fake_headers[_i % HEADERS];

	if (!read_header(_i / HEADERS, _i % HEADERS))
		return;
	ck_assert_uint_eq(reading.facts.abi_version, header->abi);
	ck_assert_uint_eq(reading.facts.api_version, header->api);
	ck_assert_int_eq(reading.facts.access, FACTS_ACCESS_IMPORT_ARRAY);
	ck_assert(!reading.reader.flow.incomplete);
	reading_close(&reading);
}
END_TEST

START_TEST(the_words_tell_the_line_of_headers)
{
	const struct fake_header *header = &fake_headers[_i % HEADERS];
	const struct facts *facts = &reading.facts;

	if (!read_header(_i / HEADERS, _i % HEADERS))
		return;
	ck_assert_int_eq(facts->api_text_points_to_docs,
			 strstr(header->api_words, "Check the section") != NULL);
	ck_assert_int_eq(facts->versions_without_prefix, header->number[0] == '%');
	ck_assert_str_eq(facts->api_release,
			 strstr(header->api_words, "(NumPy") ? "1.20" : "");
	ck_assert_int_eq(reading.reader.array_api_not_found, header->overwrites_error);
	reading_close(&reading);
}
END_TEST

START_TEST(the_modules_that_are_asked_for_are_told)
{
	const struct fake_header *header = &fake_headers[_i % HEADERS];
	unsigned count = header->modules[1][0] ? 2 : 1;

	if (!read_header(_i / HEADERS, _i % HEADERS))
		return;
	ck_assert_uint_eq(reading.facts.import_count, count);
	for (unsigned i = 0; i < count; i++)
		ck_assert(!strcmp(reading.facts.imports[i], header->modules[0]) ||
			  !strcmp(reading.facts.imports[i], header->modules[1]));
	reading_close(&reading);
}
END_TEST

/* --- single messages -------------------------------------------------------------- */

/* Meets a call that raises the exception with TEXT and NUMBER. */
static void raise_with(const char *call)
{
	char source[600];

	snprintf(source, sizeof(source), "void start(object *o, int n) { %s }\n", call);
	ck_assert(reading_open(&reading, "gcc -x c", "-O2", source));
	reading.reader.walks_all = true; /* so that it is met without an import before */
	reading_follow(&reading, "start");
}

START_TEST(a_version_that_is_not_known_leaves_a_question)
{
	raise_with(
		"PyErr_Format(o, \"module compiled against API version 0x%x but\", n);");
	ck_assert_uint_eq(reading.facts.api_version, 0);
	ck_assert_int_eq(reading.facts.access, FACTS_ACCESS_IMPORT_ARRAY);
	ck_assert(reading.reader.unresolved);
	reading_close(&reading);
}
END_TEST

START_TEST(a_release_is_only_taken_in_its_form)
{
	static const struct {
		const char *text, *release;
	} texts[] = {{"(NumPy 1.23)", "1.23"}, {"(NumPy 2.0)", "2.0"},
		     {"(NumPy )", ""},	       {"(NumPy x)", ""},
		     {"(NumPy 1.2", ""},       {"(NumPy 1.2.3.4.5.6.7.8.9)", ""}};
	char call[200];

	snprintf(call, sizeof(call),
		 "PyErr_Format(o, \"module was compiled against NumPy C-API version "
		 "0x%%x %s but\", 0x10);",
		 texts[_i].text);
	raise_with(call);
	ck_assert_uint_eq(reading.facts.api_version, 0x10);
	ck_assert_str_eq(reading.facts.api_release, texts[_i].release);
	reading_close(&reading);
}
END_TEST

START_TEST(other_messages_say_nothing)
{
	raise_with("PyErr_Format(o, \"version 0x%x is wrong\", 5);\n"
		   "PyErr_SetString(o, \"compiled against something\");");
	ck_assert_uint_eq(reading.facts.abi_version, 0);
	ck_assert_uint_eq(reading.facts.api_version, 0);
	ck_assert_int_eq(reading.facts.access, FACTS_ACCESS_NONE);
	ck_assert(!reading.reader.unresolved);
	reading_close(&reading);
}
END_TEST

Suite *messages_suite(void);

Suite *messages_suite(void)
{
	Suite *suite = suite_create("messages");
	TCase *headers = tcase_create("headers"), *single = tcase_create("single");

	tcase_set_timeout(headers, 60);
	tcase_add_unchecked_fixture(headers, set_up, tear_down);
	tcase_add_loop_test(headers, both_versions_are_those_of_the_header, 0,
			    WAYS * HEADERS);
	tcase_add_loop_test(headers, the_words_tell_the_line_of_headers, 0,
			    WAYS * HEADERS);
	tcase_add_loop_test(headers, the_modules_that_are_asked_for_are_told, 0,
			    WAYS * HEADERS);
	suite_add_tcase(suite, headers);
	tcase_set_timeout(single, 30);
	tcase_add_test(single, a_version_that_is_not_known_leaves_a_question);
	tcase_add_loop_test(single, a_release_is_only_taken_in_its_form, 0, 6);
	tcase_add_test(single, other_messages_say_nothing);
	suite_add_tcase(suite, single);
	return suite;
}
