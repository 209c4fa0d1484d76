/* SPDX-License-Identifier: MIT
 *
 * The NumPy that lies in a directory, told without running it.
 */
#ifndef NPABI_SCAN_INSTALLED_NUMPY_H
#define NPABI_SCAN_INSTALLED_NUMPY_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Writes the version of the numpy package in the directory ROOT into VERSION,
 * of SIZE bytes.  False when there is none, or it does not tell its version.
 */
bool installed_numpy(const char *root, char *version, size_t size);

#endif
