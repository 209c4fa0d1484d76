/* SPDX-License-Identifier: MIT
 *
 * Pasted bytes made into plain text.
 */
#ifndef NPABI_SCAN_EXPLAIN_CLEAN_H
#define NPABI_SCAN_EXPLAIN_CLEAN_H

#include <stddef.h>

/*
 * Makes the LENGTH bytes of TEXT, which has room for a NUL after them, into
 * lines of text in place: terminals' escape sequences and NULs (which UTF-16
 * is full of) are dropped, other controls and the lines of drawn frames become
 * blanks, and where whole tracebacks were logged as one escaped string, it is
 * unescaped.  Line feeds stay, so that lines keep their numbers.  Returns the
 * new length, which is not greater; the text then ends with a NUL.
 */
size_t explain_clean(char *text, size_t length);

#endif
