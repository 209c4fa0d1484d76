/* SPDX-License-Identifier: MIT
 *
 * facts/heed: what init functions do when import_array fails, told from code that
 * several compilers made of the same source.  What Python makes of each is
 * observed by tests/predictions.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "facts/heed.h"
#include "support/builds.h"
#include "support/reading.h"
#include "unit/suites.h"

/* import_array and import_umath as NumPy's headers have them, their macros too. */
static const char import_array[] =
	"extern void PyErr_Print(void), PyErr_Clear(void);\n"
	"extern void PyErr_Fetch(object **, object **, object **);\n"
	"extern void PyErr_Restore(object *, object *, object *);\n"
	"extern object *PyModule_Create2(struct definition *, int);\n"
	"extern int PyModule_AddObject(object *, const char *, object *);\n"
	"extern object *PyExc_ImportError, *PyExc_AttributeError;\n"
	"typedef unsigned (**table)(void);\n"
	"static table functions, others;\n"
	"static struct definition module;\n"
	"static int fetch(const char *name, const char *words, table *to)\n"
	"{ object *numpy = PyImport_ImportModule(\"numpy.core._multiarray_umath\"), *c;\n"
	"if (!numpy) return -1;\n"
	"c = PyObject_GetAttrString(numpy, name); drop(numpy);\n"
	"if (!c) { PyErr_SetString(PyExc_AttributeError, words); return -1; }\n"
	"if (c->kind != &PyCapsule_Type) { drop(c);\n"
	"PyErr_SetString(PyExc_RuntimeError, \"is not PyCapsule\"); return -1; }\n"
	"*to = PyCapsule_GetPointer(c, NULL); drop(c);\n"
	"if (!*to) { PyErr_SetString(PyExc_RuntimeError, \"is NULL\"); return -1; }\n"
	"return 0; }\n"
	"static int _import_array(void)\n"
	"{ if (fetch(\"_ARRAY_API\", \"_ARRAY_API not found\", &functions)) return -1;\n"
	"if (functions[0]() != 0x1000009) { PyErr_Format(PyExc_RuntimeError,\n"
	"\"module compiled against ABI version 0x%x but this version of numpy is "
	"0x%x\",\n"
	"0x1000009, functions[0]()); return -1; }\n"
	"return 0; }\n"
	"static int _import_umath(void)\n"
	"{ return fetch(\"_UFUNC_API\", \"_UFUNC_API not found\", &others); }\n"
	"#define import_array1(result) { if (_import_array() < 0) { PyErr_Print(); \\\n"
	"PyErr_SetString(PyExc_ImportError, \"numpy.core.multiarray failed to import\"); "
	"\\\n"
	"return result; } }\n"
	"#define import_umath1(result) { if (_import_umath() < 0) { PyErr_Print(); \\\n"
	"PyErr_SetString(PyExc_ImportError, \"numpy.core.umath failed to import\"); \\\n"
	"return result; } }\n"
	"#define MAKE PyModule_Create2(&module, 1013)\n";

static const char inits[] =
	"object *heeds(void) { import_array1(NULL); return MAKE; }\n"
	"object *heeds_last(void) { object *m = MAKE; if (!m) return NULL;\n"
	"if (PyModule_AddObject(m, \"a\", m)) goto out;\n"
	"if (_import_array() < 0) goto out; return m; out: drop(m); return NULL; }\n"
	"object *ignores(void) { object *m = MAKE; if (!m) return NULL;\n"
	"_import_array(); return m; }\n"
	"static void set_up(void) { import_array1(); }\n"
	"object *ignores_helper(void) { set_up(); return MAKE; }\n"
	"object *clears(void) { if (_import_array() < 0) PyErr_Clear(); return MAKE; }\n"
	"object *prints(void) { if (_import_array() < 0) PyErr_Print(); return MAKE; }\n"
	"object *own_words(void) { if (_import_array() < 0) { PyErr_Clear();\n"
	"PyErr_SetString(PyExc_RuntimeError, \"no NumPy\"); return NULL; } return MAKE; "
	"}\n"
	"object *kept[12];\n"
	"object *tidies(void) { if (_import_array() < 0) { PyErr_Clear();\n"
	"for (int i = 0; i < 12; i++) drop(kept[i]);\n"
	"PyErr_SetString(PyExc_RuntimeError, \"no NumPy\"); return NULL; } return MAKE; "
	"}\n"
	"object *asks(void) { set_up();\n"
	"if (PyErr_Occurred()) { PyErr_SetString(PyExc_ImportError, \"can't\");\n"
	"return NULL; } return MAKE; }\n"
	"object *to_umath(void) { object *m; set_up(); import_umath1(NULL);\n"
	"m = MAKE; return m; }\n"
	"object *umath_first(void) { import_umath1(NULL); import_array1(NULL);\n"
	"return MAKE; }\n"
	"object *clears_to_umath(void) { if (_import_array() < 0) PyErr_Clear();\n"
	"import_umath1(NULL); return MAKE; }\n"
	"object *puts_aside(void) { object *a, *b, *c; if (_import_array() < 0) {\n"
	"PyErr_Fetch(&a, &b, &c); PyErr_Restore(a, b, c); return NULL; } return MAKE; }\n"
	"static object *method(void) { import_array1(NULL); return MAKE; }\n"
	"object *(*methods[])(void) = {method};\n"
	"object *later(void) { return MAKE; }\n"
	"static int run(object *m) { (void)m; import_array1(-1); return 0; }\n"
	"static int run_badly(object *m) { (void)m; import_array1(0); return 0; }\n"
	"static struct slot good[] = {{2, (void *)run}, {0, 0}};\n"
	"static struct slot bad[] = {{2, (void *)run_badly}, {0, 0}};\n"
	"static struct definition with_good = {.slots = good}, with_bad = {.slots = "
	"bad};\n"
	"object *executes(void) { return PyModuleDef_Init(&with_good); }\n"
	"object *executes_badly(void) { return PyModuleDef_Init(&with_bad); }\n"
	"object *by_pointer(object *(*init)(void)) { return init(); }\n"
	"extern object *run_body(object *(*body)(void));\n"
	"object *gives_body(void) { return run_body(later); }\n";

static const char usual[] = "numpy.core.multiarray failed to import";
static const char of_umath[] = "numpy.core.umath failed to import";

static const struct {
	char init[20];
	enum facts_heed_kind refused, versions;
	const char *type, *text; /* when refused; NULL: the cause, "": none */
} expected[] = {
	{"heeds", FACTS_HEED_FAILS, FACTS_HEED_FAILS, "ImportError", usual},
	{"heeds_last", FACTS_HEED_FAILS, FACTS_HEED_FAILS, NULL, NULL},
	{"ignores", FACTS_HEED_UNREPORTED, FACTS_HEED_UNREPORTED, "", ""},
	{"ignores_helper", FACTS_HEED_UNREPORTED, FACTS_HEED_UNREPORTED, "", ""},
	{"clears", FACTS_HEED_CARRIES_ON, FACTS_HEED_CARRIES_ON, "", ""},
	{"prints", FACTS_HEED_CARRIES_ON, FACTS_HEED_CARRIES_ON, "", ""},
	{"own_words", FACTS_HEED_FAILS, FACTS_HEED_FAILS, "RuntimeError", "no NumPy"},
	{"tidies", FACTS_HEED_FAILS, FACTS_HEED_FAILS, "RuntimeError", "no NumPy"},
	{"asks", FACTS_HEED_FAILS, FACTS_HEED_FAILS, "ImportError", "can't"},
	{"to_umath", FACTS_HEED_FAILS, FACTS_HEED_FAILS, "ImportError", of_umath},
	{"umath_first", FACTS_HEED_FAILS, FACTS_HEED_FAILS, "ImportError", of_umath},
	{"clears_to_umath", FACTS_HEED_FAILS, FACTS_HEED_CARRIES_ON, "ImportError",
	 of_umath},
	{"puts_aside", FACTS_HEED_FAILS, FACTS_HEED_FAILS, NULL, NULL},
	{"later", FACTS_HEED_LATER, FACTS_HEED_LATER, "", ""},
	{"executes", FACTS_HEED_FAILS, FACTS_HEED_FAILS, "ImportError", usual},
	{"executes_badly", FACTS_HEED_UNREPORTED, FACTS_HEED_UNREPORTED, "", ""},
	{"by_pointer", FACTS_HEED_UNKNOWN, FACTS_HEED_UNKNOWN, "", ""},
	{"gives_body", FACTS_HEED_UNKNOWN, FACTS_HEED_UNKNOWN, "", ""},
};
#define INITS (sizeof(expected) / sizeof(expected[0]))

static const struct build ways[] = {
	{"gcc -x c", "-O0"},
	{"gcc -x c", "-O1"},
	{"gcc -x c", "-O2"},
	{"gcc -x c", "-O3"},
	{"gcc -x c", "-Os"},
	{"gcc -x c", "-O2 -fno-plt -fcf-protection"},
	{"clang -x c", "-O0"},
	{"clang -x c", "-O1"},
	{"clang -x c", "-O2"},
	{"clang -x c", "-O3"},
	{"clang -x c", "-Os"},
	{"gcc -x c", "-O2 -fstack-protector-all"},
	{"gcc -x c", "-O0 -DPy_GIL_DISABLED"},
	{"gcc -x c", "-O2 -DPy_GIL_DISABLED"},
	{"clang -x c", "-O2 -DPy_GIL_DISABLED"},
};
#define WAYS ((int)(sizeof(ways) / sizeof(ways[0])))

static struct builds builds;
static struct reading reading;

static void set_up(void)
{
	char *text =
		calloc(1, strlen(fake_python) + sizeof(import_array) + sizeof(inits));

	strcpy(text, fake_python);
	strcat(text, import_array);
	strcat(text, inits);
	builds_make(&builds, ways, WAYS, text);
	free(text);
}

static void tear_down(void)
{
	builds_remove(&builds);
}

/* Reads the init function NAME of build NUMBER; false when there is no such build. */
static bool read_init(int number, const char *name)
{
	if (!builds_open(&builds, number, &reading.object))
		return false;
	reading_start(&reading);
	heed_read_from(&reading.reader, compiled_symbol(&reading.object, name));
	return true;
}

static const struct facts_heed *heed(enum facts_failure failure)
{
	return &reading.facts.heed[failure];
}

START_TEST(what_is_done_with_the_failure_is_read)
{
	for (size_t i = 0; i < INITS; i++) {
		if (!read_init(_i, expected[i].init))
			return;
		ck_assert_msg(heed(FACTS_REFUSED)->kind == expected[i].refused, "%s: %d",
			      expected[i].init, heed(FACTS_REFUSED)->kind);
		ck_assert_msg(heed(FACTS_VERSIONS)->kind == expected[i].versions,
			      "%s: %d", expected[i].init, heed(FACTS_VERSIONS)->kind);
		reading_close(&reading);
	}
}
END_TEST

START_TEST(the_words_of_the_last_exception_are_read)
{
	for (size_t i = 0; i < INITS; i++) {
		const char *type = expected[i].type;

		if (!read_init(_i, expected[i].init))
			return;
		ck_assert_int_eq(heed(FACTS_REFUSED)->with_cause, !type);
		ck_assert_str_eq(heed(FACTS_REFUSED)->error_type, type ? type : "");
		ck_assert_str_eq(heed(FACTS_REFUSED)->text, type ? expected[i].text : "");
		reading_close(&reading);
	}
}
END_TEST

START_TEST(an_exec_function_is_told_apart)
{
	if (!read_init(_i, "executes_badly"))
		return;
	ck_assert(heed(FACTS_REFUSED)->in_exec);
	reading_close(&reading);
	read_init(_i, "ignores");
	ck_assert(!heed(FACTS_REFUSED)->in_exec);
	reading_close(&reading);
}
END_TEST

START_TEST(there_is_evidence)
{
	if (!read_init(_i, "clears"))
		return;
	ck_assert_uint_eq(reading.facts.evidence_count, 1);
	ck_assert_str_eq(reading.facts.evidence[0].fact,
			 "failure of import_array ignored");
	ck_assert_uint_eq(reading.facts.evidence[0].address,
			  compiled_symbol(&reading.object, "clears"));
	reading_close(&reading);
}
END_TEST

/* CPython 2's Python/importdl.c only asks whether an exception is set. */
static const struct {
	char init[20];
	enum facts_heed_kind kind;
	const char *type, *text; /* as in expected */
} expected_by_2[] = {
	{"heeds", FACTS_HEED_FAILS, "ImportError", usual},
	{"ignores", FACTS_HEED_FAILS, NULL, NULL},
	{"ignores_helper", FACTS_HEED_FAILS, "ImportError", usual},
	{"clears", FACTS_HEED_CARRIES_ON, "", ""},
	{"own_words", FACTS_HEED_FAILS, "RuntimeError", "no NumPy"},
	/* code is run while an exception is set */
	{"to_umath", FACTS_HEED_UNKNOWN, "", ""},
	{"later", FACTS_HEED_LATER, "", ""},
};
#define INITS_BY_2 (sizeof(expected_by_2) / sizeof(expected_by_2[0]))

START_TEST(what_python_2_init_functions_give_does_not_count)
{
	for (size_t i = 0; i < INITS_BY_2; i++) {
		const char *type = expected_by_2[i].type;

		if (!builds_open(&builds, _i, &reading.object))
			return;
		reading_start(&reading);
		reading.facts.python2 = true;
		heed_read_from(&reading.reader,
			       compiled_symbol(&reading.object, expected_by_2[i].init));
		ck_assert_msg(heed(FACTS_REFUSED)->kind == expected_by_2[i].kind,
			      "%s: %d", expected_by_2[i].init, heed(FACTS_REFUSED)->kind);
		ck_assert_int_eq(heed(FACTS_REFUSED)->with_cause, !type);
		ck_assert_str_eq(heed(FACTS_REFUSED)->error_type, type ? type : "");
		ck_assert_str_eq(heed(FACTS_REFUSED)->text,
				 type ? expected_by_2[i].text : "");
		reading_close(&reading);
	}
}
END_TEST

Suite *heed_suite(void);

Suite *heed_suite(void)
{
	Suite *suite = suite_create("heed");
	TCase *paths = tcase_create("paths");

	tcase_set_timeout(paths, 60);
	tcase_add_unchecked_fixture(paths, set_up, tear_down);
	tcase_add_loop_test(paths, what_is_done_with_the_failure_is_read, 0, WAYS);
	tcase_add_loop_test(paths, the_words_of_the_last_exception_are_read, 0, WAYS);
	tcase_add_loop_test(paths, an_exec_function_is_told_apart, 0, WAYS);
	tcase_add_loop_test(paths, what_python_2_init_functions_give_does_not_count, 0,
			    WAYS);
	tcase_add_loop_test(paths, there_is_evidence, 0, WAYS);
	suite_add_tcase(suite, paths);
	return suite;
}
