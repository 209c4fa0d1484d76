/* SPDX-License-Identifier: MIT
 *
 * html_summary: what a scan comes to, in sentences.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scan/html_summary.h"
#include "support/site_packages.h"

Suite *html_summary_suite(void);

static struct tally tally;
static struct targets targets;
static struct target one, other;
static struct html_summary summary;

static void name_target(struct target *target, const char *numpy, char *root)
{
	memset(target, 0, sizeof(*target));
	strcpy(target->runtime.numpy, numpy);
	target->root = root;
	target->in_table = true;
	target->shared = target;
}

static void setup(void)
{
	static char here[] = "/here", there[] = "/there";

	memset(&tally, 0, sizeof(tally));
	memset(&targets, 0, sizeof(targets));
	name_target(&one, "1.26.4", here);
	name_target(&other, "2.0.2", there);
	targets.beside = &one;
}

static void teardown(void)
{
	html_summary_free(&summary);
}

/* COUNT extensions of that verdict, on the first NumPy. */
static void count(enum verdict_kind kind, unsigned count)
{
	tally.extensions += count;
	tally.dependent += count;
	tally.all.of[kind] += count;
	tally.dependents[0].of[kind] += count;
}

static void name_numpys(unsigned number)
{
	targets.named = &one;
	one.next = number > 1 ? &other : NULL;
	one.root = other.root = NULL;
}

static void assert_lead(const char *lead, enum verdict_kind kind)
{
	html_summary_make(&summary, &tally, &targets);
	ck_assert_str_eq(summary.head.lead, lead);
	ck_assert_int_eq(summary.head.kind, kind);
}

static void assert_in(const char *const *lines, const char *line)
{
	while (*lines && strcmp(*lines, line) != 0)
		lines++;
	ck_assert_msg(*lines != NULL, "no '%s'", line);
}

static const struct {
	enum verdict_kind kind;
	unsigned count;
	const char *lead;
} leads[] = {
	{VERDICT_ERROR, 1, "1 extension will not import on NumPy 1.26.4"},
	{VERDICT_ERROR, 4, "4 extensions will not import on NumPy 1.26.4"},
	{VERDICT_UNSAFE, 2, "2 extensions may go wrong unnoticed on NumPy 1.26.4"},
	{VERDICT_WARN, 1, "Python will warn of 1 extension on NumPy 1.26.4"},
	{VERDICT_UNKNOWN, 3,
	 "What becomes of 3 extensions on NumPy 1.26.4 could not be told"},
	{VERDICT_OK, 1,
	 "The 1 extension that uses NumPy's C interface works on NumPy 1.26.4"},
	{VERDICT_OK, 9,
	 "All 9 extensions that use NumPy's C interface work on NumPy 1.26.4"},
};

START_TEST(the_worst_is_told_first)
{
	count(VERDICT_OK, leads[_i].kind != VERDICT_OK);
	count(leads[_i].kind, leads[_i].count);
	assert_lead(leads[_i].lead, leads[_i].kind);
}
END_TEST

START_TEST(an_error_is_worse_than_what_is_unsafe)
{
	count(VERDICT_UNSAFE, 5);
	tally.without = 2;
	count(VERDICT_ERROR, 1);
	assert_lead("1 extension will not import on NumPy 1.26.4, and 5 more may go "
		    "wrong unnoticed",
		    VERDICT_ERROR);
	assert_in(summary.head.remarks, "2 of them with no NumPy beside");
	assert_in(summary.head.remarks,
		  "6 extensions, 6 with NumPy's C interface: 1 error, 5 unsafe");
}
END_TEST

START_TEST(nothing_found_is_no_success)
{
	assert_lead("No extension modules were found", VERDICT_UNKNOWN);
}
END_TEST

START_TEST(without_numpys_interface_all_is_well)
{
	tally.extensions = tally.all.of[VERDICT_OK] = 7;
	assert_lead("Nothing here uses NumPy's C interface", VERDICT_OK);
}
END_TEST

START_TEST(without_a_numpy_that_is_what_is_told)
{
	targets.beside = NULL;
	count(VERDICT_UNKNOWN, 2);
	tally.without = 2;
	tally.range.count = 2;
	strcpy(tally.range.minimum, "1.20");
	strcpy(tally.range.below, "2.0");
	assert_lead("No NumPy is installed here", VERDICT_UNKNOWN);
	ck_assert_str_eq(summary.head.requirement, "numpy>=1.20,<2");
	assert_in(summary.head.remarks, "2 extensions, 2 with NumPy's C interface");
}
END_TEST

START_TEST(a_conflict_names_both_sides)
{
	count(VERDICT_ERROR, 2);
	tally.range.count = 2;
	strcpy(tally.range.minimum, "2.0");
	strcpy(tally.range.minimum_by, "new.one");
	strcpy(tally.range.below, "2.0");
	strcpy(tally.range.below_by, "old.one");
	html_summary_make(&summary, &tally, &targets);
	ck_assert_str_eq(summary.head.requirement, "");
	ck_assert_str_eq(summary.head.about, "no NumPy release works with all of them: "
					     "new.one needs >=2, old.one needs <2");
}
END_TEST

START_TEST(what_a_package_asks_for_narrows_the_range)
{
	struct temp_dir dir;
	char root[128];

	temp_dir_make(&dir);
	temp_file(&dir, SITE "a-1.dist-info/METADATA",
		  "Name: a\nVersion: 1\nRequires-Dist: numpy (<1.26)\n\n");
	snprintf(root, sizeof(root), "%s/lib/python3.11/site-packages", dir.path);
	one.root = root;
	count(VERDICT_OK, 1);
	tally.range.count = 1;
	strcpy(tally.range.minimum, "1.20");
	strcpy(tally.range.below, "2.0");
	html_summary_make(&summary, &tally, &targets);
	ck_assert_str_eq(summary.head.requirement, "numpy>=1.20,<1.26");
	ck_assert_str_eq(summary.head.about, "the ABI of these NumPy releases suits all "
					     "that use it; a 1 asks for numpy<1.26");
	temp_dir_remove(&dir);
}
END_TEST

START_TEST(several_environments_have_a_line_each)
{
	one.next = &other;
	one.range.count = other.range.count = tally.range.count = 1;
	strcpy(one.range.minimum, "1.20");
	count(VERDICT_ERROR, 1);
	assert_lead("1 extension will not import on the NumPy beside them",
		    VERDICT_ERROR);
	ck_assert_str_eq(summary.head.requirement, "");
	assert_in(summary.head.installed,
		  "NumPy 1.26.4 is in /here: numpy>=1.20 suits all there");
	assert_in(summary.head.installed, "NumPy 2.0.2 is in /there: no bound on the "
					  "NumPy release is known");
}
END_TEST

START_TEST(one_environment_is_a_remark)
{
	count(VERDICT_OK, 1);
	html_summary_make(&summary, &tally, &targets);
	assert_in(summary.head.remarks, "NumPy 1.26.4 is in /here");
	ck_assert_ptr_null(summary.head.installed[0]);
}
END_TEST

START_TEST(of_several_that_are_named_those_with_trouble_are_told)
{
	name_numpys(2);
	count(VERDICT_OK, 3);
	tally.dependents[1].of[VERDICT_OK] = 3;
	assert_lead("There is no trouble on any of the 2 NumPy releases", VERDICT_OK);
	html_summary_free(&summary);
	tally.all.of[VERDICT_ERROR] = tally.dependents[1].of[VERDICT_ERROR] = 2;
	assert_lead("There is trouble on NumPy 2.0.2", VERDICT_ERROR);
	assert_in(summary.head.remarks, "NumPy 1.26.4: 3 ok");
	assert_in(summary.head.remarks, "NumPy 2.0.2: 2 error, 3 ok");
}
END_TEST

START_TEST(one_that_is_named_is_told_as_if_it_were_there)
{
	name_numpys(1);
	targets.beside = &other;
	count(VERDICT_ERROR, 1);
	tally.left_out = 2;
	tally.known = 1;
	assert_lead("1 extension will not import on NumPy 1.26.4", VERDICT_ERROR);
	assert_in(summary.head.remarks, "2 more are NumPy's own and left out: another "
					"NumPy brings its own");
	assert_in(summary.head.remarks, "NumPy 1.26.4: 1 error");
	assert_in(summary.head.remarks, "1 finding is known by the baseline");
}
END_TEST

Suite *html_summary_suite(void)
{
	Suite *suite = suite_create("html_summary");
	TCase *all = tcase_create("all");

	tcase_add_checked_fixture(all, setup, teardown);
	tcase_add_loop_test(all, the_worst_is_told_first, 0,
			    (int)(sizeof(leads) / sizeof(leads[0])));
	tcase_add_test(all, an_error_is_worse_than_what_is_unsafe);
	tcase_add_test(all, nothing_found_is_no_success);
	tcase_add_test(all, without_numpys_interface_all_is_well);
	tcase_add_test(all, without_a_numpy_that_is_what_is_told);
	tcase_add_test(all, a_conflict_names_both_sides);
	tcase_add_test(all, what_a_package_asks_for_narrows_the_range);
	tcase_add_test(all, several_environments_have_a_line_each);
	tcase_add_test(all, one_environment_is_a_remark);
	tcase_add_test(all, of_several_that_are_named_those_with_trouble_are_told);
	tcase_add_test(all, one_that_is_named_is_told_as_if_it_were_there);
	suite_add_tcase(suite, all);
	return suite;
}
