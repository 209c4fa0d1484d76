/* SPDX-License-Identifier: MIT
 *
 * What a finding is known by from one scan to the next: one line of text, which is the
 * same wherever the environment lies, whenever it was made, and whichever release of
 * the package has the same trouble.
 */
#ifndef NPABI_SCAN_FINDING_H
#define NPABI_SCAN_FINDING_H

#include "report/record.h"

#define FINDING_MAX 4096

/*
 * Appends the verdict's kind, the distribution ("-": not known), the module (or, where
 * that is not known, the file's name) and the rule that was broken, if any, with Python's
 * own words on it, parted by tabs.  Never more than one line.
 */
void finding_append(struct npabi_textbuf *buf, const struct record_extension *extension);

/* The same of a file that could not be analysed; its kind is "unread". */
void finding_append_unread(struct npabi_textbuf *buf, const char *path,
			   const struct owner *owner);

#endif
