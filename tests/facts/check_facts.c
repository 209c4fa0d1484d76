/* SPDX-License-Identifier: MIT
 *
 * Gives each extension that was compared with what is known of it a line in
 * Check's count.  The comparing is done by compare-facts, which leaves a table:
 * GROUP, NAME, STATE and words, with tabs between.  Usage: facts-check CASES
 * FIXTURES, the two tables.  Called by tests/facts/test_facts.
 */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX       4096
#define LINE_MAX_BYTES 4096

struct row {
	char *line; /* owned; the other fields point into it */
	const char *name, *state, *words;
};

struct table {
	struct row rows[ROWS_MAX];
	int count;
};

static struct table cases, fixtures;

static bool split_row(struct row *row)
{
	char *rest = row->line;

	rest[strcspn(rest, "\n")] = '\0';
	if (!strsep(&rest, "\t"))
		return false;
	row->name = strsep(&rest, "\t");
	row->state = strsep(&rest, "\t");
	row->words = rest;
	return row->name && row->state && row->words;
}

static void read_table(struct table *table, const char *path)
{
	static char line[LINE_MAX_BYTES];
	FILE *file = fopen(path, "r");

	if (!file) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	while (table->count < ROWS_MAX && fgets(line, sizeof(line), file)) {
		struct row *row = &table->rows[table->count++];

		row->line = strdup(line);
		if (!row->line || !split_row(row)) {
			fprintf(stderr, "%s: line %d is no row\n", path, table->count);
			exit(EXIT_FAILURE);
		}
	}
	fclose(file);
}

static int count_state(const struct table *table, const char *state)
{
	int found = 0;

	for (int i = 0; i < table->count; i++)
		found += strcmp(table->rows[i].state, state) == 0;
	return found;
}

static void print_counts(const char *title, const struct table *table)
{
	printf("%s: %d right, %d unknown, %d wrong\n", title, count_state(table, "right"),
	       count_state(table, "unknown"), count_state(table, "wrong"));
}

START_TEST(open_case_is_read_right)
{
	const struct row *row = &cases.rows[_i];

	ck_assert_msg(strcmp(row->state, "right") == 0, "%s is %s: %s", row->name,
		      row->state, row->words);
}
END_TEST

/* Where the code cannot be followed, "unknown" is an honest answer. */
START_TEST(fixture_is_not_read_wrong)
{
	const struct row *row = &fixtures.rows[_i];

	ck_assert_msg(strcmp(row->state, "wrong") != 0, "%s: %s", row->name, row->words);
}
END_TEST

START_TEST(something_was_compared)
{
	ck_assert_int_gt(cases.count + fixtures.count, 0);
}
END_TEST

static Suite *facts_suite(void)
{
	Suite *suite = suite_create("facts");
	TCase *tcase = tcase_create("real wheels and fixtures");

	tcase_add_test(tcase, something_was_compared);
	tcase_add_loop_test(tcase, open_case_is_read_right, 0, cases.count);
	tcase_add_loop_test(tcase, fixture_is_not_read_wrong, 0, fixtures.count);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(int argc, char **argv)
{
	SRunner *runner;
	int failed;

	if (argc != 3) {
		fprintf(stderr, "usage: %s CASES FIXTURES\n", argv[0]);
		return EXIT_FAILURE;
	}
	read_table(&cases, argv[1]);
	read_table(&fixtures, argv[2]);
	print_counts("open cases", &cases);
	print_counts("fixtures", &fixtures);
	runner = srunner_create(facts_suite());
	srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
