/* SPDX-License-Identifier: MIT
 *
 * An extension, kept until all have been read: only then is it known which NumPy suits
 * all of them, and what one is advised must not break another.
 */
#ifndef NPABI_SCAN_KEPT_H
#define NPABI_SCAN_KEPT_H

#include "report/record.h"
#include "scan/asked.h"

struct kept;

/*
 * Copies EXTENSION (60 KB), but for its runtime; RANGE, where not NULL, is that of its
 * neighbours and lives longer.  NULL: no memory.
 */
struct kept *kept_new(const struct record_extension *extension,
		      const struct common_range *range);

/*
 * What was kept, with what is known of its neighbours by now, and what they ask for;
 * ASKED is between calls.  It is KEPT's.
 */
const struct record_extension *kept_extension(struct kept *kept, struct asked *asked);

/* Frees it; NULL is harmless. */
void kept_free(struct kept *kept);

#endif
