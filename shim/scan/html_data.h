/* SPDX-License-Identifier: MIT
 *
 * A page's rows as the JSON object that its script reads.
 */
#ifndef NPABI_SCAN_HTML_DATA_H
#define NPABI_SCAN_HTML_DATA_H

#include <stdio.h>

#include "scan/html_columns.h"

/* Writes what html_page.h describes, fit to stand in a script element. */
void html_data_write(FILE *output, const struct html_page *page,
		     const struct html_columns *columns);

#endif
