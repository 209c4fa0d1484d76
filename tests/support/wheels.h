/* SPDX-License-Identifier: MIT
 *
 * Wheels, packed by Python's zipfile.
 */
#ifndef NPABI_TESTS_WHEELS_H
#define NPABI_TESTS_WHEELS_H

#include "support/temp_dir.h"

/*
 * Runs CODE by Python in DIR; it fails the test when that raises.  CODE has zipfile,
 * os, and
 *   pack(FILE, MEMBER=BYTES-OR-TEXT ..., method=zipfile.ZIP_DEFLATED), whose members are
 *   given by a dict or pairs;
 *   metadata(NAME, VERSION), a METADATA file;
 *   patch(FILE, OLD, NEW), which replaces bytes of a file wherever they are.
 */
void run_python(const struct temp_dir *dir, const char *code);

#endif
