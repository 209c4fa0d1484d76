/* SPDX-License-Identifier: MIT
 *
 * The lines of a text record.
 */
#ifndef NPABI_REPORT_TEXT_LINES_H
#define NPABI_REPORT_TEXT_LINES_H

#include "base/textbuf.h"

/*
 * Begins a line of the log with the mark of process PID, and HEAD; PID 0: a line of an
 * exception's text, which has no mark.  Like the others async-signal-safe.
 */
void text_begin_line(struct npabi_textbuf *buf, int pid, const char *head);
void text_end_line(struct npabi_textbuf *buf);

/* What does not fit still ends a line, and not within a character. */
void text_finish(struct npabi_textbuf *buf);

#endif
