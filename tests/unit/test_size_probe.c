/* SPDX-License-Identifier: MIT
 *
 * facts/size_probe: size checks in the way of each Cython line, compiled by both
 * compilers at each level, inlined, cloned and not.  The expectations are the
 * constants in the source.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/size_probe.h"
#include "support/builds.h"
#include "support/fake_checks.h"
#include "support/reading.h"
#include "unit/suites.h"

/* Of which form 0.28 takes those with policy error and warn. */
static const struct fake_check many[] = {
	{"numpy", "dtype", 96, 8, FACTS_POLICY_IGNORE},
	{"numpy", "flatiter", 2632, 8, FACTS_POLICY_WARN},
	{"numpy", "broadcast", 560, 8, FACTS_POLICY_ERROR},
	{"numpy", "ndarray", 80, 8, FACTS_POLICY_IGNORE},
	{"numpy", "ufunc", 216, 8, FACTS_POLICY_WARN},
	{"numpy.random.mtrand", "State", 40, 8, FACTS_POLICY_ERROR},
	{"builtins", "type", 880, 8, FACTS_POLICY_WARN},
	{"package.inner", "Thing", 24, 8, FACTS_POLICY_ERROR},
};
#define MANY ((int)(sizeof(many) / sizeof(many[0])))

static const struct build ways[] = {
	{"gcc -x c", "-O0 -DHOW="},
	{"gcc -x c", "-O1 -DHOW="},
	{"gcc -x c", "-O2 -DHOW="},
	{"gcc -x c", "-O3 -DHOW="},
	{"gcc -x c", "-Os -DHOW="},
	{"gcc -x c", "-O2 '-DHOW=__attribute__((noinline,noclone))'"},
	{"gcc -x c", "-O2 -fno-plt -fcf-protection -DHOW=inline"},
	{"gcc -x c", "-O2 -fstack-protector-all '-DHOW=__attribute__((noinline))'"},
	{"gcc -x c", "-O2 '-DHOW=inline __attribute__((always_inline))'"},
	{"gcc -x c", "-O2 -DPy_GIL_DISABLED -DHOW="},
	{"clang -x c", "-O0 -DHOW="},
	{"clang -x c", "-O1 -DHOW="},
	{"clang -x c", "-O2 -DHOW="},
	{"clang -x c", "-O3 -fno-plt -DHOW="},
	{"clang -x c", "-O2 -DPy_GIL_DISABLED -DHOW="},
	{"clang -x c", "-O2 '-DHOW=inline __attribute__((always_inline))'"},
};
#define WAYS ((int)(sizeof(ways) / sizeof(ways[0])))

static struct builds builds;
static struct reading reading;

/* The checks at MANY that FORM can make, in order; how many. */
static int choose_checks(enum fake_form form, struct fake_check *checks_)
{
	int count = 0;

	for (int i = 0; i < MANY; i++)
		if (form != FAKE_0_28 || many[i].policy != FACTS_POLICY_IGNORE)
			checks_[count++] = many[i];
	return count;
}

/* For each form a function that makes all checks, and one that makes a single one. */
static void set_up(void)
{
	char *source = calloc(FAKE_SOURCE_MAX, 1), name[20];
	struct fake_check checks[MANY];

	strcpy(source, fake_python);
	strcat(source, fake_checkers);
	for (int form = 0; form < FAKE_FORMS; form++) {
		snprintf(name, sizeof(name), "many_%d", form);
		fake_checks_write(source, (enum fake_form)form, name, checks,
				  choose_checks((enum fake_form)form, checks));
		snprintf(name, sizeof(name), "single_%d", form);
		fake_checks_write(source, (enum fake_form)form, name, checks + 1, 1);
	}
	builds_make(&builds, ways, WAYS, source);
	free(source);
}

static void tear_down(void)
{
	builds_remove(&builds);
}

/* Follows function KIND of FORM in build NUMBER; false: that compiler is missing. */
static bool read_checks(int number, const char *kind, int form)
{
	char name[20];

	if (!builds_open(&builds, number, &reading.object))
		return false;
	reading_start(&reading);
	snprintf(name, sizeof(name), "%s_%d", kind, form);
	reading_follow(&reading, name);
	return true;
}

/* Any other size is an error there, whether or not the item size is added before. */
static bool items_do_not_matter(enum fake_form form, enum facts_policy policy)
{
	return form == FAKE_0_29_37 && policy == FACTS_POLICY_ERROR;
}

static void expect_checks(enum fake_form form, const struct fake_check *checks, int count)
{
	const struct facts *facts = &reading.facts;
	char type[160];

	for (int i = 0; i < count; i++) {
		snprintf(type, sizeof(type), "%s.%s", checks[i].package, checks[i].name);
		expect_check(facts, type, checks[i].size, checks[i].policy);
	}
	ck_assert_uint_eq(facts->check_count, (unsigned)count);
	for (unsigned i = 0; i < facts->check_count; i++) {
		const struct facts_size_check *check = &facts->checks[i];

		ck_assert_int_eq(check->wording, fake_wording(form, check->policy));
		if (!items_do_not_matter(form, check->policy))
			ck_assert_int_eq(check->item_size_counts,
					 fake_counts_items(form));
	}
	ck_assert(!reading.reader.flow.incomplete);
}

START_TEST(every_check_is_read_with_its_size_and_policy)
{
	struct fake_check checks[MANY];

	if (!read_checks(_i / FAKE_FORMS, "many", _i % FAKE_FORMS))
		return;
	expect_checks((enum fake_form)(_i % FAKE_FORMS), checks,
		      choose_checks((enum fake_form)(_i % FAKE_FORMS), checks));
	ck_assert(size_probe_is_complete(&reading.reader));
	reading_close(&reading);
}
END_TEST

/* Then its constants may be built into a copy of the checking function. */
START_TEST(a_check_that_is_the_only_one_is_read_as_well)
{
	struct fake_check checks[MANY];

	if (!read_checks(_i / FAKE_FORMS, "single", _i % FAKE_FORMS))
		return;
	choose_checks((enum fake_form)(_i % FAKE_FORMS), checks);
	expect_checks((enum fake_form)(_i % FAKE_FORMS), checks + 1, 1);
	reading_close(&reading);
}
END_TEST

START_TEST(each_check_is_found_at_a_place_in_the_code)
{
	if (!read_checks(_i, "many", FAKE_3_0))
		return;
	for (unsigned i = 0; i < reading.facts.check_count; i++)
		ck_assert(elf_is_code(&reading.object.image,
				      reading.facts.checks[i].address));
	reading_close(&reading);
}
END_TEST

/* --- what is no size check ------------------------------------------------------ */

static void expect_none(const char *source)
{
	for (int i = 0; i < 4; i++) {
		const char *compiler = i % 2 ? "clang -x c" : "gcc -x c";

		if (!reading_open(&reading, compiler, i < 2 ? "-O2" : "-O0", source))
			continue;
		reading_follow(&reading, "start");
		ck_assert_uint_eq(reading.facts.check_count, 0);
		reading_close(&reading);
	}
}

START_TEST(an_attribute_without_a_check_is_none)
{
	expect_none(
		"object *start(void) { object *m = PyImport_ImportModule(\"numpy\");\n"
		"object *o = m ? PyObject_GetAttrString(m, \"ndarray\") : 0;\n"
		"if (o && !is_type(o)) { PyErr_Format(PyExc_TypeError,\n"
		"\"%.200s.%.200s is not a type object\", \"numpy\", \"ndarray\");\n"
		"return 0; } return o; }\n");
}
END_TEST

START_TEST(another_message_about_a_size_is_none)
{
	expect_none(
		"object *start(void) { object *m = PyImport_ImportModule(\"numpy\");\n"
		"type *o = m ? (type *)PyObject_GetAttrString(m, \"ndarray\") : 0;\n"
		"if (o && o->basic_size < 80) { PyErr_Format(PyExc_ValueError,\n"
		"\"%s.%s is smaller than %zd (%zd)\", \"numpy\", \"ndarray\", 80l,\n"
		"o->basic_size); return 0; } return (object *)o; }\n");
}
END_TEST

/* A size that is only known at run time can be told by nobody. */
START_TEST(a_check_against_an_unknown_size_is_left_open)
{
	static const char source[] =
		"extern size_t measure(void);\n"
		"object *start(void) { object *m = PyImport_ImportModule(\"numpy\");\n"
		"return check_3_0(m, \"numpy\", \"ndarray\", measure(), 8, 1); }\n";
	char *text = calloc(FAKE_SOURCE_MAX, 1);

	strcpy(text, fake_checkers);
	strcat(text, source);
	if (reading_open(&reading, "gcc -x c", "-O2 -DHOW=", text)) {
		reading_follow(&reading, "start");
		ck_assert_uint_eq(reading.facts.check_count, 0);
		ck_assert(reading.reader.unresolved ||
			  !size_probe_is_complete(&reading.reader));
		reading_close(&reading);
	}
	free(text);
}
END_TEST

Suite *size_probe_suite(void);

Suite *size_probe_suite(void)
{
	Suite *suite = suite_create("size_probe");
	TCase *checks = tcase_create("checks"), *others = tcase_create("no checks");

	tcase_set_timeout(checks, 60);
	tcase_add_unchecked_fixture(checks, set_up, tear_down);
	tcase_add_loop_test(checks, every_check_is_read_with_its_size_and_policy, 0,
			    WAYS * FAKE_FORMS);
	tcase_add_loop_test(checks, a_check_that_is_the_only_one_is_read_as_well, 0,
			    WAYS * FAKE_FORMS);
	tcase_add_loop_test(checks, each_check_is_found_at_a_place_in_the_code, 0, WAYS);
	suite_add_tcase(suite, checks);
	tcase_set_timeout(others, 60);
	tcase_add_test(others, an_attribute_without_a_check_is_none);
	tcase_add_test(others, another_message_about_a_size_is_none);
	tcase_add_test(others, a_check_against_an_unknown_size_is_left_open);
	suite_add_tcase(suite, others);
	return suite;
}
