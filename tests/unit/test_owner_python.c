/* SPDX-License-Identifier: MIT
 *
 * owner_python: the interpreter of a directory of modules, as Python itself has it.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "facts/owner_python.h"
#include "support/run_program.h"
#include "support/temp_dir.h"

Suite *owner_python_suite(void);

#define MODULES "lib/python3.11/site-packages"

static struct temp_dir dir;
static char python[512];

static void setup(void)
{
	temp_dir_make(&dir);
}

static void teardown(void)
{
	temp_dir_remove(&dir);
}

/* The file NAME, which may be run. */
static const char *program(const char *name)
{
	const char *path = temp_file(&dir, name, "#!/bin/sh\n");

	ck_assert_int_eq(chmod(path, 0755), 0);
	return path;
}

/* Asks Python for its own path and for where it has its modules; both end in a newline.
 */
START_TEST(is_what_an_environments_python_says)
{
	char command[512], *modules, *end;
	struct program_result result;

	snprintf(command, sizeof(command),
		 "python3 -m venv --without-pip %s/v && %s/v/bin/python -c 'import sys, "
		 "sysconfig; print(sys.executable); "
		 "print(sysconfig.get_path(\"platlib\"))'",
		 dir.path, dir.path);
	run_shell(command, &result);
	ck_assert_msg(result.exit_code == 0, "%s", result.errors);
	modules = strchr(result.output, '\n');
	*modules++ = '\0';
	end = strchr(modules, '\n');
	*end = '\0';
	ck_assert(owner_python(modules, python, sizeof(python)));
	ck_assert_str_eq(python, result.output);
	program_result_free(&result);
}
END_TEST

START_TEST(elsewhere_it_has_the_name_of_the_folder)
{
	program("p/bin/python");
	ck_assert(!owner_python(temp_path(&dir, "p/" MODULES), python, sizeof(python)));
	ck_assert_str_eq(python, "");
	ck_assert_str_eq(program("p/bin/python3.11"),
			 temp_path(&dir, "p/bin/python3.11"));
	ck_assert(owner_python(temp_path(&dir, "p/" MODULES), python, sizeof(python)));
	ck_assert_str_eq(python, temp_path(&dir, "p/bin/python3.11"));
	ck_assert(owner_python(temp_path(&dir, "p/lib64/python3.11/site-packages"),
			       python, sizeof(python)));
}
END_TEST

START_TEST(debians_pip_puts_modules_elsewhere)
{
	if (access("/usr/bin/python3.11", X_OK) != 0) {
		fputs("skipped: there is no /usr/bin/python3.11\n", stderr);
		return;
	}
	ck_assert(owner_python("/usr/local/lib/python3.11/dist-packages", python,
			       sizeof(python)));
	ck_assert_str_eq(python, "/usr/bin/python3.11");
}
END_TEST

START_TEST(what_lies_otherwise_has_none)
{
	static const char *const places[] = {"",
					     "/",
					     "site-packages",
					     "/site-packages",
					     "python3/site-packages",
					     "p",
					     "p/lib/site-packages",
					     "lib/python3.11/site-packages"};

	program("p/bin/python3.11");
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		ck_assert(!owner_python(places[i], python, sizeof(python)));
	ck_assert(!owner_python(temp_path(&dir, "p/lib/python3.11/other"), python,
				sizeof(python)));
	ck_assert(owner_python(temp_path(&dir, "p/" MODULES), python, sizeof(python)));
	ck_assert(!owner_python(temp_path(&dir, "p/" MODULES), python, 8));
}
END_TEST

Suite *owner_python_suite(void)
{
	Suite *suite = suite_create("owner_python");
	TCase *layouts = tcase_create("layouts");

	tcase_add_checked_fixture(layouts, setup, teardown);
	tcase_add_test(layouts, is_what_an_environments_python_says);
	tcase_add_test(layouts, elsewhere_it_has_the_name_of_the_folder);
	tcase_add_test(layouts, debians_pip_puts_modules_elsewhere);
	tcase_add_test(layouts, what_lies_otherwise_has_none);
	suite_add_tcase(suite, layouts);
	return suite;
}
