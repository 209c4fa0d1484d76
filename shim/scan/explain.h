/* SPDX-License-Identifier: MIT
 *
 * npabi explain.
 */
#ifndef NPABI_SCAN_EXPLAIN_H
#define NPABI_SCAN_EXPLAIN_H

#include "scan/arguments.h"

/*
 * Reads the text, writes what is known of it to standard output, and returns the
 * exit code: 0 explained, 2 the text cannot be read or the answer not written
 * (why is on stderr), 3 nothing in it is known.
 */
int explain_command(const struct explain_arguments *arguments);

#endif
