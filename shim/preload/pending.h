/* SPDX-License-Identifier: MIT
 *
 * The exception that is on its way in a Python thread: put aside while we look
 * at other things, and put into words.  The GIL is held in all of it; inside
 * guard_enter.
 */
#ifndef NPABI_PRELOAD_PENDING_H
#define NPABI_PRELOAD_PENDING_H

#include "base/textbuf.h"
#include "preload/cpython.h"

struct pending_error {
	PyObject *type, *value, *traceback; /* value alone where an exception is one */
};

/* Takes the pending exception, if any, out of the thread; it must be put back. */
void pending_take(const struct cpython_functions *functions,
		  struct pending_error *error_);

/* Makes it pending again, in place of what may be so by now. */
void pending_put_back(const struct cpython_functions *functions,
		      const struct pending_error *error);

/*
 * Appends the name of CLASS to NAME, if it is one that is written in C: of others
 * nothing is asked, since that may run Python code.
 */
void pending_name_class(const struct cpython_functions *functions, PyObject *class,
			struct npabi_textbuf *name);

/*
 * Appends the words that Python will show for ERROR, which was taken, to TYPE and
 * MESSAGE; nothing where they are not known without running Python code.
 */
void pending_describe(const struct cpython_functions *functions,
		      const struct pending_error *error, struct npabi_textbuf *type,
		      struct npabi_textbuf *message);

#endif
