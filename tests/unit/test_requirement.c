/* SPDX-License-Identifier: MIT
 *
 * requirement: which releases of NumPy a Requires-Dist header lets in, as the library
 * has it that pip reads such headers with.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "facts/requirement.h"
#include "support/run_program.h"
#include "support/temp_dir.h"

Suite *requirement_suite(void);

/* With, for the marker, the Python. */
static const struct {
	const char *text, *python;
} understood[] = {
	{"numpy>=1.21", "3.11"},
	{" numpy (>=1.7)", "3.11"},
	{"numpy<2.7,>=1.26.4", "3.11"},
	{"NumPy >=1.19.0", "3.11"},
	{"numpy (<2,>=1.20.3)", "3.11"},
	{"numpy ( >=1.18.5 , <1.25.0 )", "3.11"},
	{"numpy~=1.19.2", "3.8"},
	{"numpy ~= 1.19", "3.8"},
	{"numpy==1.21.0", "3.8"},
	{"numpy == 1.26.*", "3.8"},
	{"numpy==1.*", "3.8"},
	{"numpy===1.21.6", "3.8"},
	{"numpy>1.13.3", "3.8"},
	{"numpy>1.20", "3.8"},
	{"numpy<=1.26.4", "3.8"},
	{"numpy<=1.26", "3.8"},
	{"numpy<2.0.0.dev0", "3.11"},
	{"numpy<2.0rc1", "3.11"},
	{"numpy>=2.0.0rc1", "3.11"},
	{"numpy>2.0.0rc1", "3.11"},
	{"numpy<=2.0.0b1", "3.11"},
	{"numpy>=1.20,>=1.22,<3,<2", "3.11"},
	{"numpy<2", "3.11"},
	{"numpy<1.24;python_version<'3.12'", "3.11"},
	{"numpy<1.24;python_version<'3.12'", "3.12"},
	{"numpy>=1.26.0; python_version >= \"3.12\"", "3.11"},
	{"numpy>=1.26.0; python_version >= \"3.12\"", "3.13"},
	{"numpy (>=1.23.3) ; python_version > \"3.10\"", "3.10"},
	{"numpy (>=1.23.3) ; python_version > \"3.10\"", "3.11"},
	{"numpy>=1.23.2; python_version == \"3.11\"", "3.11"},
	{"numpy>=1.23.2; python_version != \"3.11\"", "3.11"},
	{"numpy>=1.23.2; python_version <= \"3.9\"", "3.10"},
	{"numpy (>=1.21.4) ; python_version >= \"3.10\" and platform_system == "
	 "\"Darwin\"",
	 "3.11"},
	{"numpy (>=1.19.3) ; python_version >= \"3.6\" and platform_system == \"Linux\" "
	 "and platform_machine == \"aarch64\"",
	 "3.11"},
	{"numpy>=1.22 ; sys_platform == 'linux' and os_name == 'posix'", "3.11"},
	{"numpy>=1.22 ; platform_machine != 'aarch64'", "3.11"},
	{"numpydoc>=1.8.0", "3.11"},
	{"numpy-quaternion<2", "3.11"},
	{"pandas>=2", "3.11"},
};

#define UNDERSTOOD ((int)(sizeof(understood) / sizeof(understood[0])))

/* Each line: requirement, Python, our bounds, parted by tabs. */
static const char judge[] =
	"import sys\n"
	"try: from pip._vendor.packaging.requirements import Requirement\n"
	"except ImportError: sys.exit(77)\n"
	"releases = ['1.%d' % m for m in range(7, 27)] + ['1.13.3', '1.13.4', '1.18.5',\n"
	"  '1.19.1', '1.19.2', '1.19.5', '1.20.1', '1.20.3', '1.21.5', '1.21.6', "
	"'1.23.2',\n"
	"  '1.26.3', '1.26.4', '2.0.0', '2.0.2', '2.1.0', '2.6', '2.7.0', '3.0']\n"
	"key = lambda r: ([int(x) for x in r.split('.')] + [0, 0])[:3]\n"
	"for line in open(sys.argv[1]):\n"
	"  text, python, low, high = line.rstrip('\\n').split('\\t')\n"
	"  q = Requirement(text.strip())\n"
	"  here = dict(python_version=python, sys_platform='linux', os_name='posix',\n"
	"    platform_system='Linux', platform_machine='x86_64')\n"
	"  asks = q.name.lower() == 'numpy' and (not q.marker or "
	"q.marker.evaluate(here))\n"
	"  for r in releases:\n"
	"    theirs = not asks or q.specifier.contains(r)\n"
	"    ours = (not low or key(r) >= key(low)) and (not high or key(r) < "
	"key(high))\n"
	"    assert ours == theirs, (text, python, low, high, r)\n";

START_TEST(it_lets_in_what_pip_lets_in)
{
	char lines[16384] = "", program[4096];
	const char *argv[] = {"python3", "-c", program, NULL, NULL};
	struct program_result judged;
	struct temp_dir dir;

	for (int i = 0; i < UNDERSTOOD; i++) {
		const char *text = understood[i].text, *python = understood[i].python;
		struct requirement found = {"", ""};

		requirement_read(text, strlen(text), python, &found);
		snprintf(lines + strlen(lines), sizeof(lines) - strlen(lines),
			 "%s\t%s\t%s\t%s\n", text, python, found.minimum, found.below);
	}
	temp_dir_make(&dir);
	argv[3] = temp_file(&dir, "lines", lines);
	snprintf(program, sizeof(program), "%s", judge);
	run_program(argv, &judged);
	if (judged.exit_code == 77)
		fputs("skipped: this Python has no pip\n", stderr);
	else
		ck_assert_msg(judged.exit_code == 0, "%.2000s", judged.errors);
	program_result_free(&judged);
	temp_dir_remove(&dir);
}
END_TEST

/* Nobody need have asked for an extra; the rest nobody here understands. */
static const char *const ignored[] = {
	"numpy>=2.0; extra == \"build\"",
	"numpy>=2.0; python_version >= '3.8' and extra == 'all'",
	"numpy>=2.0; extra == 'all' or python_version >= '3.8'",
	"numpy>=2.0; (python_version >= '3.8')",
	"numpy>=2.0; '3.8' <= python_version",
	"numpy>=2.0; python_version in '3.11 3.12'",
	"numpy>=2.0; python_version >= '3.8",
	"numpy>=2.0; python_version",
	"numpy>=2.0;",
	"numpy>=2.0; implementation_name == 'cpython'",
	"numpy[all]>=2.0",
	"numpy @ https://example.org/numpy.whl",
	"numpy (>=2.0",
	"numpy (>=2.0) x",
	"numpy",
	"numpy!=1.21.0",
	"numpy>=2.0.post1",
	"numpy>=1!2.0",
	"numpy>=1.2.3.4",
	"numpy>=99999",
	"numpy>=",
	"numpy~=2",
	"numpy~=2.*",
	"numpy==2.0rc1",
	"numpy>=2.*",
	"num",
	"",
};

START_TEST(what_is_not_understood_bounds_nothing)
{
	struct requirement found = {"kept", ""};

	ck_assert(!requirement_read(ignored[_i], strlen(ignored[_i]), "3.11", &found));
}
END_TEST

START_TEST(what_is_understood_of_it_still_counts)
{
	static const char text[] = "numpy!=1.21.0,<2,>=odd";
	struct requirement found;

	ck_assert(requirement_read(text, strlen(text), "", &found));
	ck_assert_str_eq(found.minimum, "");
	ck_assert_str_eq(found.below, "2.0");
}
END_TEST

START_TEST(without_a_python_a_marker_on_it_does_not_hold)
{
	static const char text[] = "numpy<2; python_version >= '3.8'";
	struct requirement found;

	ck_assert(!requirement_read(text, strlen(text), "", &found));
	ck_assert(requirement_read(text, strlen("numpy<2"), "", &found));
}
END_TEST

Suite *requirement_suite(void)
{
	Suite *suite = suite_create("requirement");
	TCase *all = tcase_create("all");

	tcase_set_timeout(all, 30);
	tcase_add_test(all, it_lets_in_what_pip_lets_in);
	tcase_add_loop_test(all, what_is_not_understood_bounds_nothing, 0,
			    (int)(sizeof(ignored) / sizeof(ignored[0])));
	tcase_add_test(all, what_is_understood_of_it_still_counts);
	tcase_add_test(all, without_a_python_a_marker_on_it_does_not_hold);
	suite_add_tcase(suite, all);
	return suite;
}
