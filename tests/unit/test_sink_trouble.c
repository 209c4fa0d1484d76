/* SPDX-License-Identifier: MIT
 *
 * sink: targets that cannot be had, are full, or whose reader is gone.  Each
 * costs records, and never the process that writes them more than a moment.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "support/sinks.h"

Suite *sink_trouble_suite(void);

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Puts a blocking pipe that is full to the brim in FD's place; its other end. */
static int fill_pipe(int fd)
{
	char page[4096] = {0};
	int ends[2];

	ck_assert_int_eq(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
	while (write(ends[1], page, sizeof(page)) > 0)
		;
	ck_assert_int_eq(fcntl(ends[1], F_SETFL, 0), 0);
	ck_assert_int_eq(dup2(ends[1], fd), fd);
	close(ends[1]);
	return ends[0];
}

START_TEST(a_closed_stderr_is_silence)
{
	close(STDERR_FILENO);
	sink_set(&sink, "stderr");
	ck_assert_int_eq(open(errors_path, O_WRONLY | O_CREAT, 0600), STDERR_FILENO);
	ck_assert(!put("one\n"));
	ck_assert_uint_eq(sink.dropped, 1);
	ck_assert_str_eq(errors(), "");
}
END_TEST

START_TEST(a_file_of_the_host_in_place_of_stderr_gets_no_complaint)
{
	close(STDERR_FILENO);
	sink_set(&sink, "/nowhere/at/all");
	ck_assert_int_eq(open(errors_path, O_WRONLY | O_CREAT, 0600), STDERR_FILENO);
	ck_assert(!put("one\n"));
	ck_assert_str_eq(errors(), "");
}
END_TEST

/* Targets that cannot be had: what to make first, what is told. */
static const struct {
	const char *target; /* NULL: in the test's directory */
	const char *cause;
} bad_targets[] = {
	{NULL, "it is a symbolic link"},
	{"/tmp", "it is a directory"},
	{"/nowhere/at/all/log", "no such file or directory"},
	{"/dev/null/log", "not a directory"},
	{"/dev/full", "no space left"},
};

START_TEST(a_bad_target_is_told_once)
{
	const char *target = bad_targets[_i].target;
	const char *text;
	char expected[256];

	keep_errors();
	if (!target) {
		target = temp_path(&sink_dir, "link");
		ck_assert_int_eq(symlink("log", target), 0);
	}
	sink_set(&sink, target);
	ck_assert(!put("one\n") && !put("two\n") && !put("three\n"));
	ck_assert_uint_eq(sink.dropped, 3);
	snprintf(expected, sizeof(expected), "npabi[%d]: the log %s cannot be ",
		 (int)getpid(), target);
	text = errors();
	ck_assert_int_eq(strncmp(text, expected, strlen(expected)), 0);
	ck_assert_ptr_nonnull(strstr(text, bad_targets[_i].cause));
	ck_assert_uint_eq(count(text, "\n"), 1);
	ck_assert_uint_eq(count(text, expected), 1);
}
END_TEST

START_TEST(what_is_urgent_goes_to_stderr_instead)
{
	static const char record[] = "the urgent one\n";
	const char *text, *place;

	keep_errors();
	sink_set(&sink, "/nowhere/at/all/log");
	ck_assert(!put("one\n"));
	ck_assert(sink_write_urgent(&sink, record, strlen(record)));
	ck_assert_uint_eq(sink.dropped, 1);
	text = errors();
	place = strstr(text, record);
	ck_assert_ptr_nonnull(place);
	ck_assert_uint_eq(count(text, "\n"), 2);
	/* what to do is told before */
	ck_assert(strstr(text, "set NPABI_LOG to ") < place);
}
END_TEST

START_TEST(what_is_urgent_goes_to_no_file_of_the_host)
{
	close(STDERR_FILENO);
	sink_set(&sink, "/nowhere/at/all");
	ck_assert_int_eq(open(errors_path, O_WRONLY | O_CREAT, 0600), STDERR_FILENO);
	ck_assert(!sink_write_urgent(&sink, "one\n", 4));
	ck_assert_str_eq(errors(), "");
}
END_TEST

START_TEST(what_is_urgent_goes_to_its_target_alone)
{
	keep_errors();
	sink_set(&sink, temp_path(&sink_dir, "log"));
	ck_assert(sink_write_urgent(&sink, "one\n", 4));
	ck_assert_str_eq(contents("log"), "one\n");
	ck_assert_str_eq(errors(), "");
}
END_TEST

START_TEST(a_target_that_comes_to_be_is_used)
{
	keep_errors();
	sink_set(&sink, temp_path(&sink_dir, "later/log"));
	ck_assert(!put("one\n"));
	ck_assert_int_eq(mkdir(temp_path(&sink_dir, "later"), 0700), 0);
	ck_assert(put("two\n"));
	ck_assert_str_eq(contents("later/log"), "two\n");
}
END_TEST

START_TEST(a_fifo_without_a_reader_does_not_stop_us)
{
	keep_errors();
	ck_assert_int_eq(mkfifo(temp_path(&sink_dir, "fifo"), 0600), 0);
	sink_set(&sink, temp_path(&sink_dir, "fifo"));
	ck_assert(!put("one\n"));
	ck_assert_ptr_nonnull(strstr(errors(), "nobody reads"));
}
END_TEST

START_TEST(a_reader_that_went_away_raises_no_signal)
{
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	close(ends[0]);
	close(ends[1]);
	sink_set(&sink, "stderr");
	ck_assert(!put("one\n"));
	ck_assert_uint_eq(sink.dropped, 1);
}
END_TEST

START_TEST(a_socket_without_a_peer_raises_no_signal)
{
	int ends[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	dup2(ends[1], STDERR_FILENO);
	close(ends[0]);
	close(ends[1]);
	sink_set(&sink, "stderr");
	ck_assert(!put("one\n"));
}
END_TEST

START_TEST(a_signal_that_the_host_held_back_stays_pending)
{
	sigset_t set;
	int ends[2];

	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	sigprocmask(SIG_BLOCK, &set, NULL);
	raise(SIGPIPE);
	ck_assert_int_eq(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	close(ends[0]);
	sink_set(&sink, "stderr");
	ck_assert(!put("one\n"));
	sigpending(&set);
	ck_assert(sigismember(&set, SIGPIPE));
}
END_TEST

START_TEST(the_file_size_limit_raises_no_signal)
{
	struct rlimit limit = {4, 4};
	int status;

	keep_errors();
	sink_set(&sink, temp_path(&sink_dir, "log"));
	/* in a child, as the test's own report is a file as well */
	if (fork() == 0) {
		setrlimit(RLIMIT_FSIZE, &limit);
		_exit(!put("too long for it\n") && !put("x\n") ? 0 : 1);
	}
	wait(&status);
	ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(a_full_pipe_delays_once_and_drops)
{
	int64_t start = now_ms();

	fill_pipe(STDERR_FILENO);
	sink_set(&sink, "stderr");
	for (int i = 0; i < 20; i++)
		ck_assert(!put("one\n"));
	ck_assert_uint_eq(sink.dropped, 20);
	ck_assert_int_lt(now_ms() - start, 1000);
}
END_TEST

START_TEST(the_pipe_of_the_host_stays_blocking)
{
	fill_pipe(STDERR_FILENO);
	sink_set(&sink, "stderr");
	ck_assert(!put("one\n"));
	ck_assert_int_eq(fcntl(STDERR_FILENO, F_GETFL) & O_NONBLOCK, 0);
}
END_TEST

START_TEST(a_full_socket_drops)
{
	int64_t start = now_ms();
	char page[4096] = {0};
	int ends[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	while (send(ends[1], page, sizeof(page), MSG_DONTWAIT) > 0)
		;
	dup2(ends[1], STDERR_FILENO);
	sink_set(&sink, "stderr");
	ck_assert(!put("one\n"));
	ck_assert_int_lt(now_ms() - start, 1000);
}
END_TEST

START_TEST(a_record_after_a_torn_one_starts_its_own_line)
{
	int reader = fill_pipe(STDERR_FILENO);
	static char big[32768], seen[1 << 18];
	size_t length = 0;
	ssize_t step;

	memset(big, 'x', sizeof(big) - 2);
	strcpy(big + sizeof(big) - 2, "\n");
	sink_set(&sink, "stderr");
	/* room for a part of the record only */
	ck_assert_int_eq(read(reader, seen, 8192), 8192);
	ck_assert(!put(big));
	while ((step = read(reader, seen, sizeof(seen))) > 0)
		;
	ck_assert(put("next\n"));
	while ((step = read(reader, seen + length, sizeof(seen) - length)) > 0)
		length += (size_t)step;
	ck_assert_uint_eq(length, 6);
	ck_assert_int_eq(memcmp(seen, "\nnext\n", 6), 0);
}
END_TEST

START_TEST(a_big_record_gets_through_a_pipe_that_is_read)
{
	static char big[32768], seen[sizeof(big)];
	size_t length = 0;
	int ends[2];
	ssize_t step;

	memset(big, 'x', sizeof(big) - 1);
	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_ge(fcntl(ends[1], F_SETPIPE_SZ, 4096), 4096);
	dup2(ends[1], STDERR_FILENO);
	close(ends[1]);
	if (fork() == 0) {
		sink_set(&sink, "stderr");
		_exit(put(big) ? 0 : 1);
	}
	close(STDERR_FILENO);
	while ((step = read(ends[0], seen + length, sizeof(seen) - length)) > 0)
		length += (size_t)step;
	ck_assert_uint_eq(length, sizeof(big) - 1);
	ck_assert_int_eq(memcmp(seen, big, length), 0);
}
END_TEST

Suite *sink_trouble_suite(void)
{
	Suite *suite = suite_create("sink_trouble");
	TCase *trouble = tcase_create("trouble");

	tcase_add_checked_fixture(trouble, sinks_setup, sinks_teardown);
	tcase_add_loop_test(trouble, a_bad_target_is_told_once, 0,
			    (int)(sizeof(bad_targets) / sizeof(bad_targets[0])));
	tcase_add_test(trouble, a_closed_stderr_is_silence);
	tcase_add_test(trouble, a_file_of_the_host_in_place_of_stderr_gets_no_complaint);
	tcase_add_test(trouble, what_is_urgent_goes_to_stderr_instead);
	tcase_add_test(trouble, what_is_urgent_goes_to_no_file_of_the_host);
	tcase_add_test(trouble, what_is_urgent_goes_to_its_target_alone);
	tcase_add_test(trouble, a_target_that_comes_to_be_is_used);
	tcase_add_test(trouble, a_fifo_without_a_reader_does_not_stop_us);
	tcase_add_test(trouble, a_reader_that_went_away_raises_no_signal);
	tcase_add_test(trouble, a_socket_without_a_peer_raises_no_signal);
	tcase_add_test(trouble, a_signal_that_the_host_held_back_stays_pending);
	tcase_add_test(trouble, the_file_size_limit_raises_no_signal);
	tcase_add_test(trouble, a_full_pipe_delays_once_and_drops);
	tcase_add_test(trouble, the_pipe_of_the_host_stays_blocking);
	tcase_add_test(trouble, a_full_socket_drops);
	tcase_add_test(trouble, a_record_after_a_torn_one_starts_its_own_line);
	tcase_add_test(trouble, a_big_record_gets_through_a_pipe_that_is_read);
	suite_add_tcase(suite, trouble);
	return suite;
}
