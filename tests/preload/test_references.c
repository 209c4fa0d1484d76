/* SPDX-License-Identifier: MIT
 *
 * Reading NumPy out of the interpreter must leave all reference counts as they
 * were.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "preload/interpreter.h"
#include "preload/logged.h"

/*
 * Each copy is an extension of its own to the library, which asks NumPy for all
 * sizes; to Python it is a failed import, for want of an init function of that
 * name.  What is printed is how many references each load costs, rounded.
 */
static const char program[] =
	"import gc, importlib.machinery as m, numpy, os, shutil, sys\n"
	"folder, source = sys.argv[1:]\n"
	"things = [numpy, numpy.ndarray, numpy.dtype, numpy.flatiter, type, str, dict,\n"
	"          numpy.__version__, numpy.__file__, sys.modules, "
	"sys.modules['builtins'],\n"
	"          '__basicsize__', '__itemsize__', None, ImportError, 96, 80, 16]\n"
	"def load(number):\n"
	"    path = '%s/copy%d.so' % (folder, number)\n"
	"    shutil.copy(source, path)\n"
	"    try: m.ExtensionFileLoader('copy%d' % number, path).create_module(\n"
	"        m.ModuleSpec('copy%d' % number, None, origin=path))\n"
	"    except ImportError as e: assert 'init' in str(e).lower(), e\n"
	"    os.unlink(path)\n"
	"def count():\n"
	"    gc.collect(); return [sys.getrefcount(thing) for thing in things]\n"
	"for i in range(20): load(i)\n"
	"before = count()\n"
	"for i in range(20, 320): load(i)\n"
	"after = count()\n"
	"print([round((b - a) / 300.0) for a, b in zip(before, after)])\n";

START_TEST(reference_counts_stay_as_they_were)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct program_result with, without, found;
	struct run run = {.interpreter = interpreter};
	char command[1024];

	if (!has_newer(interpreter, "reference counts"))
		return;
	snprintf(command, sizeof(command), "echo %s/explicit.*", interpreter->newer);
	run_shell(command, &found);
	run.arguments[0] = temp_file(&log_dir, "program.py", program);
	run.arguments[1] = log_dir.path;
	run.arguments[2] = last_line(found.output);
	run.settings[0] = "NPABI_LEVEL=info";
	run.settings[1] = log_setting;
	run_python(&run, &with);
	run.without = true;
	run_python(&run, &without);
	ck_assert_str_eq(with.errors, "");
	ck_assert_str_eq(with.output, without.output);
	program_result_free(&with);
	program_result_free(&without);
	program_result_free(&found);
	/* all were looked at, and judged by what NumPy said */
	snprintf(command, sizeof(command), "grep -c 'error: .*copy' %s",
		 temp_path(&log_dir, "log"));
	run_shell(command, &found);
	ck_assert_int_eq(atoi(found.output), 320);
	program_result_free(&found);
}
END_TEST

Suite *references_suite(void);

Suite *references_suite(void)
{
	Suite *suite = suite_create("references");
	TCase *tcase = tcase_create("each interpreter");

	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, make_log_dir, remove_log_dir);
	tcase_add_loop_test(tcase, reference_counts_stay_as_they_were, 0,
			    interpreter_count());
	suite_add_tcase(suite, tcase);
	return suite;
}
