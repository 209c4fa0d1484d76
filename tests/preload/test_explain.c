/* SPDX-License-Identifier: MIT
 *
 * npabi explain on what each interpreter really says of a mismatch: the numbers
 * are those of the running NumPy, the releases those that were compiled with and
 * that run.  Runs build/npabi.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "preload/interpreter.h"
#include "support/temp_dir.h"

Suite *explain_suite(void);

static struct temp_dir dir;
static struct program_result answer;

static void setup(void)
{
	temp_dir_make(&dir);
	memset(&answer, 0, sizeof(answer));
}

static void teardown(void)
{
	program_result_free(&answer);
	temp_dir_remove(&dir);
}

/* What the command says of TEXT; fails unless it is one explanation. */
static void explain(const char *text)
{
	char command[9000];

	temp_file(&dir, "said", text);
	snprintf(command, sizeof(command), "%s explain --format jsonl - <%s",
		 built_program("npabi"), temp_path(&dir, "said"));
	run_shell(command, &answer);
	ck_assert_msg(answer.exit_code == 0, "%s for: %s", answer.errors, text);
	ck_assert_msg(count_pieces(answer.output, "\"event\":\"explanation\"") == 1,
		      "%s for: %s", answer.output, text);
}

static const char *told(const char *member)
{
	return json_member(answer.output, member);
}

/* "1.19" of ".../numpy-1.19.5-cp39-..." as a number that compares, 119; 0: none. */
static int release_of(const char *path)
{
	const char *name = path ? strstr(path, "numpy-") : NULL;
	int major, minor;

	if (!name || sscanf(name, "numpy-%d.%d", &major, &minor) != 2)
		return 0;
	return major * 100 + minor;
}

/* Is RELEASE among LIST, as "1.7-1.9 or 2.0-2.5" has them? */
static bool is_listed(int release, const char *list)
{
	while (*list) {
		int major, minor, last_major, last_minor, length = 0;

		if (sscanf(list, "%d.%d%n", &major, &minor, &length) != 2)
			return false;
		last_major = major;
		last_minor = minor;
		list += length;
		if (*list == '-' &&
		    sscanf(list, "-%d.%d%n", &last_major, &last_minor, &length) == 2)
			list += length;
		if (release >= major * 100 + minor &&
		    release <= last_major * 100 + last_minor)
			return true;
		list += strncmp(list, " or ", 4) == 0 ? 4 : strlen(list);
	}
	return false;
}

/* The headers of the mismatched extensions; see HEADERS in tests/preload/prepare. */
static int headers_of(const struct interpreter *interpreter)
{
	return atoi(interpreter->version + 2) <= 9 ? 121 : 122;
}

/* Runs CODE without the library, which must fail; the caller frees the result. */
static void fail_in_python(struct run *run, const char *code,
			   struct program_result *result)
{
	run->code = code;
	run->without = true;
	run_python(run, result);
	ck_assert_msg(result->exit_code == 1, "%s", result->errors);
}

static void check_releases(const struct interpreter *interpreter)
{
	ck_assert_msg(is_listed(headers_of(interpreter), told("built_against")), "%s",
		      answer.output);
	ck_assert_msg(is_listed(release_of(interpreter->numpy), told("running")), "%s",
		      answer.output);
	ck_assert_str_eq(told("matters"), "yes");
	ck_assert_str_eq(told("module"), "explicit");
}

START_TEST(a_size_check_is_explained)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .site = interpreter->newer};
	struct program_result result;

	if (!has_newer(interpreter, "a_size_check_is_explained"))
		return;
	fail_in_python(&run, "import explicit", &result);
	explain(result.errors);
	ck_assert_str_eq(told("kind"), "size-changed");
	ck_assert_ptr_nonnull(strstr(last_line(result.errors), told("text")));
	check_releases(interpreter);
	program_result_free(&result);
}
END_TEST

START_TEST(an_old_cython_is_explained)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .site = interpreter->older};
	struct program_result result;

	if (!has_older(interpreter, "an_old_cython_is_explained"))
		return;
	fail_in_python(&run, "import explicit", &result);
	explain(result.errors);
	ck_assert_str_eq(told("kind"), "wrong-size");
	ck_assert_ptr_nonnull(strstr(last_line(result.errors), told("text")));
	check_releases(interpreter);
	program_result_free(&result);
}
END_TEST

START_TEST(our_own_record_and_pythons_words_are_one)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .site = interpreter->newer};
	struct program_result result;

	if (!has_newer(interpreter, "our_own_record_and_pythons_words_are_one"))
		return;
	run.code = "import explicit";
	run.settings[0] = "NPABI_FORMAT=text";
	run_python(&run, &result);
	ck_assert_ptr_nonnull(strstr(result.errors, "npabi["));
	explain(result.errors);
	ck_assert_str_eq(told("kind"), "size-changed");
	ck_assert_str_eq(told("count"), "2");
	check_releases(interpreter);
	program_result_free(&result);
}
END_TEST

START_TEST(our_own_rows_are_explained)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	int release = release_of(interpreter->numpy);
	struct program_result rows;
	char command[9000];

	if (!has_newer(interpreter, "our_own_rows_are_explained"))
		return;
	snprintf(command, sizeof(command), "%s scan --numpy %d.%d %s/explicit.*",
		 built_program("npabi"), release / 100, release % 100,
		 interpreter->newer);
	run_shell(command, &rows);
	ck_assert_int_eq(rows.exit_code, 1);
	explain(rows.output);
	ck_assert_str_eq(told("kind"), "size-changed");
	ck_assert_ptr_nonnull(strstr(told("file"), "/explicit."));
	ck_assert(is_listed(headers_of(interpreter), told("built_against")));
	ck_assert_ptr_null(strstr(told("built_against"), " or "));
	program_result_free(&rows);
}
END_TEST

START_TEST(what_pytest_shows_in_colours_is_explained)
{
	const struct interpreter *interpreter = interpreter_at(_i);
	struct run run = {.interpreter = interpreter, .without = true};
	struct program_result result;

	if (strcmp(interpreter->version, "3.11") != 0)
		return;
	if (!has_newer(interpreter, "what_pytest_shows_in_colours_is_explained") ||
	    !interpreter_has(interpreter, wheel_folder("pytest-8.3.4-py3-none-any.whl"),
			     "what_pytest_shows_in_colours_is_explained", "not fetched"))
		return;
	run.site = with_pytest(interpreter->newer);
	run.settings[0] = "PYTEST_DISABLE_PLUGIN_AUTOLOAD=1";
	run.arguments[0] = "-mpytest";
	run.arguments[1] = "--color=yes";
	run.arguments[2] = "-pno:cacheprovider";
	run.arguments[3] = temp_file(&dir, "test_it.py", "import explicit\n");
	run_python(&run, &result);
	ck_assert_ptr_nonnull(strstr(result.output, "\x1b["));
	explain(result.output);
	ck_assert_str_eq(told("kind"), "size-changed");
	check_releases(interpreter);
	program_result_free(&result);
}
END_TEST

Suite *explain_suite(void)
{
	Suite *suite = suite_create("explain");
	TCase *tcase = tcase_create("each interpreter");
	int count = interpreter_count();

	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, a_size_check_is_explained, 0, count);
	tcase_add_loop_test(tcase, an_old_cython_is_explained, 0, count);
	tcase_add_loop_test(tcase, our_own_record_and_pythons_words_are_one, 0, count);
	tcase_add_loop_test(tcase, our_own_rows_are_explained, 0, count);
	tcase_add_loop_test(tcase, what_pytest_shows_in_colours_is_explained, 0, count);
	suite_add_tcase(suite, tcase);
	return suite;
}
