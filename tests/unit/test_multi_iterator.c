/* SPDX-License-Identifier: MIT
 *
 * facts/multi_iterator: who allocates a multi-iterator without room for its
 * iterators, told from code that several compilers made.  That such code overwrites
 * memory is shown by tests/predictions/test_unsafe.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/multi_iterator.h"
#include "support/reading.h"
#include "support/toolchain.h"
#include "unit/suites.h"

/* As NumPy's headers have it: import_array, the table's slots, the struct. */
static const char source[] =
	"extern void *PyMem_RawMalloc(size_t), *PyMem_Malloc(size_t);\n"
	"extern void *PyObject_Malloc(size_t), *malloc(size_t);\n"
	"extern object *PyObject_Init(object *, type *), *_PyObject_New(type *);\n"
	"extern object *PyErr_NoMemory(void);\n"
	"#ifndef ROOM\n#define ROOM\n#endif\n"
	"#ifndef ALLOCATE\n#define ALLOCATE PyMem_RawMalloc\n#endif\n"
	"#ifndef SCOPE\n#define SCOPE static\n#endif\n"
	"#ifndef SIZE\n#define SIZE sizeof(multi)\n#endif\n"
	"#ifndef TYPE\n#define TYPE ((type *)table[6])\n#endif\n"
	"#ifndef NEW\n#define NEW (multi *)ALLOCATE(SIZE); if (!m) return "
	"PyErr_NoMemory();\\\n"
	"PyObject_Init((object *)m, TYPE)\n#endif\n"
	"typedef struct { object head; int count; long size, index; int nd;\n"
	"long dimensions[32]; object *iters[ROOM]; } multi;\n"
	"SCOPE void **table; struct own { object *others[6]; type *kind; };\n"
	"struct own *own;\n"
	"static int _import_array(void)\n"
	"{ object *numpy = PyImport_ImportModule(\"numpy._core._multiarray_umath\"), "
	"*c;\n"
	"if (!numpy) return -1;\n"
	"c = PyObject_GetAttrString(numpy, \"_ARRAY_API\"); drop(numpy);\n"
	"if (!c) return -1;\n"
	"if (!(c->kind == &PyCapsule_Type)) { drop(c); return -1; }\n"
	"table = PyCapsule_GetPointer(c, NULL); drop(c);\n"
	"if (!table) { PyErr_SetString(PyExc_RuntimeError, \"is NULL\"); return -1; }\n"
	"if (((unsigned (*)(void))table[0])() < 0x2000000) {\n"
	"PyErr_Format(PyExc_RuntimeError, \"module compiled against ABI version 0x%x but "
	"this version of numpy is 0x%x\", 0x2000000, ((unsigned (*)(void))table[0])());\n"
	"return -1; }\n"
	"return 0; }\n"
	"LINKAGE object *make(object *self, object **given)\n"
	"{ multi *m; int i; (void)self; m = NEW;\n"
	"m->count = 2; m->index = 0;\n"
	"for (i = 0; i < 2; i++) m->iters[i] = NULL;\n"
	"for (i = 0; i < 2; i++)\n"
	"m->iters[i] = ((object *(*)(object *))table[98])(given[i]);\n"
	"if (((int (*)(multi *))table[102])(m) < 0) { drop((object *)m); return NULL; }\n"
	"return (object *)m; }\n"
	"KEPT\n"
	"object *PyInit_m(void) { static struct definition d;\n"
	"if (_import_array() < 0) return NULL; return PyModuleDef_Init(&d); }\n";

#define IN_TABLE "-DLINKAGE=static '-DKEPT=void *methods[] = {(void *)make};' "
#define EXPORTED "-DLINKAGE= -DKEPT= "
#define CALLED                                                             \
	"-DLINKAGE= '-DKEPT=static object *call(object **g) { return g ? " \
	"make(*g, g + 1) : NULL; } void *methods[] = {(void *)call};' "

static const struct {
	const char *flags;
	bool small, used;
} kinds[] = {
	{IN_TABLE, true, true},
	{EXPORTED, true, false},
	{CALLED, true, true},
	{IN_TABLE "-DALLOCATE=PyMem_Malloc", true, true},
	{IN_TABLE "-DALLOCATE=PyObject_Malloc", true, true},
	{IN_TABLE "-DALLOCATE=malloc", true, true},
	{IN_TABLE "-DSCOPE=", true, true},
	{IN_TABLE "'-DSCOPE=__attribute__((visibility(\"hidden\")))'", true, true},
	/* as C++ has it, and NumPy 1 */
	{IN_TABLE "-DROOM=32", false, false},
	{IN_TABLE "'-DSIZE=TYPE->basic_size'", false, false},
	{IN_TABLE "'-DSIZE=sizeof(multi)+2*sizeof(void*)'", false, false},
	{IN_TABLE "'-DNEW=(multi *)_PyObject_New(TYPE)'", false, false},
	/* another type: of NumPy, and its own in an object of that size */
	{IN_TABLE "'-DTYPE=(type*)table[5]'", false, false},
	{IN_TABLE "'-DTYPE=own->kind'", false, false},
};
#define KINDS ((int)(sizeof(kinds) / sizeof(kinds[0])))

static const struct build ways[] = {
	{"gcc -x c", "-O0"},   {"gcc -x c", "-O1"},
	{"gcc -x c", "-O2"},   {"gcc -x c", "-O3"},
	{"gcc -x c", "-Os"},   {"gcc -x c", "-O2 -fno-plt -fcf-protection"},
	{"clang -x c", "-O0"}, {"clang -x c", "-O1"},
	{"clang -x c", "-O2"}, {"clang -x c", "-O3"},
	{"clang -x c", "-Os"}, {"gcc -x c", "-O2 -fstack-protector-all"},
};
#define WAYS ((int)(sizeof(ways) / sizeof(ways[0])))

static struct reading reading;

/* Reads the module of KIND that WAY makes; false when its compiler is not here. */
static bool read_module(int kind, int way)
{
	char flags[400];

	snprintf(flags, sizeof(flags), "%s %s", ways[way].flags, kinds[kind].flags);
	if (!reading_open(&reading, ways[way].compiler, flags, source))
		return false;
	reading_follow(&reading, "PyInit_m");
	ck_assert_int_ge(reading.facts.access, FACTS_ACCESS_TABLE);
	multi_iterator_find(&reading.reader);
	return true;
}

START_TEST(a_block_without_room_for_iterators_is_found)
{
	for (int kind = 0; kind < KINDS; kind++) {
		if (!read_module(kind, _i))
			return;
		ck_assert_msg(reading.facts.small_multi_iterator == kinds[kind].small,
			      "%s %s", ways[_i].flags, kinds[kind].flags);
		ck_assert_msg(reading.facts.uses_multi_iterator == kinds[kind].used,
			      "%s %s", ways[_i].flags, kinds[kind].flags);
		ck_assert(!reading.reader.flow.incomplete);
		reading_close(&reading);
	}
}
END_TEST

/* The address of evidence is that of the call: so does objdump show it. */
START_TEST(the_allocation_is_the_evidence)
{
	const struct facts_evidence *last;
	char line[300], wanted[40];
	bool found = false;
	FILE *pipe;

	if (!read_module(0, _i))
		return;
	last = &reading.facts.evidence[reading.facts.evidence_count - 1];
	ck_assert_str_eq(last->fact, "PyArrayMultiIterObject=304");
	snprintf(wanted, sizeof(wanted), " %llx:", (unsigned long long)last->address);
	pipe = tool_output("objdump -d --no-show-raw-insn '%s'", reading.object.path);
	while (fgets(line, sizeof(line), pipe))
		found |= strstr(line, wanted) && strstr(line, "call") &&
			 (strstr(line, "PyMem_RawMalloc") || strstr(line, "*0x"));
	pclose(pipe);
	ck_assert_msg(found, "%s", ways[_i].flags);
	reading_close(&reading);
}
END_TEST

START_TEST(headers_of_numpy_1_are_not_accused)
{
	if (!read_module(0, _i))
		return;
	reading.facts.small_multi_iterator = false;
	reading.facts.abi_version = 0x1000009;
	multi_iterator_find(&reading.reader);
	ck_assert(!reading.facts.small_multi_iterator);
	reading_close(&reading);
}
END_TEST

Suite *multi_iterator_suite(void);

Suite *multi_iterator_suite(void)
{
	Suite *suite = suite_create("multi_iterator");
	TCase *ways_case = tcase_create("ways");

	tcase_set_timeout(ways_case, 60);
	tcase_add_loop_test(ways_case, a_block_without_room_for_iterators_is_found, 0,
			    WAYS);
	tcase_add_loop_test(ways_case, the_allocation_is_the_evidence, 0, WAYS);
	tcase_add_loop_test(ways_case, headers_of_numpy_1_are_not_accused, 0, 1);
	suite_add_tcase(suite, ways_case);
	return suite;
}
