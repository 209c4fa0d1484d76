/* SPDX-License-Identifier: MIT
 *
 * The warning functions that stand in for CPython's in a watched extension.
 */
#ifndef NPABI_PRELOAD_HOOK_WARN_H
#define NPABI_PRELOAD_HOOK_WARN_H

#include "preload/watch.h"

/*
 * Points the slots by which WATCHED warns to the functions below.  False: it has
 * none, or they could not be rewritten.  Inside guard_enter, without the lock.
 */
bool hook_warn_install(struct watched *watched);

/*
 * Each calls the function that it stands in for and returns what that returns,
 * errors and errno included.  Before, a warning about sizes is noted in what is known
 * of the calling extension's outcome.  PyErr_WarnEx, PyErr_WarnFormat.
 */
int hook_warn_text(PyObject *category, const char *text, ptrdiff_t level);
int hook_warn_format(PyObject *category, ptrdiff_t level, const char *format, ...);

#endif
