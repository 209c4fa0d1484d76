/* SPDX-License-Identifier: MIT
 *
 * Refusing an extension, where NPABI_STRICT asks for it: instead of what it
 * would do, an ImportError says why.
 */
#ifndef NPABI_PRELOAD_REFUSE_H
#define NPABI_PRELOAD_REFUSE_H

#include "preload/cpython.h"
#include "preload/workspace.h"

/* Made once for an extension, and kept as long as the process. */
struct refusal {
	char text[8192]; /* of the exception, UTF-8 */
};

/*
 * The refusal of the extension at PATH, by the facts, the verdict and the run
 * time in WORKSPACE; NULL: it may run, since its verdict allows it, nobody has
 * asked for strictness, or PYTHON lacks what it takes, which is noted.  Inside
 * guard_enter, without the lock.
 */
const struct refusal *refuse_judged(struct workspace *workspace,
				    const struct cpython *python, const char *path);

/*
 * The init function that CPython is to be given: it raises what REFUSAL says.  To be
 * called next on this thread, as CPython does.
 */
void *refuse_init(const struct refusal *refusal);

/*
 * Raises what REFUSAL says in PYTHON in place of returning MODULE (NULL: none), whose
 * reference it drops.  Always NULL.  The GIL is held; outside guard_enter.
 */
PyObject *refuse_import(const struct cpython *python, const struct refusal *refusal,
			PyObject *module);

#endif
