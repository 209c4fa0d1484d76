/* SPDX-License-Identifier: MIT
 *
 * All known texts in a paste, each once.
 */
#ifndef NPABI_SCAN_EXPLAIN_FINDINGS_H
#define NPABI_SCAN_EXPLAIN_FINDINGS_H

#include <stdbool.h>

#include "scan/explain_context.h"
#include "scan/explain_texts.h"

#define EXPLAIN_FINDINGS_MAX 32

struct explain_finding {
	enum explain_kind kind;
	enum explain_form form;
	struct explain_match match; /* where it is found first */
	unsigned line;		    /* of that, from 1 */
	unsigned count;		    /* how often */
	char text[512];		    /* as found, on one line, cut where too long */
	char category[48]; /* "ValueError", "RuntimeWarning"; "" none before it */
	struct explain_context context;
};

struct explain_findings {
	unsigned count;
	bool more;     /* others were found, and left out */
	unsigned line; /* where the search is; at its end: how many there are */
	struct explain_finding items[EXPLAIN_FINDINGS_MAX];
};

/*
 * Finds what is known in the cleaned TEXT, in its order.  What occurs again is
 * counted; what only follows from something else that was found is left out.
 */
void explain_find(const char *text, struct explain_findings *findings_);

/* Does the text say by itself that it is a warning, or an exception? */
bool explain_is_warning(const struct explain_finding *finding);
bool explain_is_exception(const struct explain_finding *finding);

#endif
