/* SPDX-License-Identifier: MIT
 *
 * The columns of a page: between releases that no verdict tells apart there is nothing
 * to see.
 */
#ifndef NPABI_SCAN_HTML_COLUMNS_H
#define NPABI_SCAN_HTML_COLUMNS_H

#include "base/textbuf.h"
#include "scan/html_page.h"

#define HTML_LABEL_MAX 72

/* Releases from first to last, by index, have the same verdicts on all items. */
struct html_column {
	unsigned first, last;
	char label[HTML_LABEL_MAX]; /* "1.25", or "1.20-1.21" with a long dash */
	const char *installed;	    /* the release's */
};

struct html_columns {
	unsigned count;
	struct html_column list[HTML_RELEASES_MAX];
};

/*
 * Makes the columns of PAGE, which has all its items; they borrow from it.  Releases
 * share one if it has all, and neither is there.
 */
void html_columns_make(const struct html_page *page, struct html_columns *columns_);

/*
 * What ROW comes to in COLUMN: the worst of its items' verdicts, error, unsafe, warn,
 * unknown, ok from worst to best.  False: none was asked.
 */
bool html_columns_worst(const struct html_row *row, const struct html_column *column,
			enum verdict_kind *kind_);

/* How bad KIND is, 0 the worst. */
unsigned html_columns_rank(enum verdict_kind kind);

#endif
