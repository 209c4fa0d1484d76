/* SPDX-License-Identifier: MIT
 *
 * interpreter: Python itself is no extension, and what to scan instead is where Python
 * says that its modules are.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "scan/interpreter.h"
#include "support/run_program.h"
#include "support/temp_dir.h"
#include "support/toolchain.h"

Suite *interpreter_suite(void);

#define OFFER "a Python interpreter, and no extension; to scan its modules: npabi scan"

static struct temp_dir dir;
static char text[2048];

static void setup(void)
{
	temp_dir_make(&dir);
}

static void teardown(void)
{
	temp_dir_remove(&dir);
}

static const char *describe(const char *path)
{
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, text, sizeof(text));
	interpreter_describe(path, &buf);
	return text;
}

/* What COMMAND prints, of one line, without its end; the caller frees the result. */
static const char *ask(const char *command, struct program_result *result)
{
	run_shell(command, result);
	ck_assert_msg(result->exit_code == 0, "%s", result->errors);
	result->output[strcspn(result->output, "\n")] = '\0';
	return result->output;
}

START_TEST(an_environment_is_offered)
{
	struct program_result made;
	char command[256], expected[256];

	snprintf(command, sizeof(command), "python3 -m venv --without-pip '%s/a b'",
		 dir.path);
	ask(command, &made);
	program_result_free(&made);
	ck_assert(interpreter_is(temp_path(&dir, "a b/bin/python")));
	snprintf(expected, sizeof(expected), OFFER " '%s/a b'", dir.path);
	ck_assert_str_eq(describe(temp_path(&dir, "a b/bin/python")), expected);
	ck_assert_str_eq(describe(temp_path(&dir, "a b/bin/../bin/python3")), expected);
}
END_TEST

START_TEST(elsewhere_its_modules_are_offered)
{
	struct program_result python, modules;
	const char *path = ask("python3 -c 'import sys; print(sys.executable)'", &python);
	const char *place = ask(
		"python3 -c 'import sysconfig; print(sysconfig.get_path(\"platlib\"))'",
		&modules);

	if (strstr(place, "/dist-packages")) /* Debian's, which has them in two places */
		place = "/usr/lib/python3/dist-packages";
	ck_assert(interpreter_is(path));
	ck_assert_int_eq(strncmp(describe(path), OFFER, strlen(OFFER)), 0);
	ck_assert_msg(strstr(text, place) != NULL, "no '%s' in: %s", place, text);
	program_result_free(&python);
	program_result_free(&modules);
}
END_TEST

START_TEST(a_program_that_holds_python_is_one)
{
	const char *path =
		build_object(&dir, "host", "",
			     "void *PyInit_pwd(void) { return (void *)0; }"
			     "int Py_IsInitialized(void) { return 0; }"
			     "void *PyImport_ImportModule(void) { return (void *)0; }");

	ck_assert_ptr_nonnull(path);
	ck_assert(interpreter_is(path));
	ck_assert_str_eq(describe(path), "a Python interpreter, and no extension");
}
END_TEST

START_TEST(an_extension_is_none)
{
	const char *path = build_object(
		&dir, "python.so", "",
		"extern int Py_IsInitialized(void); extern void *PyImport_ImportModule();"
		"void *PyInit_python(void) { Py_IsInitialized(); "
		"return PyImport_ImportModule(\"a\"); }");

	ck_assert_ptr_nonnull(path);
	ck_assert(!interpreter_is(path));
	ck_assert(!interpreter_is(temp_path(&dir, "nothing.so")));
}
END_TEST

static const struct {
	const char *name;
	bool is;
} names[] = {
	{"python", true},
	{"python3", true},
	{"/usr/bin/python3.11", true},
	{"x/python3.13t", true},
	{"python3.8-config", false},
	{"python3.so", false},
	{"ipython", false},
	{"pythonic", false},
	{"python/x", false},
};

START_TEST(a_name_tells_where_the_file_does_not)
{
	ck_assert_int_eq(interpreter_is(names[_i].name), names[_i].is);
}
END_TEST

Suite *interpreter_suite(void)
{
	Suite *suite = suite_create("interpreter");
	TCase *all = tcase_create("all");

	tcase_add_checked_fixture(all, setup, teardown);
	tcase_set_timeout(all, 60);
	tcase_add_test(all, an_environment_is_offered);
	tcase_add_test(all, elsewhere_its_modules_are_offered);
	tcase_add_test(all, a_program_that_holds_python_is_one);
	tcase_add_test(all, an_extension_is_none);
	tcase_add_loop_test(all, a_name_tells_where_the_file_does_not, 0,
			    (int)(sizeof(names) / sizeof(names[0])));
	suite_add_tcase(suite, all);
	return suite;
}
