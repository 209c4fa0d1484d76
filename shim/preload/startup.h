/* SPDX-License-Identifier: MIT
 *
 * From dormant to at work, or off.
 */
#ifndef NPABI_PRELOAD_STARTUP_H
#define NPABI_PRELOAD_STARTUP_H

#include <stdbool.h>

/*
 * The first call reads the settings and, unless they say off, finds CPython and
 * hooks it.  True when npabi is at work.  Inside guard_enter, without the lock.
 */
bool startup_run(void);

/* Hooks the interpreters that have come since; under the same conditions. */
void startup_hook_new(void);

/* Is it at work?  Never starts anything. */
bool startup_is_done(void);

#endif
