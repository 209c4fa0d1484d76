/* SPDX-License-Identifier: MIT
 *
 * facts/library: what a library does with NumPy, and what that means for who is
 * linked with it.  What Python makes of such pairs is observed by
 * tests/predictions/test_linked.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/collect.h"
#include "facts/heed.h"
#include "facts/library.h"
#include "support/builds.h"
#include "support/reading.h"
#include "unit/suites.h"

/* A library; ways to call import_array, and who does not. */
static const char library_source[] =
	"extern void PyErr_Print(void); extern object *PyExc_ImportError;\n"
	"static unsigned (**functions)(void);\n"
	"static int _import_array(void)\n"
	"{ object *numpy = PyImport_ImportModule(\"numpy.core._multiarray_umath\"), *c;\n"
	"if (!numpy) return -1;\n"
	"c = PyObject_GetAttrString(numpy, \"_ARRAY_API\"); drop(numpy);\n"
	"if (!c) { PyErr_SetString(PyExc_RuntimeError, \"_ARRAY_API not found\");\n"
	"return -1; }\n"
	"functions = PyCapsule_GetPointer(c, NULL); drop(c);\n"
	"if (!functions) return -1;\n"
	"if (functions[0]() != 0x1000009) { PyErr_Format(PyExc_RuntimeError,\n"
	"\"module compiled against ABI version 0x%x but this version of numpy is "
	"0x%x\",\n"
	"0x1000009, functions[0]()); return -1; }\n"
	"if (functions[211]() < 0xd) { PyErr_Format(PyExc_RuntimeError,\n"
	"\"module compiled against API version 0x%x but this version of numpy is "
	"0x%x\",\n"
	"0xd, functions[211]()); return -1; }\n"
	"return 0; }\n"
	"int set_up(void) { if (_import_array() < 0) { PyErr_Print();\n"
	"PyErr_SetString(PyExc_ImportError, \"numpy.core.multiarray failed to "
	"import\");\n"
	"return -7; } return 0; }\n"
	"__attribute__((noinline)) static int inner(int a)\n"
	"{ if (a && _import_array() < 0) { PyErr_Print(); return 1; } return 0; }\n"
	"int by_another(void) { if (inner(1)) {\n"
	"PyErr_SetString(PyExc_ImportError, \"no NumPy\"); return -1; } return 0; }\n"
	"int answer(void) { return functions ? 42 : 41; }\n";

/* Without NumPy; the second has the text, but imports no module. */
static const char *const other_sources[] = {
	"object *brings(void) { return PyImport_ImportModule(\"json\"); }\n",
	"const char text[] = \"_ARRAY_API\"; const char *get(void) { return text; }\n",
};

static const char extension_source[] =
	"extern object *PyModule_Create2(struct definition *, int);\n"
	"extern int set_up(void), by_another(void), answer(void);\n"
	"static struct definition d;\n"
	"#define MAKE PyModule_Create2(&d, 1013)\n"
	"object *kept;\n"
	"object *PyInit_m(void) { kept = PyImport_ImportModule(\"json\"); INIT }\n";

static const struct {
	const char *init, *function;
	enum facts_heed_kind kind;
} extensions[] = {
	{"return set_up() < 0 ? NULL : MAKE;", "set_up", FACTS_HEED_FAILS},
	{"if (set_up() == -7) return NULL; return MAKE;", "set_up", FACTS_HEED_FAILS},
	{"if (by_another()) return NULL; return MAKE;", "by_another", FACTS_HEED_FAILS},
	{"set_up(); return MAKE;", "set_up", FACTS_HEED_UNREPORTED},
	/* the library's other functions may fail instead */
	{"return MAKE ? MAKE : (object *)(long)set_up();", "set_up", FACTS_HEED_UNKNOWN},
	{"return answer() == 42 ? MAKE : NULL;", "", FACTS_HEED_UNKNOWN},
	{"if (set_up() < 0 || by_another()) return NULL; return MAKE;", "",
	 FACTS_HEED_UNKNOWN},
};
#define EXTENSIONS (sizeof(extensions) / sizeof(extensions[0]))

static const struct build ways[] = {
	{"gcc -x c", "-O0"},   {"gcc -x c", "-O2"},
	{"gcc -x c", "-O3"},   {"gcc -x c", "-Os"},
	{"clang -x c", "-O0"}, {"clang -x c", "-O2"},
	{"clang -x c", "-Os"}, {"gcc -x c", "-O2 -fno-plt -fcf-protection"},
};
#define WAYS ((int)(sizeof(ways) / sizeof(ways[0])))

static struct builds builds;
static struct npabi_arena memory;
static struct library library;
static struct facts facts;

static void set_up(void)
{
	reading_make_builds(&builds, ways, WAYS, library_source);
}

static void tear_down(void)
{
	builds_remove(&builds);
}

static bool read_library(int number)
{
	struct compiled object;

	if (!builds_open(&builds, number, &object))
		return false;
	library_read(&memory, &object.image, "liba.so.1", &library);
	compiled_close(&object);
	return true;
}

/* Compiles an extension with INIT, and takes its facts with those of the library. */
static void link_extension(int number, const char *init, struct compiled *object_)
{
	char flags[300], *text = malloc(sizeof(extension_source) + strlen(fake_python));

	strcpy(text, fake_python);
	strcat(text, extension_source);
	snprintf(flags, sizeof(flags), "%s '-DINIT=%s'", ways[number].flags, init);
	ck_assert(compiled_open(object_, ways[number].compiler, flags, text));
	free(text);
	ck_assert_int_eq(facts_collect(&memory, &object_->image, false, &facts),
			 NPABI_OK);
	ck_assert(library_is_wanted(&facts));
	library_apply(&library, &object_->image, &facts);
}

static const struct facts_function *find_function(const char *name)
{
	for (unsigned i = 0; i < library.function_count; i++)
		if (!strcmp(library.functions[i].name, name))
			return &library.functions[i];
	ck_abort_msg("%s", name);
	return NULL;
}

START_TEST(versions_and_functions_of_a_library_are_read)
{
	if (!read_library(_i))
		return;
	ck_assert(library.imports_array);
	ck_assert_uint_eq(library.abi_version, 0x1000009);
	ck_assert_uint_eq(library.api_version, 0xd);
	ck_assert(!library.keeps_import_error);
	ck_assert_uint_eq(library.function_count, 2);
	ck_assert_int_eq(find_function("set_up")->heed[FACTS_REFUSED].result, -7);
	ck_assert_str_eq(find_function("set_up")->heed[FACTS_VERSIONS].text,
			 "numpy.core.multiarray failed to import");
	ck_assert_int_eq(find_function("by_another")->heed[FACTS_REFUSED].result, -1);
}
END_TEST

START_TEST(a_library_without_numpy_is_none)
{
	struct reading reading;

	ck_assert(reading_open(&reading, "cc -x c", "-O1", other_sources[_i]));
	library_read(&memory, &reading.object.image, "liba.so.1", &library);
	ck_assert(!library.imports_array);
	library_apply(&library, &reading.object.image, &facts);
	ck_assert_str_eq(facts.library, "");
	reading_close(&reading);
}
END_TEST

START_TEST(what_is_linked_with_it_gets_its_versions)
{
	const struct facts_evidence *last;
	struct compiled object;

	if (!read_library(_i))
		return;
	link_extension(_i, "return MAKE;", &object);
	ck_assert_int_eq(facts.numpy_dependent, FACTS_YES);
	ck_assert_int_eq(facts.access, FACTS_ACCESS_IMPORT_ARRAY);
	ck_assert_uint_eq(facts.abi_version, 0x1000009);
	ck_assert(has_import(&facts, "numpy.core._multiarray_umath"));
	ck_assert_str_eq(facts.library, "liba.so.1");
	ck_assert(!library_is_wanted(&facts));
	last = &facts.evidence[facts.evidence_count - 1];
	ck_assert_str_eq(last->fact, "liba.so.1 fetches _ARRAY_API");
	ck_assert_str_eq(last->by, "library");
	compiled_close(&object);
}
END_TEST

START_TEST(what_it_does_with_the_failure_is_read)
{
	struct compiled object;

	if (!read_library(_i))
		return;
	for (size_t i = 0; i < EXTENSIONS; i++) {
		link_extension(_i, extensions[i].init, &object);
		ck_assert_str_eq(facts.linked.name, extensions[i].function);
		heed_read(&memory, &object.image, &facts);
		ck_assert_msg(facts.heed[FACTS_REFUSED].kind == extensions[i].kind,
			      "%s: %d", extensions[i].init,
			      facts.heed[FACTS_REFUSED].kind);
		compiled_close(&object);
	}
}
END_TEST

START_TEST(the_words_are_those_of_the_library)
{
	struct compiled object;

	if (!read_library(_i))
		return;
	link_extension(_i, extensions[0].init, &object);
	heed_read(&memory, &object.image, &facts);
	ck_assert_str_eq(facts.heed[FACTS_REFUSED].error_type, "ImportError");
	ck_assert_str_eq(facts.heed[FACTS_REFUSED].text,
			 "numpy.core.multiarray failed to import");
	ck_assert(facts.heed[FACTS_REFUSED].tells_cause);
	compiled_close(&object);
}
END_TEST

START_TEST(libraries_of_the_system_are_passed_over)
{
	ck_assert(!library_is_candidate("libc.so.6"));
	ck_assert(!library_is_candidate("libstdc++.so.6"));
	ck_assert(!library_is_candidate("ld-linux-x86-64.so.2"));
	ck_assert(!library_is_candidate("libpython3.11.so.1.0"));
	ck_assert(!library_is_candidate("../libarrow_python.so"));
	ck_assert(library_is_candidate("libarrow_python.so"));
	ck_assert(library_is_candidate("libcurl.so.4"));
}
END_TEST

Suite *library_suite(void);

Suite *library_suite(void)
{
	Suite *suite = suite_create("library");
	TCase *pairs = tcase_create("pairs");

	tcase_set_timeout(pairs, 60);
	tcase_add_unchecked_fixture(pairs, set_up, tear_down);
	tcase_add_loop_test(pairs, versions_and_functions_of_a_library_are_read, 0, WAYS);
	tcase_add_loop_test(pairs, a_library_without_numpy_is_none, 0, 2);
	tcase_add_loop_test(pairs, what_is_linked_with_it_gets_its_versions, 0, WAYS);
	tcase_add_loop_test(pairs, what_it_does_with_the_failure_is_read, 0, WAYS);
	tcase_add_loop_test(pairs, the_words_are_those_of_the_library, 0, WAYS);
	tcase_add_test(pairs, libraries_of_the_system_are_passed_over);
	suite_add_tcase(suite, pairs);
	return suite;
}
