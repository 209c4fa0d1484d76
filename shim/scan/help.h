/* SPDX-License-Identifier: MIT
 *
 * What --help prints.
 */
#ifndef NPABI_SCAN_HELP_H
#define NPABI_SCAN_HELP_H

#include "scan/arguments.h"

/* The text for ON: COMMAND_RUN, COMMAND_SCAN, or anything else for all. */
const char *help_text(enum command on);

#endif
