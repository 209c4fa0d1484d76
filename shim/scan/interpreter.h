/* SPDX-License-Identifier: MIT
 *
 * Files that are Python itself, which has init functions as an extension has.
 */
#ifndef NPABI_SCAN_INTERPRETER_H
#define NPABI_SCAN_INTERPRETER_H

#include <stdbool.h>

#include "base/textbuf.h"

/*
 * Is the file at PATH an interpreter, by its name (python3.11), or does it hold one
 * (libpython, a program that Python is built into)?
 */
bool interpreter_is(const char *path);

/* Appends as a clause that it is one, and, where that is found, what to scan instead. */
void interpreter_describe(const char *path, struct npabi_textbuf *buf);

#endif
