/* SPDX-License-Identifier: MIT
 *
 * Extensions whose verdict on NumPy 2.0.2 is known from how they are written, for the
 * tests of the command.
 */
#ifndef NPABI_TESTS_JUDGED_H
#define NPABI_TESTS_JUDGED_H

#include "verdict/verdict.h"

#define JUDGED_NUMPY "2.0.2"

/*
 * Makes the file NAME in the directory of the test's command: an extension that
 *   warn    checks numpy.broadcast, which has grown since, and would warn;
 *   error   checks numpy.dtype, which is smaller than it was, and would raise;
 *   unsafe  ignores the failure of its import_array;
 *   unknown fetches NumPy's function table and never asks for a version.
 */
void judged_build(const char *name, enum verdict_kind kind);

/* What Python says to the one of kind VERDICT_ERROR. */
extern const char judged_error[];

#endif
