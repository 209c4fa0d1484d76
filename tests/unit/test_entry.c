/* SPDX-License-Identifier: MIT
 *
 * facts/entry: the init function by its name, and the functions that a module
 * definition names, in each layout and with each form of relocation.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "facts/entry.h"
#include "facts/follow.h"
#include "support/reading.h"
#include "support/toolchain.h"
#include "unit/suites.h"

static struct reading reading;
static struct temp_dir old_dir;

static bool open_source(const char *flags, const char *source)
{
	return reading_open(&reading, "gcc -x c", flags, source);
}

/* --- the init function -------------------------------------------------------- */

START_TEST(the_init_function_is_found_by_its_name)
{
	ck_assert(open_source("-O2", "void other(void) {} int init(void) { return 1; }\n"
				     "object *PyInit__pywt(void) { return 0; }\n"
				     "void initialise(void) {}\n"));
	ck_assert_uint_eq(entry_find(&reading.reader),
			  compiled_symbol(&reading.object, "PyInit__pywt"));
	ck_assert_str_eq(reading.facts.init_name, "PyInit__pywt");
	reading_close(&reading);
}
END_TEST

/* CPython Python/importdl.c, get_encoded_name: "größe" in punycode, "-" as "_". */
START_TEST(a_name_beyond_ascii_has_a_prefix_of_its_own)
{
	ck_assert(open_source("-O2", "object *PyInitU_gre_6ka8i(void) { return 0; }\n"
				     "void PyInitial_x(void) {}\n"));
	ck_assert_uint_eq(entry_find(&reading.reader),
			  compiled_symbol(&reading.object, "PyInitU_gre_6ka8i"));
	ck_assert_str_eq(reading.facts.init_name, "PyInitU_gre_6ka8i");
	reading_close(&reading);
}
END_TEST

START_TEST(without_one_there_is_no_entry)
{
	static const char *const sources[] = {
		"void PyInit(void) {} void pyinit_x(void) {} void xPyInit_x(void) {}",
		"void PyInitU(void) {} void PyInitV_x(void) {}",
		"void initx(void) {} void init_x(void) {}",
		"extern void PyInit_x(void); void f(void) { PyInit_x(); }",
		"int PyInit_x = 5;",
		"__attribute__((visibility(\"hidden\"))) void PyInit_x(void) {}",
	};

	ck_assert(open_source("-O2", sources[_i]));
	ck_assert_uint_eq(entry_find(&reading.reader), 0);
	ck_assert_str_eq(reading.facts.init_name, "");
	reading_close(&reading);
}
END_TEST

START_TEST(a_long_name_is_cut)
{
	char source[600], name[300];

	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	memcpy(name, "PyInit_", 7);
	snprintf(source, sizeof(source), "void %s(void) {}", name);
	ck_assert(open_source("-O2", source));
	ck_assert_uint_ne(entry_find(&reading.reader), 0);
	ck_assert_uint_eq(strlen(reading.facts.init_name),
			  sizeof(reading.facts.init_name) - 1);
	ck_assert(!strncmp(reading.facts.init_name, name, 100));
	reading_close(&reading);
}
END_TEST

/* --- Python 2 ------------------------------------------------------------------ */

/* By CPython 2.7's Python/import.c and dynload_shlib.c: suffixes, and "init%.200s". */
static const struct {
	const char *file, *source;
	const char *init; /* "": none */
} old_files[] = {
	{"_pywt.so", "void init_pywt(void) { MAKE; } void initpywt(void) {}",
	 "init_pywt"},
	{"x.x86_64-linux-gnu.so", "void initx(void) { MAKE; }", "initx"},
	{"xmodule.so", "void initx(void) { MAKE; }", "initx"},
	{"xmodule.so", "void initx(void) {} void initxmodule(void) { MAKE; }",
	 "initxmodule"},
	{"module.so", "void initmodule(void) { MAKE; }", "initmodule"},
	/* for both */
	{"x.so", "void initx(void) { MAKE; } object *PyInit_x(void) { return 0; }",
	 "PyInit_x"},
	/* those of another module, of what is no function, and that nobody can call */
	{"y.so", "void initx(void) { MAKE; } void init(void) {} void inityy(void) {}",
	 ""},
	{"module.so", "void init(void) { MAKE; }", ""},
	{".so", "void init(void) { MAKE; }", ""},
	{"x.so", "int initx = 5; void f(void) { MAKE; }", ""},
	{"x.so", "__attribute__((visibility(\"hidden\"))) void initx(void) { MAKE; }",
	 ""},
	/* nothing says that this is for Python 2 */
	{"x.so", "void initx(void) { PyImport_ImportModule(\"numpy\"); }", ""},
	{"x.so",
	 "void initx(void) {} object *Py_InitModule4_64(const char *s, ...) { return 0; "
	 "}",
	 ""},
};
#define OLD_FILES ((int)(sizeof(old_files) / sizeof(old_files[0])))

static void open_old_file(const char *file, const char *source)
{
	char text[6000];
	const char *path;

	snprintf(text, sizeof(text), "%s\n#define MAKE Py_InitModule4_64(\"x\")\n%s\n",
		 fake_python, source);
	path = build_object_with("gcc -x c", &old_dir, file, "-O2 -w", text);
	ck_assert_ptr_nonnull(path);
	compiled_load(&reading.object, path);
	reading_start(&reading);
}

START_TEST(python_2_calls_it_by_the_name_of_its_file)
{
	const char *init = old_files[_i].init;

	temp_dir_make(&old_dir);
	open_old_file(old_files[_i].file, old_files[_i].source);
	ck_assert_uint_eq(entry_find(&reading.reader),
			  init[0] ? compiled_symbol(&reading.object, init) : 0);
	ck_assert_str_eq(reading.facts.init_name, init);
	ck_assert_int_eq(reading.facts.python2, strncmp(init, "init", 4) == 0);
	reading_close(&reading);
	temp_dir_remove(&old_dir);
}
END_TEST

/* As read from memory. */
START_TEST(without_a_files_name_there_is_none)
{
	temp_dir_make(&old_dir);
	open_old_file("x.so", "void initx(void) { MAKE; }");
	reading.object.image.path = NULL;
	ck_assert_uint_eq(entry_find(&reading.reader), 0);
	reading_close(&reading);
	temp_dir_remove(&old_dir);
}
END_TEST

/* --- the functions of a module definition ---------------------------------------- */

/* HEAD is the object head's size: 16 bytes, without the GIL 32. */
static const char definition[] =
	"static int first(object *m) { return PyImport_ImportModule(\"numpy.first\") == "
	"m; }\n"
	"static int second(object *m) { return PyImport_ImportModule(\"numpy.second\") "
	"== m; }\n"
	"static object *make(object *s) { return PyImport_ImportModule(\"numpy.made\"); "
	"}\n"
	"static struct slot slots[] = {{1, make}, {2, first}, {3, 0}, {2, second}, {0, "
	"0},\n"
	"{2, make}};\n"
	"static struct { char head[HEAD]; void *init; long index; object *copy;\n"
	"const char *name, *words; long size; void *methods; struct slot *slots; } "
	"defined =\n"
	"{.name = \"x\", .slots = slots};\n"
	"object *PyInit_x(void) { return PyModuleDef_Init((struct definition "
	"*)&defined); }\n";

static const char *const ways[] = {
	"-O2 -DHEAD=16",
	"-O0 -DHEAD=16",
	"-O2 -DHEAD=32",
	"-O2 -DHEAD=16 -Wl,-z,pack-relative-relocs",
	"-O2 -DHEAD=16 -fuse-ld=lld -Wl,--pack-dyn-relocs=relr",
	"-O2 -DHEAD=16 -fuse-ld=gold",
	"-O2 -DHEAD=16 -s -Wl,-z,now",
};
#define WAYS ((int)(sizeof(ways) / sizeof(ways[0])))

START_TEST(the_exec_functions_of_the_definition_are_followed)
{
	if (!open_source(ways[_i], definition))
		return; /* a linker that is not here */
	follow_function(&reading.reader, entry_find(&reading.reader));
	ck_assert_uint_eq(reading.facts.import_count, 0);
	ck_assert_uint_ne(reading.reader.module_definition, 0);
	entry_follow_slots(&reading.reader);
	ck_assert(has_import(&reading.facts, "numpy.first"));
	ck_assert(has_import(&reading.facts, "numpy.second"));
	reading_close(&reading);
}
END_TEST

/* Slots of other kinds, and what stands behind the end. */
START_TEST(nothing_else_is_followed)
{
	ck_assert(open_source(ways[0], definition));
	follow_function(&reading.reader, entry_find(&reading.reader));
	entry_follow_slots(&reading.reader);
	ck_assert(!has_import(&reading.facts, "numpy.made"));
	ck_assert_uint_eq(reading.facts.import_count, 2);
	reading_close(&reading);
}
END_TEST

START_TEST(a_definition_that_lies_nowhere_is_left)
{
	static const uint64_t places[] = {0, 1, UINT64_MAX, UINT64_MAX - 72,
					  UINT64_C(1) << 40};

	ck_assert(open_source(ways[0], definition));
	reading.reader.module_definition = places[_i];
	entry_follow_slots(&reading.reader);
	ck_assert_uint_eq(reading.facts.import_count, 0);
	reading_close(&reading);
}
END_TEST

Suite *entry_suite(void);

Suite *entry_suite(void)
{
	Suite *suite = suite_create("entry");
	TCase *names = tcase_create("names"), *slots = tcase_create("slots");

	tcase_set_timeout(names, 30);
	tcase_add_test(names, the_init_function_is_found_by_its_name);
	tcase_add_test(names, a_name_beyond_ascii_has_a_prefix_of_its_own);
	tcase_add_loop_test(names, without_one_there_is_no_entry, 0, 6);
	tcase_add_test(names, a_long_name_is_cut);
	tcase_add_loop_test(names, python_2_calls_it_by_the_name_of_its_file, 0,
			    OLD_FILES);
	tcase_add_test(names, without_a_files_name_there_is_none);
	suite_add_tcase(suite, names);
	tcase_set_timeout(slots, 30);
	tcase_add_loop_test(slots, the_exec_functions_of_the_definition_are_followed, 0,
			    WAYS);
	tcase_add_test(slots, nothing_else_is_followed);
	tcase_add_loop_test(slots, a_definition_that_lies_nowhere_is_left, 0, 5);
	suite_add_tcase(suite, slots);
	return suite;
}
