/* SPDX-License-Identifier: MIT
 *
 * facts/follow: what following a function tells of modules, tables, generators
 * and definitions, however its code hands the texts on.
 */
#include <check.h>
#include <string.h>

#include "facts/checks.h"
#include "support/reading.h"
#include "unit/suites.h"

/* Each test names the function that it looks at. */
static const char source[] =
	"#define APART __attribute__((noinline)) static\n"
	"object *kept[9];\n"
	"void by_name(void) { kept[0] = PyImport_ImportModule(\"numpy\"); }\n"
	"void by_object(void) { object *n = PyUnicode_FromString(\"numpy.linalg\");\n"
	"kept[0] = PyImport_Import(n); }\n"
	"void others(void) { kept[0] = PyImport_ImportModule(\"numpyro\");\n"
	"kept[1] = PyImport_ImportModule(\"os\"); kept[2] = "
	"PyImport_ImportModule(\"num\"); }\n"
	"void twice(void) { kept[0] = PyImport_ImportModule(\"numpy\");\n"
	"kept[1] = PyImport_ImportModule(\"numpy.fft\");\n"
	"kept[2] = PyImport_ImportModule(\"numpy\"); }\n"
	"APART object *bring(const char *n, long i) { kept[i] = "
	"PyImport_AddModule(\"x\");\n"
	"return PyImport_ImportModule(n); }\n"
	"void by_helper(void) { kept[1] = bring(\"numpy.one\", 3);\n"
	"kept[2] = bring(\"numpy.two\", 4); }\n"
	"APART object *pass(const char *n) { object *o = bring(n, 5); kept[3] = o; "
	"return o; }\n"
	"void by_two_helpers(void) { kept[1] = pass(\"numpy.deep\"); }\n"
	"object *exported(const char *n) { kept[4] = PyImport_ImportModule(n);\n"
	"return kept[4]; }\n"
	"void by_own_export(void) { kept[0] = exported(\"numpy.ma\"); }\n"
	"void either(int a) { kept[0] = PyImport_ImportModule(a ? \"numpy.a\" : "
	"\"numpy.b\"); }\n"
	"void branches(int a) { if (a == 1) { kept[0] = "
	"PyImport_ImportModule(\"numpy.a\");\n"
	"PyErr_Occurred(); } else { PyErr_Occurred();\n"
	"kept[1] = PyImport_ImportModule(\"numpy.b\"); } }\n"
	"APART void again(int n) { if (n) { kept[0] = "
	"PyImport_ImportModule(\"numpy.r\");\n"
	"again(n - 1); PyErr_Occurred(); } }\n"
	"void recursive(int n) { again(n); PyErr_Occurred(); }\n"
	"void array_table(void) { object *m = PyImport_ImportModule(\"numpy.x\");\n"
	"kept[0] = PyObject_GetAttrString(m, \"_ARRAY_API\"); }\n"
	"void ufunc_table(void) { object *m = PyImport_ImportModule(\"numpy.x\");\n"
	"kept[0] = PyObject_GetAttrString(m, \"_UFUNC_API\"); }\n"
	"void both_tables(void) { object *m = PyImport_ImportModule(\"numpy.x\");\n"
	"kept[0] = PyObject_GetAttrString(m, \"_ARRAY_API\");\n"
	"kept[1] = PyObject_GetAttrString(m, \"_UFUNC_API\"); }\n"
	"void provider(object *d) { PyDict_SetItemString(d, \"_ARRAY_API\", d); }\n"
	"static struct definition defined; object *hands_over(void)\n"
	"{ return PyModuleDef_Init(&defined); }\n"
	"void cython_3(void) { kept[0] = PyImport_AddModule(\"_cython_3_0_12\"); }\n"
	"void cython_alpha(void) { kept[0] = PyImport_AddModule(\"_cython_3_1_0a1\"); }\n"
	"void cython_some(void) { kept[0] = PyImport_AddModule(\"cython_runtime\"); }\n"
	"APART object *add(const char *n) { object *m = PyImport_AddModule(n);\n"
	"kept[4] = m; return m; }\n"
	"void cython_helped(void) { add(\"builtins\"); add(\"cython_runtime\"); }\n"
	"void swig(void) { kept[0] = PyImport_AddModule(\"swig_runtime_data4\"); }\n"
	"void unnamed(void) { kept[0] = PyImport_AddModule(\"__main__\"); }\n"
	"void f2py(void) { kept[0] = PyUnicode_FromString(\n"
	"\"This module 'x' is auto-generated with f2py (version:1.26.4).\"); }\n"
	"void f2py_2(void) { kept[0] = PyUnicode_FromString(\n"
	"\"This module 'x' is auto-generated with f2py (version:2).\"); }\n";

static const struct build ways[] = {
	{"gcc -x c", "-O0"},
	{"gcc -x c", "-O2"},
	{"gcc -x c", "-Os -fcf-protection"},
	{"gcc -x c", "-O3 -fno-plt"},
	{"clang -x c", "-O0"},
	{"clang -x c", "-O2"},
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

/* Follows FUNCTION in build NUMBER; false where that compiler is missing. */
static bool follow(int number, const char *function)
{
	if (!builds_open(&builds, number, &reading.object))
		return false;
	reading_start(&reading);
	reading_follow(&reading, function);
	return true;
}

START_TEST(modules_of_numpy_are_noted)
{
	static const struct {
		const char *function, *imports[2];
	} rows[] = {{"by_name", {"numpy"}},
		    {"by_object", {"numpy.linalg"}},
		    {"twice", {"numpy", "numpy.fft"}},
		    {"by_helper", {"numpy.one", "numpy.two"}},
		    {"by_two_helpers", {"numpy.deep"}},
		    {"branches", {"numpy.a", "numpy.b"}},
		    {"recursive", {"numpy.r"}}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned count = rows[i].imports[1] ? 2 : 1;

		if (!follow(_i, rows[i].function))
			return;
		for (unsigned n = 0; n < count; n++)
			ck_assert_msg(has_import(&reading.facts, rows[i].imports[n]),
				      "%s: no %s", rows[i].function, rows[i].imports[n]);
		ck_assert_msg(reading.facts.import_count == count, "%s",
			      rows[i].function);
		ck_assert(!reading.reader.flow.incomplete);
		reading_close(&reading);
	}
}
END_TEST

/* By way of a slot, which leads back into the object. */
START_TEST(an_exported_function_is_followed_through_its_stub)
{
	if (strstr(ways[_i].flags, "-fno-plt") || !follow(_i, "by_own_export"))
		return;
	ck_assert(has_import(&reading.facts, "numpy.ma"));
	reading_close(&reading);
}
END_TEST

START_TEST(modules_of_others_are_not)
{
	if (!follow(_i, "others"))
		return;
	ck_assert_uint_eq(reading.facts.import_count, 0);
	reading_close(&reading);
}
END_TEST

/* Which of two texts is chosen at run time may be told or not, but not wrongly. */
START_TEST(a_text_that_is_chosen_at_run_time_is_not_guessed)
{
	if (!follow(_i, "either"))
		return;
	ck_assert_uint_eq(reading.facts.import_count,
			  (unsigned)has_import(&reading.facts, "numpy.a") +
				  has_import(&reading.facts, "numpy.b"));
	ck_assert(reading.facts.import_count || reading.reader.unresolved ||
		  reading.reader.events);
	reading_close(&reading);
}
END_TEST

START_TEST(the_function_tables_are_noted)
{
	static const struct {
		const char *function;
		enum facts_access access;
	} rows[] = {{"array_table", FACTS_ACCESS_TABLE},
		    {"ufunc_table", FACTS_ACCESS_UFUNC},
		    {"both_tables", FACTS_ACCESS_TABLE},
		    {"by_name", FACTS_ACCESS_NONE}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!follow(_i, rows[i].function))
			return;
		ck_assert_int_eq(reading.facts.access, rows[i].access);
		reading_close(&reading);
	}
}
END_TEST

START_TEST(the_provider_of_the_table_is_known)
{
	if (!follow(_i, "provider"))
		return;
	ck_assert(reading.reader.provides_table);
	ck_assert_int_eq(reading.facts.access, FACTS_ACCESS_NONE);
	reading_close(&reading);
}
END_TEST

START_TEST(the_module_definition_is_kept)
{
	if (!follow(_i, "hands_over"))
		return;
	ck_assert(elf_contains(&reading.object.image, reading.reader.module_definition));
	ck_assert(!elf_is_code(&reading.object.image, reading.reader.module_definition));
	reading_close(&reading);
}
END_TEST

START_TEST(the_generator_gives_itself_away)
{
	static const struct {
		const char *function, *generator;
	} rows[] = {{"cython_3", "cython 3.0.12"},
		    {"cython_alpha", "cython 3.1.0a1"},
		    {"cython_some", "cython"},
		    {"cython_helped",
		     "cython"}, /* the first call says nothing of the second */
		    {"swig", "swig"},
		    {"unnamed", ""},
		    {"f2py", "f2py 1.26.4"},
		    {"f2py_2", "f2py"}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!follow(_i, rows[i].function))
			return;
		ck_assert_str_eq(reading.facts.generator, rows[i].generator);
		reading_close(&reading);
	}
}
END_TEST

START_TEST(evidence_tells_the_call_and_is_given_once)
{
	if (!follow(_i, "twice"))
		return;
	ck_assert_uint_eq(reading.facts.evidence_count, 2);
	for (unsigned i = 0; i < 2; i++)
		ck_assert(elf_is_code(&reading.object.image,
				      reading.facts.evidence[i].address));
	reader_evidence(&reading.reader, "call", reading.facts.evidence[0].address,
			"import ", "numpy");
	ck_assert_uint_eq(reading.facts.evidence_count, 2);
	reading_close(&reading);
}
END_TEST

START_TEST(more_than_there_is_room_for_is_dropped)
{
	struct facts_size_check check = {.type = "package.Thing"};

	if (!follow(_i, "others"))
		return;
	for (unsigned i = 0; i < 2 * FACTS_CHECKS_MAX; i++) {
		check.expected = i + 1;
		checks_add(&reading.reader, &check);
		checks_add(&reading.reader, &check);
	}
	ck_assert_uint_eq(reading.facts.check_count, FACTS_CHECKS_MAX);
	ck_assert(reading.facts.checks_truncated);
	ck_assert_uint_eq(reading.facts.checks[5].expected, 6);
	ck_assert_uint_eq(reading.facts.evidence_count, FACTS_EVIDENCE_MAX);
	reading_close(&reading);
}
END_TEST

Suite *follow_suite(void);

Suite *follow_suite(void)
{
	Suite *suite = suite_create("follow");
	TCase *functions = tcase_create("functions");

	tcase_set_timeout(functions, 60);
	tcase_add_unchecked_fixture(functions, set_up, tear_down);
	tcase_add_loop_test(functions, modules_of_numpy_are_noted, 0, WAYS);
	tcase_add_loop_test(functions, an_exported_function_is_followed_through_its_stub,
			    0, WAYS);
	tcase_add_loop_test(functions, modules_of_others_are_not, 0, WAYS);
	tcase_add_loop_test(functions, a_text_that_is_chosen_at_run_time_is_not_guessed,
			    0, WAYS);
	tcase_add_loop_test(functions, the_function_tables_are_noted, 0, WAYS);
	tcase_add_loop_test(functions, the_provider_of_the_table_is_known, 0, WAYS);
	tcase_add_loop_test(functions, the_module_definition_is_kept, 0, WAYS);
	tcase_add_loop_test(functions, the_generator_gives_itself_away, 0, WAYS);
	tcase_add_loop_test(functions, evidence_tells_the_call_and_is_given_once, 0,
			    WAYS);
	tcase_add_loop_test(functions, more_than_there_is_room_for_is_dropped, 0, 1);
	suite_add_tcase(suite, functions);
	return suite;
}
