/* SPDX-License-Identifier: MIT
 *
 * sink: where records end up, and that the process that writes them is none the
 * worse for it.  Each test runs in a process of its own, so that it may close
 * and replace the standard descriptors.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/sinks.h"

Suite *sink_suite(void);

static const struct {
	const char *text;
	bool valid;
	enum sink_kind kind;
	int fd;
} specifications[] = {
	{"stderr", true, SINK_STDERR, 2},
	{"/dev/stderr", true, SINK_STDERR, 2},
	{"stdout", true, SINK_STDOUT, 1},
	{"fd:1", true, SINK_FD, 1},
	{"fd:999", true, SINK_FD, -1}, /* not open */
	{"syslog", true, SINK_SYSLOG, -1},
	{"/tmp/x", true, SINK_FILE, -1},
	{"stderr.log", true, SINK_FILE, -1},
	{"", false, SINK_STDERR, 2},
	{"fd:", false, SINK_STDERR, 2},
	{"fd:x", false, SINK_STDERR, 2},
	{"fd:-1", false, SINK_STDERR, 2},
	{"fd:1x", false, SINK_STDERR, 2},
	{"fd:99999999999999999999", false, SINK_STDERR, 2},
};

START_TEST(a_specification_is_understood)
{
	ck_assert_int_eq(sink_set(&sink, specifications[_i].text),
			 specifications[_i].valid);
	ck_assert_int_eq(sink.kind, specifications[_i].kind);
	ck_assert_int_eq(sink.fd, specifications[_i].fd);
}
END_TEST

START_TEST(a_path_that_is_too_long_is_refused)
{
	char path[2000];

	memset(path, 'a', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	ck_assert(!sink_set(&sink, path));
	ck_assert_int_eq(sink.kind, SINK_STDERR);
}
END_TEST

START_TEST(a_file_is_made_private_and_appended_to)
{
	struct stat st;

	temp_file(&sink_dir, "log", "before\n");
	chmod(temp_path(&sink_dir, "log"), 0644);
	sink_set(&sink, temp_path(&sink_dir, "log"));
	ck_assert(put("one\n") && put("two\n"));
	ck_assert_str_eq(contents("log"), "before\none\ntwo\n");
	sink_set(&sink, temp_path(&sink_dir, "new"));
	ck_assert(put("one\n"));
	ck_assert_int_eq(stat(temp_path(&sink_dir, "new"), &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0600);
}
END_TEST

START_TEST(nothing_is_opened_before_the_first_record)
{
	sink_set(&sink, temp_path(&sink_dir, "log"));
	ck_assert_int_ne(access(temp_path(&sink_dir, "log"), F_OK), 0);
}
END_TEST

START_TEST(a_child_of_exec_does_not_get_the_file)
{
	sink_set(&sink, temp_path(&sink_dir, "log"));
	ck_assert(put("one\n"));
	ck_assert_int_eq(fcntl(sink.fd, F_GETFD), FD_CLOEXEC);
}
END_TEST

START_TEST(names_in_the_path_are_replaced)
{
	char expected[256], host[128];

	gethostname(host, sizeof(host));
	snprintf(expected, sizeof(expected), "log-%d-%s-%%-%%x-%%", (int)getpid(), host);
	sink_set(&sink, temp_path(&sink_dir, "log-%p-%h-%%-%x-%"));
	ck_assert(put("one\n"));
	ck_assert_str_eq(contents(expected), "one\n");
}
END_TEST

START_TEST(a_forked_child_gets_a_file_of_its_own)
{
	char name[64];
	int status;
	pid_t child;

	sink_set(&sink, temp_path(&sink_dir, "log-%p"));
	ck_assert(put("parent\n"));
	child = fork();
	if (child == 0)
		_exit(put("child\n") ? 0 : 1);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	snprintf(name, sizeof(name), "log-%d", (int)child);
	ck_assert_str_eq(contents(name), "child\n");
	ck_assert(put("parent\n"));
	snprintf(name, sizeof(name), "log-%d", (int)getpid());
	ck_assert_str_eq(contents(name), "parent\nparent\n");
}
END_TEST

START_TEST(a_forked_child_shares_a_file_without_a_process_in_its_name)
{
	int fd, status;

	sink_set(&sink, temp_path(&sink_dir, "log%%p"));
	ck_assert(put("parent\n"));
	fd = sink.fd;
	if (fork() == 0)
		_exit(put("child\n") && sink.fd == fd ? 0 : 1);
	wait(&status);
	ck_assert_int_eq(status, 0);
	ck_assert_str_eq(contents("log%p"), "parent\nchild\n");
}
END_TEST

START_TEST(the_standard_numbers_stay_free)
{
	keep_errors();
	close(0);
	close(1);
	close(2);
	sink_set(&sink, temp_path(&sink_dir, "log"));
	ck_assert(put("one\n"));
	ck_assert_int_gt(sink.fd, 2);
	ck_assert_int_eq(open("/dev/null", O_RDWR), 0);
	ck_assert_int_eq(open("/dev/null", O_RDWR), 1);
}
END_TEST

START_TEST(a_low_limit_of_descriptors_is_enough)
{
	struct rlimit limit = {64, 64};

	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	close(0);
	sink_set(&sink, temp_path(&sink_dir, "log"));
	ck_assert(put("one\n"));
	ck_assert_int_gt(sink.fd, 2);
}
END_TEST

START_TEST(a_host_that_closes_everything_keeps_its_files_clean)
{
	int fd;

	sink_set(&sink, temp_path(&sink_dir, "log"));
	ck_assert(put("one\n"));
	close(sink.fd);
	fd = open(temp_path(&sink_dir, "data"), O_WRONLY | O_CREAT, 0600);
	ck_assert_int_eq(dup2(fd, sink.fd), sink.fd);
	ck_assert(put("two\n"));
	ck_assert_str_eq(contents("data"), "");
	ck_assert_str_eq(contents("log"), "one\ntwo\n");
}
END_TEST

START_TEST(a_descriptor_that_became_another_file_is_left_alone)
{
	int fd = open(temp_path(&sink_dir, "log"), O_WRONLY | O_CREAT, 0600);
	int other = open(temp_path(&sink_dir, "data"), O_WRONLY | O_CREAT, 0600);
	char specification[32];

	keep_errors();
	snprintf(specification, sizeof(specification), "fd:%d", fd);
	sink_set(&sink, specification);
	ck_assert(put("one\n"));
	dup2(other, fd);
	ck_assert(!put("two\n"));
	ck_assert_str_eq(contents("data"), "");
	ck_assert_str_eq(contents("log"), "one\n");
}
END_TEST

START_TEST(errno_is_kept)
{
	keep_errors();
	sink_set(&sink, "/nowhere/at/all");
	errno = ENOTTY;
	ck_assert(!put("one\n"));
	ck_assert_int_eq(errno, ENOTTY);
}
END_TEST

static void *put_many(void *line)
{
	for (int i = 0; i < 200; i++)
		put(line);
	return NULL;
}

START_TEST(threads_write_whole_lines_to_one_file)
{
	static char lines[4][16] = {"aaaaaaaa\n", "bbbbbbbb\n", "cccccccc\n",
				    "dddddddd\n"};
	pthread_t threads[4];
	const char *text;

	sink_set(&sink, temp_path(&sink_dir, "log"));
	for (unsigned i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, put_many, lines[i]);
	for (unsigned i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	ck_assert_uint_eq(sink.dropped, 0);
	text = contents("log");
	for (unsigned i = 0; i < 4; i++)
		ck_assert_uint_eq(count(text, lines[i]), 200);
	ck_assert_uint_eq(strlen(text), 800 * 9);
}
END_TEST

START_TEST(a_fork_during_anothers_write_does_not_lock_the_child_out)
{
	int status;

	sink_set(&sink, temp_path(&sink_dir, "log"));
	sink.busy = getpid(); /* as a thread that is inside would leave it */
	if (fork() == 0)
		_exit(put("child\n") ? 0 : 1);
	wait(&status);
	ck_assert_int_eq(status, 0);
}
END_TEST

Suite *sink_suite(void)
{
	Suite *suite = suite_create("sink");
	TCase *files = tcase_create("files");
	TCase *sharing = tcase_create("sharing");
	TCase *limits = tcase_create("limits");

	tcase_add_checked_fixture(files, sinks_setup, sinks_teardown);
	tcase_add_loop_test(files, a_specification_is_understood, 0,
			    (int)(sizeof(specifications) / sizeof(specifications[0])));
	tcase_add_test(files, a_path_that_is_too_long_is_refused);
	tcase_add_test(files, a_file_is_made_private_and_appended_to);
	tcase_add_test(files, nothing_is_opened_before_the_first_record);
	tcase_add_test(files, a_child_of_exec_does_not_get_the_file);
	tcase_add_test(files, names_in_the_path_are_replaced);
	tcase_add_test(files, errno_is_kept);
	suite_add_tcase(suite, files);

	tcase_add_checked_fixture(sharing, sinks_setup, sinks_teardown);
	tcase_add_test(sharing, a_forked_child_gets_a_file_of_its_own);
	tcase_add_test(sharing,
		       a_forked_child_shares_a_file_without_a_process_in_its_name);
	tcase_add_test(sharing, the_standard_numbers_stay_free);
	tcase_add_test(sharing, a_host_that_closes_everything_keeps_its_files_clean);
	tcase_add_test(sharing, a_descriptor_that_became_another_file_is_left_alone);
	tcase_add_test(sharing, threads_write_whole_lines_to_one_file);
	tcase_add_test(sharing, a_fork_during_anothers_write_does_not_lock_the_child_out);
	suite_add_tcase(suite, sharing);

	/* valgrind keeps the upper descriptors for itself */
	tcase_set_tags(limits, "native");
	tcase_add_checked_fixture(limits, sinks_setup, sinks_teardown);
	tcase_add_test(limits, a_low_limit_of_descriptors_is_enough);
	suite_add_tcase(suite, limits);
	return suite;
}
