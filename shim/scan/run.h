/* SPDX-License-Identifier: MIT
 *
 * npabi run.
 */
#ifndef NPABI_SCAN_RUN_H
#define NPABI_SCAN_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "scan/arguments.h"

/*
 * Sets the environment and becomes the command.  Returns only when that fails:
 * the exit code, after telling why on stderr.
 */
int run_command(const struct run_arguments *arguments);

/*
 * Writes the LD_PRELOAD that has LIBRARY before what PRELOADED (NULL: nothing)
 * already named into VALUE, of SIZE bytes; a library that is there already is
 * not named twice.  False when it does not fit.
 */
bool run_join_preload(const char *library, const char *preloaded, char *value,
		      size_t size);

#endif
