/* SPDX-License-Identifier: MIT
 *
 * An extension's record as an item of a page.
 */
#ifndef NPABI_SCAN_HTML_ITEM_H
#define NPABI_SCAN_HTML_ITEM_H

#include "report/record.h"
#include "scan/html_page.h"

/* The tables and the fields that the items made here have. */
extern const struct html_table html_item_tables[];
extern const char *const html_item_fields[];

/* Adds EXTENSION to ROW of PAGE, without verdicts yet.  NULL: no memory. */
struct html_item *html_item_add(struct html_page *page, struct html_row *row,
				const struct record_extension *extension);

/* Sets what ITEM comes to on release INDEX to EXTENSION's verdict.  False: no memory. */
bool html_item_judge(struct html_page *page, struct html_item *item, int index,
		     const struct record_extension *extension);

/* Sets ITEM's advice to that of EXTENSION's record.  False: no memory. */
bool html_item_advise(struct html_page *page, struct html_item *item,
		      const struct record_extension *extension);

#endif
