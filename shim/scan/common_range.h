/* SPDX-License-Identifier: MIT
 *
 * The NumPy releases that all of several extensions work with.
 */
#ifndef NPABI_SCAN_COMMON_RANGE_H
#define NPABI_SCAN_COMMON_RANGE_H

#include <stdbool.h>

#include "base/textbuf.h"
#include "facts/facts.h"
#include "report/record.h"

struct common_range {
	char minimum[16], below[16];	     /* "": no bound */
	char minimum_by[256], below_by[256]; /* who asks for it */
	char impossible_by[256];	     /* works with no release at all; "": none */
	unsigned count;			     /* extensions that were counted in */
};

/* Counts in the extension that is called NAME; a zeroed range holds all releases. */
void common_range_add(struct common_range *range, const struct facts *facts,
		      const char *name);

/* Narrows it to the releases from MINIMUM on and BELOW, each "" for none, for NAME. */
void common_range_narrow(struct common_range *range, const char *minimum,
			 const char *below, const char *name);

/* Is there a release that all of them work with? */
bool common_range_is_possible(const struct common_range *range);

/* RANGE as a record's advice wants it; it borrows from RANGE. */
struct record_set common_range_describe(const struct common_range *range);

/* Appends bounds as pip has them: ">=1.20,<2"; nothing where there are none. */
void common_range_append(struct npabi_textbuf *buf, const char *minimum,
			 const char *below);

#endif
