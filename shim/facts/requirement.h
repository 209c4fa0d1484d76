/* SPDX-License-Identifier: MIT
 *
 * Which NumPy a distribution asks for by its metadata.
 */
#ifndef NPABI_FACTS_REQUIREMENT_H
#define NPABI_FACTS_REQUIREMENT_H

#include <stdbool.h>
#include <stddef.h>

/* Release numbers, "1.26" or "1.26.4"; each "" where there is no bound. */
struct requirement {
	char minimum[16], below[16];
};

/*
 * Reads the LENGTH bytes at TEXT, the value of a Requires-Dist header (PEP 508):
 * "numpy<2,>=1.22; python_version >= '3.9'".  True where they ask for NumPy, hold on
 * x86-64 Linux under the Python called PYTHON ("3.11"; "" unknown), and bound it.  A
 * marker that is not understood holds for nothing, and so does one on extras, which
 * nobody may have asked for; a bound that is not understood is none.
 */
bool requirement_read(const char *text, size_t length, const char *python,
		      struct requirement *requirement_);

#endif
