/* SPDX-License-Identifier: MIT
 *
 * The per-thread flag and the lock, with threads and across fork.
 */
#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "preload/guard.h"

static void *enter_elsewhere(void *entered_)
{
	*(bool *)entered_ = guard_enter();
	if (*(bool *)entered_)
		guard_leave();
	return NULL;
}

static void run_thread(void *(*function)(void *), void *data)
{
	pthread_t thread;

	ck_assert_int_eq(pthread_create(&thread, NULL, function, data), 0);
	pthread_join(thread, NULL);
}

START_TEST(a_thread_enters_once)
{
	bool elsewhere = false;

	ck_assert(guard_enter());
	ck_assert(!guard_enter());
	run_thread(enter_elsewhere, &elsewhere);
	ck_assert(elsewhere);
	guard_leave();
	ck_assert(guard_enter());
	guard_leave();
}
END_TEST

START_TEST(errno_is_as_it_was)
{
	errno = ERANGE;
	ck_assert(guard_enter());
	errno = EINVAL;
	guard_leave();
	ck_assert_int_eq(errno, ERANGE);
}
END_TEST

static struct {
	int inside, most;
} counted;

static void *lock_often(void *unused)
{
	for (int i = 0; i < 2000; i++) {
		if (!guard_lock())
			continue;
		if (++counted.inside > counted.most)
			counted.most = counted.inside;
		counted.inside--;
		guard_unlock();
	}
	return unused;
}

START_TEST(one_thread_at_a_time_has_the_lock)
{
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, lock_often, NULL), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	ck_assert_int_eq(counted.most, 1);
}
END_TEST

static void *try_to_lock(void *locked_)
{
	*(bool *)locked_ = guard_lock();
	return NULL;
}

START_TEST(a_lock_that_is_not_given_back_is_given_up)
{
	bool locked = true;

	ck_assert(guard_lock());
	run_thread(try_to_lock, &locked);
	ck_assert(!locked);
	guard_unlock();
	run_thread(try_to_lock, &locked);
	ck_assert(locked);
}
END_TEST

START_TEST(a_fork_child_takes_a_lock_that_nobody_in_it_has)
{
	int status;
	pid_t child;

	ck_assert(guard_lock());
	child = fork();
	if (child == 0) {
		if (!guard_lock() || guard_times_inherited() != 1)
			_exit(1);
		guard_unlock();
		_exit(guard_lock() ? 0 : 2);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	ck_assert_uint_eq(guard_times_inherited(), 0);
	guard_unlock();
}
END_TEST

Suite *guard_suite(void);

Suite *guard_suite(void)
{
	Suite *suite = suite_create("guard");
	TCase *tcase = tcase_create("guard");

	tcase_set_timeout(tcase, 30);
	tcase_add_test(tcase, a_thread_enters_once);
	tcase_add_test(tcase, errno_is_as_it_was);
	tcase_add_test(tcase, one_thread_at_a_time_has_the_lock);
	tcase_add_test(tcase, a_lock_that_is_not_given_back_is_given_up);
	tcase_add_test(tcase, a_fork_child_takes_a_lock_that_nobody_in_it_has);
	suite_add_tcase(suite, tcase);
	return suite;
}
