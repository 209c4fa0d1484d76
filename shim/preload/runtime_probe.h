/* SPDX-License-Identifier: MIT
 *
 * Reads the NumPy that runs, out of a running interpreter.
 */
#ifndef NPABI_PRELOAD_RUNTIME_PROBE_H
#define NPABI_PRELOAD_RUNTIME_PROBE_H

#include "facts/facts.h"
#include "preload/cpython.h"
#include "verdict/runtime.h"

enum probe_result {
	PROBE_NOTHING, /* no NumPy is imported, or Python must not be asked now */
	PROBE_PARTIAL, /* not all that FACTS ask of NumPy is there yet */
	PROBE_COMPLETE
};

/*
 * Fills RUNTIME, clearing it first, with what PYTHON has of NumPy at this moment
 * and with the sizes of the types that FACTS check.  Imports nothing, runs no
 * Python code, and leaves a pending exception as it was.  BY_INTERPRETER: it is
 * the interpreter that has called us, so that it holds the GIL; without it the
 * probe wants to see that this thread's own state is the current one, which
 * subinterpreters up to 3.11 cannot show.  Inside guard_enter, without the lock.
 */
enum probe_result runtime_probe(const struct cpython *python, bool by_interpreter,
				const struct facts *facts, struct runtime *runtime_);

#endif
