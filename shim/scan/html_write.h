/* SPDX-License-Identifier: MIT
 *
 * A page as one HTML file that needs nothing else.
 */
#ifndef NPABI_SCAN_HTML_WRITE_H
#define NPABI_SCAN_HTML_WRITE_H

#include <stdio.h>

#include "scan/html_page.h"

/* What stands above the matrix.  Nothing here is owned; lists end with NULL. */
struct html_head {
	const char *title;	     /* of what this is: "npabi scan" */
	const char *const *subjects; /* what was looked at */
	const char *lead;	     /* a sentence on what it comes to */
	enum verdict_kind kind;	     /* how bad that is */
	const char *requirement; /* what pip is to be told: "numpy>=1.20,<2"; "" none */
	const char *about;	 /* a sentence on it, or why there is none; "" none */
	const char *const *remarks;   /* sentences */
	const char *const *installed; /* the NumPys, where there are several */
	const char *const *noted;     /* what there is to say of some files */
	const char *const *unread;    /* what could not be read, and why */
};

/* Writes PAGE, which has all its rows, below HEAD.  OUTPUT remembers failures. */
void html_write(FILE *output, const struct html_head *head, const struct html_page *page);

#endif
