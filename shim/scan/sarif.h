/* SPDX-License-Identifier: MIT
 *
 * What a scan finds as SARIF 2.1.0, the form that code hosts take in: one document with
 * a result for each verdict of warn, error or unsafe.  What could not be analysed or
 * settled is no result but a notification of the tool's.
 */
#ifndef NPABI_SCAN_SARIF_H
#define NPABI_SCAN_SARIF_H

#include <limits.h>
#include <stdio.h>

#include "report/json.h"
#include "report/record.h"
#include "scan/held.h"

/* No object is longer: of what it is made of, all has a bound. */
#define SARIF_OBJECT_MAX 65536

struct sarif {
	FILE *output;
	bool has_baseline;	  /* each result says whether it is new */
	char directory[PATH_MAX]; /* the current one; "": not known */
	struct json json;	  /* of the document, stands within its results */
	struct npabi_textbuf buf;
	struct held_list results; /* records that are still to be written */
	struct held_list notes;	  /* objects that are to be written after them */
	bool has_notes;
	char text[SARIF_OBJECT_MAX];
};

/* Starts a document on OUTPUT. */
void sarif_start(struct sarif *sarif, FILE *output, bool has_baseline);

/* Adds EXTENSION, whose verdict is not OK; RANGE as held_add has it.  False: no memory.
 */
bool sarif_add(struct sarif *sarif, const struct record_extension *extension,
	       const struct common_range *range);

/* Adds that the file at PATH could not be analysed, and why; KNOWN: a baseline has it. */
void sarif_unread(struct sarif *sarif, const char *path, const char *reason, bool known);

/* Writes all that was added; SUCCESS: all that the user has named could be looked at. */
void sarif_finish(struct sarif *sarif, bool success);

#endif
