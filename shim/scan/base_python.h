/* SPDX-License-Identifier: MIT
 *
 * The NumPy that a virtual environment takes from the Python it was made of.
 */
#ifndef NPABI_SCAN_BASE_PYTHON_H
#define NPABI_SCAN_BASE_PYTHON_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Where ROOT is the site-packages directory of a virtual environment whose
 * pyvenv.cfg says include-system-site-packages = true: writes the directory of
 * its base Python that has a numpy package into PLACE, of OWNER_PATH_MAX bytes,
 * and the version into VERSION, of SIZE bytes.  Else false.
 */
bool base_python_numpy(const char *root, char *place, char *version, size_t size);

#endif
