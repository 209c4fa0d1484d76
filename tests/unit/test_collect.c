/* SPDX-License-Identifier: MIT
 *
 * facts/collect: whole extensions, made of the parts that real ones have, and
 * files that are none or are broken: each has its status, and none a crash.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "facts/collect.h"
#include "support/fake_checks.h"
#include "support/fake_numpy.h"
#include "support/reading.h"
#include "support/tiny_elf.h"
#include "support/toolchain.h"
#include "unit/suites.h"

static const struct fake_check checks[] = {
	{"numpy", "dtype", 96, 8, FACTS_POLICY_IGNORE},
	{"numpy", "ndarray", 80, 8, FACTS_POLICY_WARN},
	{"other", "Thing", 40, 8, FACTS_POLICY_ERROR},
};

static char source[FAKE_SOURCE_MAX];
static struct compiled object;
static struct npabi_arena memory;
static struct facts facts;

/* Starts a source with all that the parts need. */
static void start_source(void)
{
	strcpy(source, fake_python);
	strcat(source, "#define HOW\n");
	strcat(source, fake_checkers);
}

static void compile(const char *flags, const char *rest)
{
	strcat(source, rest);
	ck_assert(compiled_open(&object, "gcc -x c", flags, source));
}

START_TEST(checks_and_import_array_make_it_dependent)
{
	start_source();
	fake_checks_write(source, FAKE_3_0, "make_checks", checks, 3);
	fake_import_array_write(source, sizeof(source), "import_array", &fake_headers[3]);
	compile("-O2 -s",
		"object *kept[9]; object *PyInit_both(void) {\n"
		"if (make_checks(kept) || import_array()) return 0; return kept[0]; }\n");
	ck_assert_int_eq(facts_collect(&memory, &object.image, false, &facts), NPABI_OK);
	ck_assert_int_eq(facts.numpy_dependent, FACTS_YES);
	ck_assert_str_eq(facts.init_name, "PyInit_both");
	ck_assert_uint_eq(facts.check_count, 3);
	expect_check(&facts, "numpy.dtype", 96, FACTS_POLICY_IGNORE);
	expect_check(&facts, "numpy.ndarray", 80, FACTS_POLICY_WARN);
	expect_check(&facts, "other.Thing", 40, FACTS_POLICY_ERROR);
	ck_assert_uint_eq(facts.abi_version, 0x1000009);
	ck_assert_uint_eq(facts.api_version, 0x10);
	ck_assert_str_eq(facts.status_detail, "");
	ck_assert(!facts.checks_unread);
	compiled_close(&object);
}
END_TEST

START_TEST(checks_of_other_packages_do_not)
{
	start_source();
	fake_checks_write(source, FAKE_0_29_37, "make_checks", checks + 2, 1);
	compile("-O2 -s", "object *kept[9]; object *PyInit_other(void) {\n"
			  "if (make_checks(kept)) return 0; return kept[0]; }\n");
	ck_assert_int_eq(facts_collect(&memory, &object.image, false, &facts), NPABI_OK);
	ck_assert_int_eq(facts.numpy_dependent, FACTS_NO);
	expect_check(&facts, "other.Thing", 40, FACTS_POLICY_ERROR);
	compiled_close(&object);
}
END_TEST

/* By what it imports: the file may have any name. */
START_TEST(one_built_for_a_python_without_the_gil_says_so)
{
	static const char *const flags[] = {"-O2 -s", "-O2 -s -DPy_GIL_DISABLED"};

	start_source();
	fake_checks_write(source, FAKE_3_2, "make_checks", checks, 3);
	compile(flags[_i], "object *kept[9]; object *PyInit_one(void) {\n"
			   "if (make_checks(kept)) return 0; return kept[0]; }\n");
	ck_assert_int_eq(facts_collect(&memory, &object.image, false, &facts), NPABI_OK);
	ck_assert_int_eq(facts.free_threaded, _i);
	ck_assert_int_eq(strcmp(facts.evidence[0].fact, "free-threaded") == 0, _i);
	ck_assert_uint_eq(facts.check_count, 3);
	expect_check(&facts, "numpy.dtype", 96, FACTS_POLICY_IGNORE);
	compiled_close(&object);
}
END_TEST

START_TEST(an_extension_that_imports_nothing_does_not)
{
	start_source();
	compile("-O2",
		"object *PyInit_none(void) { return PyUnicode_FromString(\"x\"); }\n");
	ck_assert_int_eq(facts_collect(&memory, &object.image, false, &facts), NPABI_OK);
	ck_assert_int_eq(facts.numpy_dependent, FACTS_NO);
	ck_assert_uint_eq(facts.check_count + facts.import_count, 0);
	compiled_close(&object);
}
END_TEST

/* Bytes that are no instruction, on the way: what lies behind is not known. */
START_TEST(code_that_cannot_be_followed_leaves_the_answer_open)
{
	start_source();
	compile("-O2",
		"object *PyInit_broken(void) { object *m = PyImport_AddModule(\"x\");\n"
		"if (m) { __asm__(\".byte 0x06\"); PyImport_ImportModule(\"y\"); }\n"
		"return m; }\n");
	ck_assert_int_eq(facts_collect(&memory, &object.image, false, &facts), NPABI_OK);
	ck_assert_int_eq(facts.numpy_dependent, FACTS_UNKNOWN);
	ck_assert_ptr_nonnull(strstr(facts.status_detail, "could not be followed"));
	compiled_close(&object);
}
END_TEST

START_TEST(the_one_that_provides_the_table_is_numpy_itself)
{
	start_source();
	compile("-O2",
		"object *PyInit_core(void) { object *m = PyImport_ImportModule(\"x\");\n"
		"PyDict_SetItemString(m, \"_ARRAY_API\", m); return m; }\n");
	ck_assert_int_eq(facts_collect(&memory, &object.image, false, &facts), NPABI_OK);
	ck_assert_int_eq(facts.numpy_dependent, FACTS_NO);
	ck_assert_int_eq(facts.access, FACTS_ACCESS_NONE);
	compiled_close(&object);
}
END_TEST

/* As of Cython to 0.23: the text has no sizes that could be read off it. */
static const char sizeless[] =
	"static object *fetch(const char *module, const char *name, long size)\n"
	"{ object *m = PyImport_ImportModule(module);\n"
	"object *o = m ? PyObject_GetAttrString(m, name) : 0;\n"
	"if (o && ((type *)o)->basic_size != size) {\n"
	"PyErr_Format(PyExc_ValueError,\n"
	"\"%.200s.%.200s has the wrong size, try recompiling\", module, name);\n"
	"return 0; }\n"
	"return o; }\n"
	"object *PyInit_old(void) { object *o = fetch(\"numpy\", \"dtype\", 96);\n"
	"return o && !import_array() ? fetch(\"numpy\", \"ndarray\", 80) : 0; }\n";

START_TEST(checks_without_sizes_are_known_to_be_there)
{
	start_source();
	fake_import_array_write(source, sizeof(source), "import_array", &fake_headers[3]);
	compile("-O2", sizeless);
	ck_assert_int_eq(facts_collect(&memory, &object.image, false, &facts), NPABI_OK);
	ck_assert_int_eq(facts.numpy_dependent, FACTS_YES);
	ck_assert_uint_eq(facts.check_count, 0);
	ck_assert(facts.checks_unread);
	ck_assert_str_eq(facts.status_detail, "a size check could not be read");
	compiled_close(&object);
}
END_TEST

START_TEST(facts_of_an_earlier_object_are_cleared)
{
	memset(&facts, 0xa5, sizeof(facts));
	start_source();
	compile("-O2", "object *PyInit_none(void) { return 0; }\n");
	ck_assert_int_eq(facts_collect(&memory, &object.image, false, &facts), NPABI_OK);
	ck_assert_uint_eq(facts.check_count + facts.import_count + facts.evidence_count +
				  facts.abi_version + facts.api_version,
			  0);
	compiled_close(&object);
}
END_TEST

/* --- files that are no extension, or broken ones ------------------------------------ */

START_TEST(an_object_without_an_init_function_is_no_extension)
{
	ck_assert(
		compiled_open(&object, "gcc -x c", "-O2", "int f(void) { return 1; }\n"));
	ck_assert_int_eq(facts_collect(&memory, &object.image, false, &facts),
			 NPABI_NOT_AN_EXTENSION);
	ck_assert_int_eq(facts.numpy_dependent, FACTS_UNKNOWN);
	compiled_close(&object);
}
END_TEST

START_TEST(an_object_for_another_machine_is_refused)
{
	struct tiny_elf elf;
	struct npabi_source bytes;
	struct elf_image image;

	tiny_elf_make(&elf);
	elf.header.e_machine = EM_AARCH64;
	npabi_source_from_memory(&bytes, &elf, sizeof(elf));
	ck_assert_int_eq(elf_image_from_file(&image, &bytes), NPABI_OK);
	ck_assert_int_eq(facts_collect(&memory, &image, false, &facts),
			 NPABI_FOREIGN_MACHINE);
	ck_assert_int_eq(facts.numpy_dependent, FACTS_UNKNOWN);
}
END_TEST

START_TEST(without_memory_there_is_a_status)
{
	struct rlimit usual, none;
	enum npabi_status status;

	start_source();
	compile("-O2", "object *PyInit_none(void) { return 0; }\n");
	ck_assert_int_eq(getrlimit(RLIMIT_AS, &usual), 0);
	none = usual;
	none.rlim_cur = 0;
	ck_assert_int_eq(setrlimit(RLIMIT_AS, &none), 0);
	status = facts_collect(&memory, &object.image, false, &facts);
	ck_assert_int_eq(setrlimit(RLIMIT_AS, &usual), 0);
	ck_assert_int_eq(status, NPABI_NO_MEMORY);
	compiled_close(&object);
}
END_TEST

/* All bytes of the object in one allocation of their exact size. */
static uint8_t *load_file(const char *path, size_t *size_)
{
	FILE *file = fopen(path, "r");
	uint8_t *bytes;

	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
	*size_ = (size_t)ftell(file);
	rewind(file);
	bytes = malloc(*size_);
	ck_assert_uint_eq(fread(bytes, 1, *size_, file), *size_);
	fclose(file);
	return bytes;
}

/* Reads the first LENGTH bytes as a file; false when they are refused at once. */
static bool read_cut(const uint8_t *bytes, size_t length)
{
	uint8_t *copy = malloc(length + !length);
	struct npabi_source cut;
	struct elf_image image;
	bool accepted;

	memcpy(copy, bytes, length);
	npabi_source_from_memory(&cut, copy, length);
	accepted = elf_image_from_file(&image, &cut) == NPABI_OK;
	if (accepted)
		facts_collect(&memory, &image, false, &facts);
	free(copy);
	return accepted;
}

/* Where only section headers are cut off all is there, and all is read. */
START_TEST(a_file_cut_anywhere_is_refused_or_read)
{
	size_t size, accepted = 0;
	uint8_t *bytes;

	start_source();
	fake_checks_write(source, FAKE_3_0, "make_checks", checks, 3);
	compile("-O2", "object *kept[9]; object *PyInit_cut(void) {\n"
		       "if (make_checks(kept)) return 0; return kept[0]; }\n");
	bytes = load_file(object.path, &size);
	for (size_t length = 0; length <= size; length += 1 + length / 97) {
		if (!read_cut(bytes, length))
			continue;
		ck_assert_uint_eq(facts.check_count, 3);
		accepted++;
	}
	ck_assert_uint_gt(accepted, 0);
	ck_assert_uint_lt(accepted, size / 4);
	free(bytes);
	compiled_close(&object);
}
END_TEST

START_TEST(only_what_is_needed_is_read_of_a_file)
{
	start_source();
	compile("-O2",
		"static const char much[1 << 22] = {1}; const char *f(int i)\n"
		"{ return much + i; } object *PyInit_big(void)\n"
		"{ PyErr_SetString(0, \"x\"); return PyImport_ImportModule(\"y\"); }\n");
	ck_assert_int_eq(facts_collect(&memory, &object.image, false, &facts), NPABI_OK);
	ck_assert_uint_lt(object.source.bytes_read, object.source.size / 10);
	compiled_close(&object);
}
END_TEST

static TCase *make_files(void)
{
	TCase *files = tcase_create("files");

	tcase_set_timeout(files, 60);
	tcase_add_test(files, an_object_without_an_init_function_is_no_extension);
	tcase_add_test(files, an_object_for_another_machine_is_refused);
	tcase_add_test(files, a_file_cut_anywhere_is_refused_or_read);
	tcase_add_test(files, only_what_is_needed_is_read_of_a_file);
	return files;
}

#ifdef __SANITIZE_ADDRESS__
static const bool sanitized = true;
#else
static const bool sanitized = false;
#endif

/* Sanitizers and valgrind need more memory than this leaves. */
static TCase *make_without_memory(void)
{
	TCase *limits = tcase_create("memory");

	tcase_set_tags(limits, "native");
	if (!sanitized)
		tcase_add_test(limits, without_memory_there_is_a_status);
	return limits;
}

Suite *collect_suite(void);

Suite *collect_suite(void)
{
	Suite *suite = suite_create("collect");
	TCase *extensions = tcase_create("extensions");

	tcase_set_timeout(extensions, 30);
	tcase_add_test(extensions, checks_and_import_array_make_it_dependent);
	tcase_add_test(extensions, checks_of_other_packages_do_not);
	tcase_add_loop_test(extensions, one_built_for_a_python_without_the_gil_says_so, 0,
			    2);
	tcase_add_test(extensions, an_extension_that_imports_nothing_does_not);
	tcase_add_test(extensions, code_that_cannot_be_followed_leaves_the_answer_open);
	tcase_add_test(extensions, the_one_that_provides_the_table_is_numpy_itself);
	tcase_add_test(extensions, checks_without_sizes_are_known_to_be_there);
	tcase_add_test(extensions, facts_of_an_earlier_object_are_cleared);
	suite_add_tcase(suite, extensions);
	suite_add_tcase(suite, make_files());
	suite_add_tcase(suite, make_without_memory());
	return suite;
}
