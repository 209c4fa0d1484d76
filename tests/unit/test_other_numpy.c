/* SPDX-License-Identifier: MIT
 *
 * other_numpy, targets: which of two NumPys on the path an extension meets.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "scan/other_numpy.h"
#include "scan/targets.h"
#include "support/temp_dir.h"

Suite *other_numpy_suite(void);

#define SYSTEM "usr/lib/python3/dist-packages"
#define LOCAL  "usr/local/lib/python3.11/dist-packages"
#define VENV   "v/lib/python3.11/site-packages"

static struct temp_dir dir;
static struct other_numpy other;
static struct targets targets;

static void setup(void)
{
	static const struct scan_arguments arguments;
	struct npabi_textbuf problem;
	char text[64];

	temp_dir_make(&dir);
	npabi_textbuf_init(&problem, text, sizeof(text));
	ck_assert(targets_init(&targets, &arguments, &problem));
}

static void teardown(void)
{
	targets_free(&targets);
	temp_dir_remove(&dir);
}

static void install(const char *root, const char *version)
{
	char name[128], text[64];

	snprintf(name, sizeof(name), "%s/numpy/version.py", root);
	snprintf(text, sizeof(text), "version = \"%s\"\n", version);
	temp_file(&dir, name, text);
}

static void make_environment(const char *sees_system)
{
	char text[512];

	snprintf(text, sizeof(text),
		 "home = %s\ninclude-system-site-packages = %s\nversion = 3.11.2\n",
		 temp_path(&dir, "usr/bin"), sees_system);
	temp_file(&dir, "v/pyvenv.cfg", text);
}

static void assert_other(const char *root, const char *version, bool first)
{
	ck_assert_str_eq(other.root, temp_path(&dir, root));
	ck_assert_str_eq(other.version, version);
	ck_assert_int_eq(other.first, first);
}

START_TEST(pips_comes_before_debians)
{
	install(SYSTEM, "1.24.2");
	install(LOCAL, "2.0.2");
	ck_assert(other_numpy(temp_path(&dir, SYSTEM), &other));
	assert_other(LOCAL, "2.0.2", true);
	ck_assert(other_numpy(temp_path(&dir, LOCAL), &other));
	assert_other(SYSTEM, "1.24.2", false);
}
END_TEST

START_TEST(an_environment_may_see_its_base)
{
	install(SYSTEM, "1.24.2");
	make_environment("true");
	ck_assert(other_numpy(temp_path(&dir, VENV), &other));
	assert_other(SYSTEM, "1.24.2", false);
	install(LOCAL, "2.0.2");
	ck_assert(other_numpy(temp_path(&dir, VENV), &other));
	assert_other(LOCAL, "2.0.2", false);
	make_environment("false");
	ck_assert(!other_numpy(temp_path(&dir, VENV), &other));
}
END_TEST

START_TEST(alone_is_alone)
{
	install(SYSTEM, "1.24.2");
	ck_assert(!other_numpy(temp_path(&dir, SYSTEM), &other));
	ck_assert(!other_numpy(temp_path(&dir, VENV), &other));
	ck_assert(!other_numpy("/", &other));
	ck_assert(!other_numpy("", &other));
}
END_TEST

/* The NumPy that an extension in the file NAME meets. */
static const struct target *find_beside(const char *name)
{
	static struct reading reading; /* too large for the stack */

	reading.path = temp_path(&dir, name);
	return targets_beside(&targets, NULL, &reading);
}

START_TEST(extensions_are_held_against_the_one_that_is_loaded)
{
	const struct target *system, *local;

	install(SYSTEM, "1.24.2");
	install(LOCAL, "2.0.2");
	system = find_beside(SYSTEM "/a.so");
	local = find_beside(LOCAL "/b.so");
	ck_assert_str_eq(system->runtime.numpy, "2.0.2");
	ck_assert_str_eq(system->place, temp_path(&dir, LOCAL));
	ck_assert_str_eq(system->hidden_root, temp_path(&dir, SYSTEM));
	ck_assert_str_eq(system->hidden_version, "1.24.2");
	ck_assert_str_eq(local->runtime.numpy, "2.0.2");
	ck_assert_ptr_null(local->place);
	ck_assert_str_eq(local->hidden_root, temp_path(&dir, SYSTEM));
	ck_assert_ptr_eq(local->shared, system);
}
END_TEST

START_TEST(an_environment_without_one_meets_its_bases)
{
	const struct target *target;

	install(SYSTEM, "1.24.2");
	make_environment("true");
	target = find_beside(VENV "/a.so");
	ck_assert_str_eq(target->runtime.numpy, "1.24.2");
	ck_assert_ptr_null(target->hidden_root);
}
END_TEST

/* The one in the wheel that the path begins with. */
static struct target *in_wheel(const char *path)
{
	static struct reading reading;

	reading.path = path;
	reading.wheel = strcspn(path, "!");
	return targets_beside(&targets, NULL, &reading);
}

START_TEST(what_is_counted_in_a_wheel_stays_until_the_end)
{
	struct target *first = in_wheel("a.whl!x.so");

	ck_assert_ptr_nonnull(first);
	first->range.count = 7;
	ck_assert_ptr_ne(in_wheel("a.whl.whl!x.so"), first);
	ck_assert_ptr_ne(in_wheel("b.whl!x.so"), first);
	ck_assert_ptr_eq(in_wheel("a.whl!y.so"), first);
	ck_assert_uint_eq(first->range.count, 7);
}
END_TEST

Suite *other_numpy_suite(void)
{
	Suite *suite = suite_create("other_numpy");
	TCase *places = tcase_create("places");

	tcase_add_checked_fixture(places, setup, teardown);
	tcase_add_test(places, pips_comes_before_debians);
	tcase_add_test(places, an_environment_may_see_its_base);
	tcase_add_test(places, alone_is_alone);
	tcase_add_test(places, extensions_are_held_against_the_one_that_is_loaded);
	tcase_add_test(places, an_environment_without_one_meets_its_bases);
	tcase_add_test(places, what_is_counted_in_a_wheel_stays_until_the_end);
	suite_add_tcase(suite, places);
	return suite;
}
