/* SPDX-License-Identifier: MIT
 *
 * The per-thread flag and the lock.  No fork handlers and no pthread objects:
 * the lock word is the process id of the holder, so that a child of fork sees
 * that a lock held at that moment has no owner in it.  Called by all of
 * preload/.
 */
#include <errno.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "preload/guard.h"

/* A lock that is not to be had within 40 times 50 ms is left alone. */
#define WAITS_MAX	 40
#define WAIT_NANOSECONDS 50000000

/*
 * In the static block that the loader gives each thread: no call, no
 * allocation at first use.
 */
static __thread struct {
	bool inside;
	int error; /* errno on entry */
	const void *kept;
} thread_state __attribute__((tls_model("initial-exec")));

static struct {
	atomic_int holder;  /* process id, 0: free */
	atomic_int waiting; /* threads that want to be woken */
	atomic_uint inherited;
} lock_state;

bool guard_enter(void)
{
	if (thread_state.inside)
		return false;
	thread_state.inside = true;
	thread_state.error = errno;
	return true;
}

void guard_leave(void)
{
	errno = thread_state.error;
	thread_state.inside = false;
}

void guard_keep(const void *what)
{
	thread_state.kept = what;
}

const void *guard_kept(void)
{
	return thread_state.kept;
}

static void wait_for_change(int seen)
{
	struct timespec limit = {0, WAIT_NANOSECONDS};

	atomic_fetch_add(&lock_state.waiting, 1);
	syscall(SYS_futex, &lock_state.holder, FUTEX_WAIT, seen, &limit, NULL, 0);
	atomic_fetch_sub(&lock_state.waiting, 1);
}

/* One attempt; *holder_ is who has it, on failure. */
static bool try_lock(int self, int *holder_)
{
	*holder_ = 0;
	if (atomic_compare_exchange_strong(&lock_state.holder, holder_, self))
		return true;
	if (*holder_ == self ||
	    !atomic_compare_exchange_strong(&lock_state.holder, holder_, self))
		return false;
	atomic_fetch_add(&lock_state.inherited, 1);
	return true;
}

bool guard_lock(void)
{
	int self = getpid();
	int holder;

	for (int i = 0; i < WAITS_MAX; i++) {
		if (try_lock(self, &holder))
			return true;
		if (holder)
			wait_for_change(holder);
	}
	return false;
}

void guard_unlock(void)
{
	atomic_store(&lock_state.holder, 0);
	if (atomic_load(&lock_state.waiting)) /* in a fork child: of its parent's */
		syscall(SYS_futex, &lock_state.holder, FUTEX_WAKE, 1, NULL, NULL, 0);
}

unsigned guard_times_inherited(void)
{
	return atomic_load(&lock_state.inherited);
}
