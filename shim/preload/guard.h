/* SPDX-License-Identifier: MIT
 *
 * What keeps npabi out of its own way: a flag per thread, and the one lock.
 */
#ifndef NPABI_PRELOAD_GUARD_H
#define NPABI_PRELOAD_GUARD_H

#include <stdbool.h>

/*
 * Says that this thread does npabi's own work from here to guard_leave, and
 * keeps errno for then.  False when it does so already: the caller must then
 * pass on what it was asked, and not leave.
 */
bool guard_enter(void);
void guard_leave(void);

/*
 * One pointer for each thread, from a hook to what CPython calls next on the same
 * thread; NULL to begin with.  Here, since each thread-local object of a library
 * costs every process a relocation.
 */
void guard_keep(const void *what);
const void *guard_kept(void);

/*
 * The lock over all that preload/ remembers.  Taken inside guard_enter, held
 * for short work only, never across a call into Python or a hooked function.
 * Gives up after a while, and is taken from a thread that fork has left behind.
 * False: not held, stand down.  The lock is not recursive.
 */
bool guard_lock(void);
void guard_unlock(void);

/* How often the lock was taken from a thread that is no more. */
unsigned guard_times_inherited(void);

#endif
