/* SPDX-License-Identifier: MIT
 *
 * facts/search: what uses an import is found wherever it lies in the code, and
 * counts if something can reach it.
 */
#include <check.h>
#include <string.h>

#include "facts/search.h"
#include "support/reading.h"
#include "unit/suites.h"

/* Nothing here is called by an init function. */
static const char source[] =
	"#define APART __attribute__((noinline)) static\n"
	"object *kept[9];\n"
	"object *exported(void) { return PyImport_ImportModule(\"numpy.exported\"); }\n"
	"APART object *method(void) { return PyImport_ImportModule(\"numpy.method\"); }\n"
	"object *(*methods[])(void) = {method};\n"
	"APART object *inner(long a) { kept[a] = "
	"PyImport_ImportModule(\"numpy.inner\");\n"
	"return kept[a + 1]; }\n"
	"object *outer(long a) { inner(a); return kept[1]; }\n"
	"APART object *by_object(void) { object *n = "
	"PyUnicode_FromString(\"numpy.object\");\n"
	"return PyImport_Import(n); }\n"
	"object *(*more[])(void) = {by_object};\n"
	"__attribute__((used, noinline)) static object *unused(void)\n"
	"{ kept[5] = PyImport_ImportModule(\"numpy.unused\"); return kept[5]; }\n"
	"__attribute__((used)) static object *unused_either(void) { unused(); return 0; "
	"}\n";

static const struct build ways[] = {
	{"gcc -x c", "-O2"},	      {"gcc -x c", "-O0"},
	{"gcc -x c", "-O2 -fno-plt"}, {"gcc -x c", "-O2 -fcf-protection"},
	{"clang -x c", "-O2"},	      {"clang -x c", "-O0 -fuse-ld=lld"},
};
#define WAYS ((int)(sizeof(ways) / sizeof(ways[0])))

static struct builds builds;
static struct reading reading;

static void set_up(void)
{
	reading_make_builds(&builds, ways, WAYS, source);
}

static void tear_down(void)
{
	builds_remove(&builds);
}

static bool search(int number)
{
	if (!builds_open(&builds, number, &reading.object))
		return false;
	reading_start(&reading);
	ck_assert(search_image(&reading.reader));
	return true;
}

START_TEST(what_can_be_reached_is_followed)
{
	static const char *const names[] = {"numpy.exported", "numpy.method",
					    "numpy.inner", "numpy.object"};

	if (!search(_i))
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		ck_assert_msg(has_import(&reading.facts, names[i]), "%s", names[i]);
	ck_assert(!reading.reader.flow.incomplete);
	reading_close(&reading);
}
END_TEST

START_TEST(what_nothing_uses_does_not_count)
{
	if (!search(_i))
		return;
	ck_assert(!has_import(&reading.facts, "numpy.unused"));
	for (unsigned i = 0; i < reading.facts.evidence_count; i++)
		ck_assert_ptr_null(strstr(reading.facts.evidence[i].fact, "unused"));
	reading_close(&reading);
}
END_TEST

START_TEST(when_enough_was_looked_through_the_search_is_incomplete)
{
	if (!builds_open(&builds, _i, &reading.object))
		return;
	reading_start(&reading);
	reading.reader.looks_left = 2000;
	search_image(&reading.reader);
	ck_assert(reading.reader.flow.incomplete);
	reading_close(&reading);
}
END_TEST

START_TEST(without_a_use_of_the_import_there_is_nothing_to_find)
{
	ck_assert(reading_open(
		&reading, "gcc -x c", "-O2",
		"object *f(void) { return PyUnicode_FromString(\"x\"); }\n"));
	ck_assert(!search_image(&reading.reader));
	ck_assert_uint_eq(reading.facts.import_count, 0);
	reading_close(&reading);
}
END_TEST

Suite *search_suite(void);

Suite *search_suite(void)
{
	Suite *suite = suite_create("search");
	TCase *images = tcase_create("images");

	tcase_set_timeout(images, 60);
	tcase_add_unchecked_fixture(images, set_up, tear_down);
	tcase_add_loop_test(images, what_can_be_reached_is_followed, 0, WAYS);
	tcase_add_loop_test(images, what_nothing_uses_does_not_count, 0, WAYS);
	tcase_add_loop_test(
		images, when_enough_was_looked_through_the_search_is_incomplete, 0, WAYS);
	tcase_add_test(images, without_a_use_of_the_import_there_is_nothing_to_find);
	suite_add_tcase(suite, images);
	return suite;
}
