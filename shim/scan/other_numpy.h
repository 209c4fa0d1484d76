/* SPDX-License-Identifier: MIT
 *
 * A second NumPy that Python would see from the same place: Debian's behind that
 * of pip in /usr/local, or the base's behind that of a virtual environment.
 */
#ifndef NPABI_SCAN_OTHER_NUMPY_H
#define NPABI_SCAN_OTHER_NUMPY_H

#include <stdbool.h>

#include "facts/owner_place.h"

struct other_numpy {
	char root[OWNER_PATH_MAX]; /* the directory that it is imported from */
	char version[32];
	bool first; /* it comes before that of the directory asked about */
};

/*
 * Looks for a NumPy elsewhere on the path that a Python has which imports from
 * the directory ROOT, by what distributors and venv are known to do.  False: there
 * is none, or it cannot be told.
 */
bool other_numpy(const char *root, struct other_numpy *other_);

#endif
