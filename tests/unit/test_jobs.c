/* SPDX-License-Identifier: MIT
 *
 * jobs: every file once, in order, whatever the number of processes and whichever of
 * them dies.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scan/jobs.h"
#include "support/temp_dir.h"
#include "support/toolchain.h"

Suite *jobs_suite(void);

static struct temp_dir dir;
static struct walk walk;
static struct targets targets;
static struct examiner *examiner;
static char told[65536]; /* "<NAME: REASON>" of each file */

static void begin(void *context, size_t number)
{
	ck_assert_ptr_eq(context, told);
	ck_assert_uint_lt(number, walk.count);
	strcat(told, "<");
}

static void take(void *context, const struct reading *reading)
{
	ck_assert_ptr_eq(context, told);
	strcat(told, reading->path + strlen(dir.path) + 1);
	strcat(told, ": ");
	strcat(told, reading->reason);
}

static void end(void *context)
{
	ck_assert_ptr_eq(context, told);
	strcat(told, ">");
}

static void set_up(void)
{
	temp_dir_make(&dir);
	walk = (struct walk){0};
	told[0] = '\0';
	examiner = calloc(1, sizeof(*examiner));
	ck_assert_ptr_nonnull(examiner);
	*examiner = (struct examiner){
		.targets = &targets,
		.context = told,
		.take = take,
	};
}

static void tear_down(void)
{
	walk_free(&walk);
	examiner_close(examiner);
	free(examiner);
	temp_dir_remove(&dir);
}

static void run(unsigned count)
{
	const struct jobs jobs = {
		.walk = &walk,
		.count = count,
		.examiner = examiner,
		.begin = begin,
		.end = end,
	};

	ck_assert(walk_add(&walk, dir.path, 0, true));
	walk_sort(&walk);
	jobs_run(&jobs);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1); /* no process is left */
}

START_TEST(files_are_told_in_their_order)
{
	static const unsigned counts[] = {1, 2, 3, 16, 300};
	char expected[65536] = "", name[32];

	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "%03d.so", i);
		temp_file(&dir, name, "text");
		sprintf(expected + strlen(expected), "<%s: not an ELF file>", name);
	}
	run(counts[_i]);
	ck_assert_str_eq(told, expected);
}
END_TEST

START_TEST(a_file_that_is_repeated_is_left_out)
{
	temp_file(&dir, "a.so", "text");
	temp_file(&dir, "b.so", "text");
	ck_assert(walk_add(&walk, temp_path(&dir, "a.so"), 1, true));
	run((unsigned)_i);
	ck_assert_str_eq(told, "<a.so: not an ELF file><><b.so: not an ELF file>");
}
END_TEST

START_TEST(no_files_are_no_work)
{
	run((unsigned)_i);
	ck_assert_str_eq(told, "");
}
END_TEST

/* An extension whose reading kills its process: there is nothing to read targets from. */
static void add_deadly(const char *name)
{
	static const char source[] = "void *PyInit_m(void) { return (void *)0; }";

	ck_assert_ptr_nonnull(build_object(&dir, name, "", source));
	examiner->targets = NULL;
}

START_TEST(a_file_that_kills_its_process_takes_no_other_with_it)
{
	temp_file(&dir, "a.so", "text");
	add_deadly("b.so");
	temp_file(&dir, "c.so", "text");
	temp_file(&dir, "d.so", "text");
	run(2);
	ck_assert_str_eq(told, "<a.so: not an ELF file>"
			       "<b.so: the process that read it has died>"
			       "<c.so: not an ELF file><d.so: not an ELF file>");
}
END_TEST

START_TEST(files_that_a_dead_process_had_read_are_not_lost)
{
	char expected[65536] = "", name[32];

	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "%02d.so", i);
		if (i % 8 == 7) {
			add_deadly(name);
			sprintf(expected + strlen(expected),
				"<%s: the process that read it has died>", name);
		} else {
			temp_file(&dir, name, "text");
			sprintf(expected + strlen(expected), "<%s: not an ELF file>",
				name);
		}
	}
	run((unsigned)_i);
	ck_assert_str_eq(told, expected);
}
END_TEST

/* Only one more file can be opened, and a pipe needs two. */
START_TEST(one_process_reads_where_others_cannot_be_started)
{
	struct rlimit limit;
	int next = dup(0);

	temp_file(&dir, "a.so", "text");
	temp_file(&dir, "b.so", "text");
	close(next);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	ck_assert(walk_add(&walk, temp_path(&dir, "a.so"), 0, false));
	ck_assert(walk_add(&walk, temp_path(&dir, "b.so"), 0, false));
	limit.rlim_cur = (rlim_t)next + 1;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	jobs_run(&(struct jobs){.walk = &walk,
				.count = 2,
				.examiner = examiner,
				.begin = begin,
				.end = end});
	limit.rlim_cur = limit.rlim_max;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	ck_assert_str_eq(told, "<a.so: not an ELF file><b.so: not an ELF file>");
}
END_TEST

Suite *jobs_suite(void)
{
	Suite *suite = suite_create("jobs");
	TCase *order = tcase_create("order"), *deaths = tcase_create("deaths");

	tcase_add_checked_fixture(order, set_up, tear_down);
	tcase_add_loop_test(order, files_are_told_in_their_order, 0, 5);
	tcase_add_loop_test(order, a_file_that_is_repeated_is_left_out, 1, 3);
	tcase_add_loop_test(order, no_files_are_no_work, 1, 3);
	suite_add_tcase(suite, order);
	tcase_set_tags(deaths, "native"); /* valgrind would tell of each */
	tcase_add_checked_fixture(deaths, set_up, tear_down);
	tcase_add_test(deaths, a_file_that_kills_its_process_takes_no_other_with_it);
	tcase_add_loop_test(deaths, files_that_a_dead_process_had_read_are_not_lost, 2,
			    5);
	tcase_add_test(deaths, one_process_reads_where_others_cannot_be_started);
	suite_add_tcase(suite, deaths);
	return suite;
}
