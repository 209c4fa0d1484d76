/* SPDX-License-Identifier: MIT
 *
 * Python as the judge of what was written: it reads by other code than ours.
 */
#ifndef NPABI_TESTS_PYTHON_FINDS_H
#define NPABI_TESTS_PYTHON_FINDS_H

/* Fails unless Python runs PROGRAM, with ARGUMENT as sys.argv[1], without an exception.
 */
void python_runs(const char *argument, const char *program);

/*
 * Fails unless Python, once it has run PREFACE with PATH as sys.argv[1], finds CONDITION
 * true; what SHOWN is then stands in the failure.
 */
void python_finds(const char *path, const char *preface, const char *condition,
		  const char *shown);

#endif
