/* SPDX-License-Identifier: MIT
 *
 * facts/imports: the slots of the imports that matter, in objects that reach them
 * by PLT or by GOT; the slots are those that readelf tells.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "facts/imports.h"
#include "support/builds.h"
#include "unit/suites.h"

/* What each known function means, by its documentation. */
static const struct {
	const char *name;
	enum import_id id;
} known[] = {
	{"PyImport_ImportModule", IMPORT_MODULE},
	{"PyImport_ImportModuleNoBlock", IMPORT_MODULE},
	{"PyImport_Import", IMPORT_BY_OBJECT},
	{"PyObject_GetAttrString", IMPORT_GET_ATTRIBUTE},
	{"PyObject_GetAttr", IMPORT_GET_ATTRIBUTE_OBJECT},
	{"PyUnicode_FromString", IMPORT_TEXT},
	{"PyUnicode_InternFromString", IMPORT_TEXT},
	{"PyString_FromString", IMPORT_TEXT},
	{"PyString_InternFromString", IMPORT_TEXT},
	{"PyLong_AsSsize_t", IMPORT_AS_SSIZE},
	{"PyErr_Format", IMPORT_RAISE_FORMAT},
	{"PyErr_SetString", IMPORT_RAISE_STRING},
	{"PyOS_snprintf", IMPORT_PRINT},
	{"PyErr_WarnFormat", IMPORT_WARN_FORMAT},
	{"PyModuleDef_Init", IMPORT_MODULE_INIT},
	{"PyCObject_AsVoidPtr", IMPORT_CAPSULE_POINTER}, /* Python 2 */
	{"PyImport_AddModule", IMPORT_ADD_MODULE},
	{"PyImport_AddModuleRef", IMPORT_ADD_MODULE},
	{"PyDict_SetItemString", IMPORT_SET_ITEM},
	{"PyCapsule_GetPointer", IMPORT_CAPSULE_POINTER},
	{"PyCapsule_Type", IMPORT_CAPSULE_TYPE},
	{"mcount", IMPORT_PROFILING},
	{"__fentry__", IMPORT_PROFILING},
	{"abort", IMPORT_NO_RETURN},
	{"exit", IMPORT_NO_RETURN},
	{"longjmp", IMPORT_NO_RETURN},
	{"__stack_chk_fail", IMPORT_NO_RETURN},
	{"__assert_fail", IMPORT_NO_RETURN},
	{"_Unwind_Resume", IMPORT_NO_RETURN},
	{"__cxa_throw", IMPORT_NO_RETURN},
	{"__cxa_rethrow", IMPORT_NO_RETURN},
	{"_ZSt9terminatev", IMPORT_NO_RETURN},
	/* called wherever a reference is dropped: no place to look at */
	{"_Py_DecRefShared", IMPORT_NONE},
	{"_Py_MergeZeroLocalRefcount", IMPORT_NONE},
	/* that only look like some */
	{"PyErr_FormatV", IMPORT_NONE},
	{"PyCObject_AsVoidPt", IMPORT_NONE},
	{"PyErr_Forma", IMPORT_NONE},
	{"PyImport_ImportModuleLevel", IMPORT_NONE},
	{"PyImport_ImportModuleNoBlockers", IMPORT_NONE},
	{"PyObject_GetAttrStrin", IMPORT_NONE},
	{"a", IMPORT_NONE},
	{"zzz", IMPORT_NONE},
};
#define KNOWN ((int)(sizeof(known) / sizeof(known[0])))

static const struct build ways[] = {{"gcc -x c", "-O2 -fno-builtin"},
				    {"gcc -x c", "-O2 -fno-builtin -fno-plt"},
				    {"gcc -x c", "-O2 -fno-builtin -fuse-ld=lld"},
				    {"clang -x c", "-O2 -fno-builtin -fno-plt"}};
#define WAYS ((int)(sizeof(ways) / sizeof(ways[0])))

static struct builds builds;
static struct compiled object;
static struct import_map map;

static void set_up(void)
{
	char source[8000] = "extern int PyCapsule_Type;\n", line[200];

	for (int i = 0; i < KNOWN; i++)
		if (strcmp(known[i].name, "PyCapsule_Type") != 0) {
			snprintf(line, sizeof(line),
				 "extern void %s(long); void call_%d(void) { %s(%d); "
				 "%s(0); }\n",
				 known[i].name, i, known[i].name, i, known[i].name);
			strcat(source, line);
		}
	strcat(source, "int *capsule(void) { return &PyCapsule_Type; }\n");
	builds_make(&builds, ways, WAYS, source);
}

static void tear_down(void)
{
	builds_remove(&builds);
}

static bool read_imports(int number)
{
	if (!builds_open(&builds, number, &object))
		return false;
	import_map_init(&map, &object.image);
	return true;
}

static uint64_t slot_of(const char *name)
{
	uint64_t slot = compiled_slot(&object, "R_X86_64_JUMP_SLO", name);

	return slot ? slot : compiled_slot(&object, "R_X86_64_GLOB_DAT", name);
}

START_TEST(each_slot_leads_to_its_import)
{
	if (!read_imports(_i))
		return;
	for (int i = 0; i < KNOWN; i++) {
		uint64_t slot = slot_of(known[i].name);

		ck_assert_msg(slot != 0, "%s", known[i].name);
		ck_assert_msg(import_map_find(&map, slot) == known[i].id, "%s is %d",
			      known[i].name, import_map_find(&map, slot));
		ck_assert(import_map_has(&map, known[i].id) || !known[i].id);
	}
	compiled_close(&object);
}
END_TEST

START_TEST(another_address_leads_nowhere)
{
	if (!read_imports(_i))
		return;
	for (int i = 0; i < KNOWN; i++) {
		uint64_t slot = slot_of(known[i].name);

		for (uint64_t off = 1; off < 8; off++)
			ck_assert_int_eq(import_map_find(&map, slot + off), IMPORT_NONE);
	}
	ck_assert_int_eq(import_map_find(&map, 0), IMPORT_NONE);
	ck_assert_int_eq(import_map_find(&map, UINT64_MAX), IMPORT_NONE);
	compiled_close(&object);
}
END_TEST

/* Code that calls through the slot itself has to be looked for by that range. */
START_TEST(the_range_holds_the_slots_that_code_uses_itself)
{
	bool direct = strstr(ways[_i].flags, "-fno-plt") != NULL;

	if (!read_imports(_i))
		return;
	for (int i = 0; i < KNOWN; i++) {
		uint64_t slot = slot_of(known[i].name);
		bool inside = slot >= map.low && slot < map.high;

		if (known[i].id && known[i].id != IMPORT_CAPSULE_TYPE &&
		    known[i].id != IMPORT_PROFILING)
			ck_assert_msg(inside == direct, "%s", known[i].name);
	}
	compiled_close(&object);
}
END_TEST

START_TEST(a_function_of_the_object_itself_is_no_import)
{
	if (!compiled_open(&object, "gcc -x c", "-O2",
			   "void PyErr_Format(void) {}\nvoid PyImport_Import(void);\n"
			   "void f(void) { PyErr_Format(); PyImport_Import(); }\n"))
		return;
	import_map_init(&map, &object.image);
	ck_assert(!import_map_has(&map, IMPORT_RAISE_FORMAT));
	ck_assert(import_map_has(&map, IMPORT_BY_OBJECT));
	compiled_close(&object);
}
END_TEST

/* With a stub the slot is one of the PLT; without, code loads it. */
START_TEST(the_slots_of_own_functions_lead_to_them)
{
	static const char *const flags[] = {"-O2", "-O2 -fno-plt", "-O2 -mcmodel=large"};
	uint64_t slot, target;

	if (!compiled_open(&object, "gcc -x c", flags[_i],
			   "int data; void inner(void) { data++; }\n"
			   "int *place(void) { return &data; }\n"
			   "void outer(void) { inner(); inner(); }\n"))
		return;
	import_map_init(&map, &object.image);
	slot = slot_of("inner");
	ck_assert_uint_ne(slot, 0);
	ck_assert(import_map_own_target(&map, &object.image, slot, &target));
	ck_assert_uint_eq(target, compiled_symbol(&object, "inner"));
	ck_assert(!import_map_own_target(&map, &object.image, slot + 8, &target) ||
		  target != compiled_symbol(&object, "inner"));
	ck_assert(!import_map_own_target(&map, &object.image, slot_of("data"), &target));
	compiled_close(&object);
}
END_TEST

/* What Py_DECREF calls where Py_GIL_DISABLED is defined: Include/object.h of 3.13. */
START_TEST(a_call_that_only_builds_without_the_gil_make_is_noted)
{
	static const char *const names[] = {"_Py_DecRefShared",
					    "_Py_MergeZeroLocalRefcount"};
	char text[200];

	snprintf(text, sizeof(text), "void %s(int *); void f(int *a) { %s(a); }\n",
		 names[_i / 2], names[_i / 2]);
	if (!compiled_open(&object, "gcc -x c", _i % 2 ? "-O2 -fno-plt" : "-O2", text))
		return;
	import_map_init(&map, &object.image);
	ck_assert_uint_ne(map.without_gil, 0);
	ck_assert_uint_eq(map.without_gil, slot_of(names[_i / 2]));
	compiled_close(&object);
}
END_TEST

START_TEST(an_object_that_imports_nothing_has_none)
{
	ck_assert(compiled_open(&object, "gcc -x c", "-O2 -nostdlib",
				"int f(int a) { return a; }\n"));
	import_map_init(&map, &object.image);
	ck_assert_uint_eq(map.present, 0);
	ck_assert_uint_eq(map.without_gil, 0);
	ck_assert_uint_eq(map.low, map.high);
	compiled_close(&object);
}
END_TEST

Suite *imports_suite(void);

Suite *imports_suite(void)
{
	Suite *suite = suite_create("imports");
	TCase *slots = tcase_create("slots");

	tcase_set_timeout(slots, 60);
	tcase_add_unchecked_fixture(slots, set_up, tear_down);
	tcase_add_loop_test(slots, each_slot_leads_to_its_import, 0, WAYS);
	tcase_add_loop_test(slots, another_address_leads_nowhere, 0, 2);
	tcase_add_loop_test(slots, the_range_holds_the_slots_that_code_uses_itself, 0,
			    WAYS);
	tcase_add_test(slots, a_function_of_the_object_itself_is_no_import);
	tcase_add_loop_test(slots, the_slots_of_own_functions_lead_to_them, 0, 3);
	tcase_add_loop_test(slots, a_call_that_only_builds_without_the_gil_make_is_noted,
			    0, 4);
	tcase_add_test(slots, an_object_that_imports_nothing_has_none);
	suite_add_tcase(suite, slots);
	return suite;
}
