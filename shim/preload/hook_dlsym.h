/* SPDX-License-Identifier: MIT
 *
 * The dlsym that stands in for the C library's in the interpreter.
 */
#ifndef NPABI_PRELOAD_HOOK_DLSYM_H
#define NPABI_PRELOAD_HOOK_DLSYM_H

#include "preload/cpython.h"

/*
 * Points the dlsym slots of PYTHON to hook_dlsym.  A static text that says what
 * came of it, NULL when they were so before.  Inside guard_enter, without the
 * lock.
 */
const char *hook_dlsym_install(struct cpython *python);

/*
 * Inspects the extension behind HANDLE if NAME is that of an init function, then
 * passes the call on, its caller as it was.  For an extension whose outcome is
 * watched: a function that calls what was found; for one that must not run, one that
 * says so instead.
 */
void *hook_dlsym(void *handle, const char *name);

#endif
