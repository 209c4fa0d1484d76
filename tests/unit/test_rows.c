/* SPDX-License-Identifier: MIT
 *
 * rows: what a scan prints for people, and when in colour.
 */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scan/rows.h"

Suite *rows_suite(void);

static struct tally tally;
static struct targets targets;
static char *text;
static size_t text_size;
static FILE *output;

static void setup(void)
{
	memset(&tally, 0, sizeof(tally));
	memset(&targets, 0, sizeof(targets));
	text = NULL;
	output = open_memstream(&text, &text_size);
	ck_assert_ptr_nonnull(output);
}

static void teardown(void)
{
	fclose(output);
	free(text);
}

static void assert_printed(const char *words)
{
	fflush(output);
	ck_assert_msg(strstr(text, words) != NULL, "no '%s' in:\n%s", words, text);
}

START_TEST(a_conflict_names_both_sides)
{
	tally.range.count = 2;
	strcpy(tally.range.minimum, "2.0");
	strcpy(tally.range.minimum_by, "new.one");
	strcpy(tally.range.below, "2.0");
	strcpy(tally.range.below_by, "old.one");
	rows_print_summary(output, &tally, &targets);
	assert_printed(
		"npabi: no NumPy release works with all of them: new.one needs >=2, "
		"old.one needs <2\n");
}
END_TEST

/* The extensions of ROOT meet a NumPy in PLACE (NULL: there) that hides Debian's. */
static void print_hiding(char *root, char *place)
{
	static struct target target;

	target = (struct target){.root = root,
				 .place = place,
				 .in_table = true,
				 .runtime = {.numpy = "2.0.2"},
				 .hidden_root = "/usr/lib/python3/dist-packages",
				 .hidden_version = "1.24.2",
				 .shared = &target};
	targets.beside = &target;
	rows_print_summary(output, &tally, &targets);
}

START_TEST(a_numpy_that_hides_another_is_told)
{
	print_hiding("/usr/lib/python3/dist-packages",
		     "/usr/local/lib/python3.11/dist-packages");
	assert_printed(
		"npabi: NumPy 2.0.2 is in /usr/local/lib/python3.11/dist-packages, "
		"and is loaded before NumPy 1.24.2 in "
		"/usr/lib/python3/dist-packages\n");
}
END_TEST

START_TEST(modules_of_a_base_that_were_not_read_are_told)
{
	print_hiding("/venv/lib/python3.11/site-packages", NULL);
	assert_printed(
		"in /usr/lib/python3/dist-packages; the modules there were not held "
		"against it, see npabi scan --numpy 2.0.2 "
		"/usr/lib/python3/dist-packages\n");
}
END_TEST

START_TEST(the_range_that_suits_all_is_told)
{
	tally.range.count = 1;
	strcpy(tally.range.minimum, "1.20");
	rows_print_summary(output, &tally, &targets);
	assert_printed("npabi: the ABI of NumPy >=1.20 suits all that use it\n");
}
END_TEST

START_TEST(the_dependent_ones_add_up)
{
	tally.extensions = 9;
	tally.dependent = 5;
	tally.all.of[VERDICT_OK] = 7;
	tally.dependents[0].of[VERDICT_ERROR] = 2;
	tally.dependents[0].of[VERDICT_OK] = 3;
	rows_print_summary(output, &tally, &targets);
	assert_printed("npabi: 9 extensions, 5 with NumPy's C interface: 2 error, "
		       "0 unsafe, 0 warn, 0 unknown, 3 ok\n");
}
END_TEST

START_TEST(each_named_numpy_has_a_line)
{
	struct target newer = {.runtime = {.numpy = "2.0.2"}};
	struct target older = {.runtime = {.numpy = "1.26.4"}, .next = &newer};

	targets.named = &older;
	tally.extensions = 2;
	tally.dependent = 1;
	tally.dependents[0].of[VERDICT_OK] = 1;
	tally.dependents[1].of[VERDICT_ERROR] = 1;
	rows_print_summary(output, &tally, &targets);
	assert_printed(
		"npabi: 2 extensions, 1 with NumPy's C interface\n"
		"npabi: NumPy 1.26.4: 0 error, 0 unsafe, 0 warn, 0 unknown, 1 ok\n"
		"npabi: NumPy 2.0.2: 1 error, 0 unsafe, 0 warn, 0 unknown, 0 ok\n");
}
END_TEST

static const struct {
	const char *terminal, *no_color;
	bool on_terminal, wanted;
} colours[] = {
	{"xterm", NULL, true, true},   {"xterm", "", true, true},
	{"xterm", "1", true, false},   {"xterm", "0", true, false},
	{"dumb", NULL, true, false},   {NULL, NULL, true, false},
	{"xterm", NULL, false, false},
};

START_TEST(colour_is_for_terminals_that_want_it)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	const char *name;
	FILE *file;

	ck_assert_int_ge(master, 0);
	ck_assert(grantpt(master) == 0 && unlockpt(master) == 0);
	name = colours[_i].on_terminal ? ptsname(master) : "/dev/null";
	file = fopen(name, "w");
	ck_assert_ptr_nonnull(file);
	unsetenv("TERM");
	unsetenv("NO_COLOR");
	if (colours[_i].terminal)
		setenv("TERM", colours[_i].terminal, 1);
	if (colours[_i].no_color)
		setenv("NO_COLOR", colours[_i].no_color, 1);
	ck_assert_int_eq(rows_want_colour(file), colours[_i].wanted);
	fclose(file);
	close(master);
}
END_TEST

Suite *rows_suite(void)
{
	Suite *suite = suite_create("rows");
	TCase *rows = tcase_create("rows");

	tcase_add_checked_fixture(rows, setup, teardown);
	tcase_add_test(rows, a_conflict_names_both_sides);
	tcase_add_test(rows, a_numpy_that_hides_another_is_told);
	tcase_add_test(rows, modules_of_a_base_that_were_not_read_are_told);
	tcase_add_test(rows, the_range_that_suits_all_is_told);
	tcase_add_test(rows, the_dependent_ones_add_up);
	tcase_add_test(rows, each_named_numpy_has_a_line);
	tcase_add_loop_test(rows, colour_is_for_terminals_that_want_it, 0,
			    (int)(sizeof(colours) / sizeof(colours[0])));
	suite_add_tcase(suite, rows);
	return suite;
}
