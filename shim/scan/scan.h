/* SPDX-License-Identifier: MIT
 *
 * npabi scan.
 */
#ifndef NPABI_SCAN_SCAN_H
#define NPABI_SCAN_SCAN_H

#include "scan/arguments.h"

/*
 * Scans and prints; errors are told on stderr.  Returns the exit code: 2 for a
 * path that cannot be read or an output that cannot be written, else 1 for a
 * mismatch that ARGUMENTS count as a failure, else 3 for something that could not be
 * analysed, else 0.
 */
int scan_command(const struct scan_arguments *arguments);

#endif
