/* SPDX-License-Identifier: MIT
 *
 * Text that others made (paths, names, messages) on its way into a log: it may
 * hold any bytes, and what it holds must neither break a record in two nor move
 * the cursor of the terminal that shows it.
 */
#ifndef NPABI_REPORT_ESCAPE_H
#define NPABI_REPORT_ESCAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/textbuf.h"

/* Not a code point: the bytes are not UTF-8. */
#define ESCAPE_INVALID UINT32_MAX

/*
 * Reads the character at TEXT, a C string that is not at its end.  Returns how
 * many bytes it has and its code point in *code_; where the bytes are not
 * UTF-8, ESCAPE_INVALID and the length of the longest piece that could have
 * begun a character (what Unicode calls the maximal subpart), at least 1.
 */
unsigned escape_next(const char *text, uint32_t *code_);

/* Must CODE not reach a terminal as it is: a control, a line or direction mark? */
bool escape_is_control(uint32_t code);

/*
 * Appends STRING for people to read: controls and bytes that are not UTF-8 as
 * \xNN, higher controls as \uNNNN, everything else as it is.
 */
void escape_text(struct npabi_textbuf *buf, const char *string);

#endif
