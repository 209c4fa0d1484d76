/* SPDX-License-Identifier: MIT
 *
 * From dormant to at work, or off.
 */
#ifndef NPABI_PRELOAD_STARTUP_H
#define NPABI_PRELOAD_STARTUP_H

#include <stdbool.h>

/*
 * The first call reads the settings and, unless they say off, finds CPython and
 * hooks it; later ones do nothing.  Inside guard_enter, without the lock.
 */
void startup_run(void);

/*
 * Looks for interpreters that have come since, and hooks them if npabi is at
 * work; under the same conditions.
 */
void startup_look_again(void);

/* Is it at work?  Never starts anything. */
bool startup_is_done(void);

#endif
