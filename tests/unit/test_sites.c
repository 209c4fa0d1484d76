/* SPDX-License-Identifier: MIT
 *
 * facts/sites: which functions can matter, told from raw bytes, and where in
 * them; the places are those that objdump finds by decoding.
 */
#include <check.h>
#include <string.h>

#include "facts/sites.h"
#include "support/objdump.h"
#include "support/reading.h"
#include "unit/suites.h"

/* Each test names the functions that it looks at. */
static const char source[] =
	"#define APART __attribute__((noinline, noclone))\n"
	"#ifdef __clang__\n#undef APART\n#define APART "
	"__attribute__((noinline))\n#endif\n"
	"extern void work(long);\n"
	"APART int dull(long a) { work(a); work(a + 1); return 3; }\n"
	"APART object *imports(void) { work(1); return PyImport_ImportModule(\"numpy\"); "
	"}\n"
	"APART int raises(void) { PyErr_Format(PyExc_ValueError, \"x %d\", 5); return 1; "
	"}\n"
	"APART int checks(object *m) { object *o = PyObject_GetAttrString(m, \"t\");\n"
	"if (o && o->count > 5) PyErr_Format(PyExc_ValueError, \"x\"); return 2; }\n"
	"APART static object *below(long a) { work(a); return imports(); }\n"
	"APART object *one_below(long a) { object *o = below(a); work(a); return o; }\n"
	"APART int three(object *m) { object *a = PyImport_ImportModule(\"a\"); "
	"work(1);\n"
	"object *b = PyObject_GetAttrString(a, \"b\"); work(2); dull(7);\n"
	"PyErr_SetString(b, \"c\"); work(3); return 4; }\n"
	"extern object *bring(const char *)\n"
	"__asm__(\"PyImport_ImportModule\") __attribute__((cold));\n"
	"extern object *raise(object *, const char *, ...)\n"
	"__asm__(\"PyErr_Format\") __attribute__((cold));\n"
	"APART int apart(long a) { if (a == 77) { return bring(\"rare\") != 0; }\n"
	"work(a); return 4; }\n"
	"APART int entered_twice(long a, object *m) { if (a == 77) { bring(\"rare\");\n"
	"again: raise(m, \"rare\"); return 5; } work(a); if (m->count == a) goto again;\n"
	"return 6; }\n"
	"#define TEN(x) x x x x x x x x x x\n"
	"APART int crowded(void) { TEN(TEN(TEN(PyImport_ImportModule(\"n\");)))\n"
	"return 6; }\n";

static const struct build ways[] = {
	{"gcc -x c", "-O2 -Wl,-Bsymbolic"},
	{"gcc -x c", "-O2 -Wl,-Bsymbolic -fno-plt"},
	{"gcc -x c", "-O2 -Wl,-Bsymbolic -fcf-protection"},
	{"clang -x c", "-O2 -Wl,-Bsymbolic"},
};
#define WAYS ((int)(sizeof(ways) / sizeof(ways[0])))

static struct builds builds;
static struct reading reading;
static struct sites sites;

static void set_up(void)
{
	reading_make_builds(&builds, ways, WAYS, source);
}

static void tear_down(void)
{
	builds_remove(&builds);
}

static bool open_build(int number)
{
	if (!builds_open(&builds, number, &reading.object))
		return false;
	reading_start(&reading);
	return true;
}

static uint64_t address_of(const char *name)
{
	return compiled_symbol(&reading.object, name);
}

static unsigned kind_of(const char *name, unsigned depth)
{
	const struct reader_memo *memo =
		sites_classify(&reading.reader, address_of(name), depth);

	ck_assert_ptr_nonnull(memo);
	return memo->kind;
}

START_TEST(a_function_matters_if_it_brings_modules_in_or_checks)
{
	if (!open_build(_i))
		return;
	ck_assert_int_eq(kind_of("imports", 1), MEMO_RELEVANT);
	ck_assert_int_eq(kind_of("checks", 1), MEMO_RELEVANT);
	ck_assert_int_eq(kind_of("dull", 1), MEMO_DULL);
	ck_assert_int_eq(kind_of("raises", 1), MEMO_DULL);
	reading_close(&reading);
}
END_TEST

START_TEST(it_matters_also_by_what_it_calls_as_deep_as_is_looked)
{
	if (!open_build(_i))
		return;
	ck_assert_int_eq(kind_of("one_below", 0), MEMO_DULL);
	ck_assert_int_eq(kind_of("one_below", 1), MEMO_DULL);
	ck_assert_int_eq(kind_of("one_below", 3), MEMO_RELEVANT);
	reading_close(&reading);
}
END_TEST

START_TEST(an_address_within_a_function_is_no_function)
{
	const struct reader_memo *memo;

	if (!open_build(_i))
		return;
	memo = sites_classify(&reading.reader, address_of("imports") + 3, 2);
	ck_assert_int_eq(memo->kind, MEMO_NOWHERE);
	memo = sites_classify(&reading.reader, 8, 2);
	ck_assert_int_eq(memo->kind, MEMO_NOWHERE);
	reading_close(&reading);
}
END_TEST

/* The call at FIELD - 1, as objdump has it: does it lead to NAME? */
static bool calls(const char *function, uint64_t field, const char *name)
{
	uint64_t start = address_of(function);
	FILE *pipe = objdump_open(reading.object.path, start, start + 400);
	struct objdump_line line;
	bool found = false;

	while (objdump_next(pipe, &line))
		if (line.address + line.length - 4 == field)
			found = !strncmp(line.name, "call", 4) &&
				(strstr(line.text, name) != NULL ||
				 line.place == compiled_slot(&reading.object,
							     "R_X86_64_GLOB_DAT", name));
	pclose(pipe);
	return found;
}

START_TEST(the_places_of_interest_are_the_calls_that_matter)
{
	static const char *const names[] = {"PyImport_ImportModule",
					    "PyObject_GetAttrString", "PyErr_SetString"};

	if (!open_build(_i))
		return;
	ck_assert(sites_find(&reading.reader, address_of("three"), &sites));
	ck_assert_uint_eq(sites.count, 3);
	for (int i = 0; i < 3; i++)
		ck_assert_msg(calls("three", sites.at[i].field, names[i]), "%s",
			      names[i]);
	reading_close(&reading);
}
END_TEST

START_TEST(a_call_of_a_function_that_matters_is_a_place_too)
{
	if (!open_build(_i))
		return;
	ck_assert(sites_find(&reading.reader, address_of("one_below"), &sites));
	ck_assert_uint_eq(sites.count, 1);
	ck_assert_ptr_nonnull(sites.at[0].callee);
	ck_assert_int_eq(sites.at[0].callee->kind, MEMO_RELEVANT);
	reading_close(&reading);
}
END_TEST

START_TEST(a_dull_function_has_no_places)
{
	if (!open_build(_i))
		return;
	ck_assert(sites_find(&reading.reader, address_of("dull"), &sites));
	ck_assert_uint_eq(sites.count, 0);
	ck_assert_uint_eq(sites.range_count, 1);
	reading_close(&reading);
}
END_TEST

/* One that is entered at its start looks like a function, and is taken for one. */
START_TEST(what_matters_in_a_cold_part_is_a_place)
{
	if (!open_build(_i))
		return;
	ck_assert(sites_find(&reading.reader, address_of("apart"), &sites));
	ck_assert_uint_eq(sites.count, 1);
	reading_close(&reading);
}
END_TEST

START_TEST(a_piece_that_is_jumped_into_belongs_to_the_function)
{
	unsigned raising = 0;

	if (!open_build(_i))
		return;
	ck_assert(sites_find(&reading.reader, address_of("entered_twice"), &sites));
	for (unsigned i = 0; i < sites.count; i++)
		raising += sites.at[i].turn == SITE_RAISES;
	ck_assert_uint_eq(raising, 1);
	if (ways[_i].compiler[0] == 'g') /* the other keeps it in one piece */
		ck_assert_uint_eq(sites.range_count, 2);
	reading_close(&reading);
}
END_TEST

START_TEST(more_places_than_there_is_room_for_are_told)
{
	if (!open_build(_i))
		return;
	ck_assert(!sites_find(&reading.reader, address_of("crowded"), &sites));
	ck_assert(sites.overflow);
	reading_close(&reading);
}
END_TEST

START_TEST(without_bounds_a_function_is_not_looked_through)
{
	if (!reading_open(&reading, "gcc -x c", "-O2 -Wl,--no-eh-frame-hdr", source))
		return;
	ck_assert(!sites_find(&reading.reader, address_of("three"), &sites));
	ck_assert_int_eq(kind_of("dull", 1), MEMO_RELEVANT); /* better walked */
	reading_close(&reading);
}
END_TEST

/* A hostile file could have them overlap, and be looked through again and again. */
START_TEST(when_enough_was_looked_through_functions_are_walked)
{
	if (!open_build(0))
		return;
	reading.reader.looks_left = 10;
	ck_assert_int_eq(kind_of("dull", 1), MEMO_RELEVANT);
	ck_assert(!sites_find(&reading.reader, address_of("three"), &sites));
	reading_close(&reading);
}
END_TEST

START_TEST(functions_that_find_no_room_make_the_reading_incomplete)
{
	uint64_t start;

	if (!open_build(0))
		return;
	start = address_of("dull");
	for (uint64_t i = 0; i < 3 * READER_MEMOS && !reading.reader.flow.incomplete; i++)
		sites_classify(&reading.reader, start + i, 1);
	ck_assert(reading.reader.flow.incomplete);
	reading_close(&reading);
}
END_TEST

Suite *sites_suite(void);

Suite *sites_suite(void)
{
	Suite *suite = suite_create("sites");
	TCase *places = tcase_create("places");

	tcase_set_timeout(places, 60);
	tcase_add_unchecked_fixture(places, set_up, tear_down);
	tcase_add_loop_test(places, a_function_matters_if_it_brings_modules_in_or_checks,
			    0, WAYS);
	tcase_add_loop_test(places, it_matters_also_by_what_it_calls_as_deep_as_is_looked,
			    0, WAYS);
	tcase_add_loop_test(places, an_address_within_a_function_is_no_function, 0, WAYS);
	tcase_add_loop_test(places, the_places_of_interest_are_the_calls_that_matter, 0,
			    WAYS);
	tcase_add_loop_test(places, a_call_of_a_function_that_matters_is_a_place_too, 0,
			    WAYS);
	tcase_add_loop_test(places, a_dull_function_has_no_places, 0, WAYS);
	tcase_add_loop_test(places, what_matters_in_a_cold_part_is_a_place, 0, WAYS);
	tcase_add_loop_test(places, a_piece_that_is_jumped_into_belongs_to_the_function,
			    0, WAYS);
	tcase_add_loop_test(places, more_places_than_there_is_room_for_are_told, 0, WAYS);
	tcase_add_test(places, without_bounds_a_function_is_not_looked_through);
	tcase_add_test(places, when_enough_was_looked_through_functions_are_walked);
	tcase_add_test(places, functions_that_find_no_room_make_the_reading_incomplete);
	suite_add_tcase(suite, places);
	return suite;
}
