/* SPDX-License-Identifier: MIT
 *
 * What --help prints.
 */
#ifndef NPABI_SCAN_HELP_H
#define NPABI_SCAN_HELP_H

#include "scan/arguments.h"

/* The text for ON: the command that has options of its own, or else for all. */
const char *help_text(enum command on);

#endif
