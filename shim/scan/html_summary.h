/* SPDX-License-Identifier: MIT
 *
 * What a scan comes to, as the head of a page.
 */
#ifndef NPABI_SCAN_HTML_SUMMARY_H
#define NPABI_SCAN_HTML_SUMMARY_H

#include "scan/html_lines.h"
#include "scan/html_write.h"
#include "scan/rows.h"
#include "scan/targets.h"

struct html_summary {
	struct html_head head; /* borrows from what follows */
	char lead[256], requirement[64], about[1024];
	struct html_lines remarks, installed;
};

/*
 * Fills in *SUMMARY_, which must stay where it is, but for subjects, noted and
 * unread.  What
 * finds no memory is left out.
 */
void html_summary_make(struct html_summary *summary_, const struct tally *tally,
		       const struct targets *targets);

/* Frees everything. */
void html_summary_free(struct html_summary *summary);

#endif
