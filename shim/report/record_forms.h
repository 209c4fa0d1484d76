/* SPDX-License-Identifier: MIT
 *
 * The two forms of each record, behind record.c.  Each function here gets an
 * empty buffer that has room for one record, and fills it with one that ends
 * with a newline; the buffer's truncated flag says that it had to be cut.  What
 * fits only in part is handled by each form itself.
 */
#ifndef NPABI_REPORT_RECORD_FORMS_H
#define NPABI_REPORT_RECORD_FORMS_H

#include "report/record.h"

/*
 * JSON: one complete object, or, where even the shortest does not fit, an empty
 * buffer.
 */
void record_json_extension(struct npabi_textbuf *buf,
			   const struct record_extension *extension);
void record_json_start(struct npabi_textbuf *buf, const char *python, const char *hooked);
void record_json_numpy(struct npabi_textbuf *buf, const struct runtime *runtime);
void record_json_outcome(struct npabi_textbuf *buf, const char *path,
			 const struct outcome *outcome);
unsigned record_json_summary(struct npabi_textbuf *buf,
			     const struct record_summary *summary, unsigned first);
void record_json_note(struct npabi_textbuf *buf, const char *path, const char *reason,
		      bool known);

/* Text: whole lines, each with "npabi[PID]: " before it; a cut one ends in "...". */
void record_text_extension(struct npabi_textbuf *buf,
			   const struct record_extension *extension);
void record_text_refusal(struct npabi_textbuf *buf,
			 const struct record_extension *extension);
void record_text_start(struct npabi_textbuf *buf, const char *python, const char *hooked);
void record_text_numpy(struct npabi_textbuf *buf, const struct runtime *runtime);
void record_text_outcome(struct npabi_textbuf *buf, const char *path,
			 const struct outcome *outcome);
unsigned record_text_summary(struct npabi_textbuf *buf,
			     const struct record_summary *summary, unsigned first);
void record_text_note(struct npabi_textbuf *buf, const char *path, const char *reason);

#endif
