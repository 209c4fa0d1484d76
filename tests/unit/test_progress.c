/* SPDX-License-Identifier: MIT
 *
 * progress: shown on a terminal only, late, and taken away without a trace.
 */
#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "scan/progress.h"

Suite *progress_suite(void);

static int reader; /* what stderr is read from */

/* Makes FD standard error. */
static void become_stderr(int fd)
{
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(dup2(fd, STDERR_FILENO), STDERR_FILENO);
	close(fd);
}

static void use_terminal(const char *kind)
{
	reader = posix_openpt(O_RDWR | O_NOCTTY);
	ck_assert_int_ge(reader, 0);
	ck_assert(grantpt(reader) == 0 && unlockpt(reader) == 0);
	become_stderr(open(ptsname(reader), O_RDWR | O_NOCTTY));
	if (kind)
		setenv("TERM", kind, 1);
	else
		unsetenv("TERM");
}

static void use_pipe(void)
{
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	reader = ends[0];
	become_stderr(ends[1]);
	setenv("TERM", "xterm", 1);
}

/* All that has been written so far. */
static const char *written(void)
{
	static char text[4096];
	ssize_t length;

	ck_assert_int_eq(fcntl(reader, F_SETFL, O_NONBLOCK), 0);
	length = read(reader, text, sizeof(text) - 1);
	text[length > 0 ? length : 0] = '\0';
	return text;
}

static void show_later(struct progress *progress)
{
	progress_start(progress);
	progress_show(progress, 1, 9);
	usleep(600000);
	progress_show(progress, 2, 9);
	progress_show(progress, 3, 9);
}

START_TEST(a_terminal_sees_it_after_a_while)
{
	struct progress progress;

	use_terminal("xterm");
	show_later(&progress);
	ck_assert_str_eq(written(), "\r\x1b[Knpabi: 2 of 9 files");
}
END_TEST

START_TEST(it_is_wiped_once)
{
	struct progress progress;

	use_terminal("xterm");
	show_later(&progress);
	written();
	progress_clear(&progress);
	ck_assert_str_eq(written(), "\r\x1b[K");
	progress_clear(&progress);
	ck_assert_str_eq(written(), "");
}
END_TEST

START_TEST(a_short_scan_shows_nothing)
{
	struct progress progress;

	use_terminal("xterm");
	progress_start(&progress);
	progress_show(&progress, 1, 9);
	progress_clear(&progress);
	ck_assert_str_eq(written(), "");
}
END_TEST

START_TEST(a_terminal_that_cannot_wipe_shows_nothing)
{
	struct progress progress;

	use_terminal(_i ? "dumb" : NULL);
	show_later(&progress);
	progress_clear(&progress);
	ck_assert_str_eq(written(), "");
}
END_TEST

START_TEST(a_pipe_sees_nothing)
{
	struct progress progress;

	use_pipe();
	show_later(&progress);
	progress_clear(&progress);
	ck_assert_str_eq(written(), "");
}
END_TEST

Suite *progress_suite(void)
{
	Suite *suite = suite_create("progress");
	TCase *lines = tcase_create("lines");

	tcase_add_test(lines, a_terminal_sees_it_after_a_while);
	tcase_add_test(lines, it_is_wiped_once);
	tcase_add_test(lines, a_short_scan_shows_nothing);
	tcase_add_loop_test(lines, a_terminal_that_cannot_wipe_shows_nothing, 0, 2);
	tcase_add_test(lines, a_pipe_sees_nothing);
	suite_add_tcase(suite, lines);
	return suite;
}
