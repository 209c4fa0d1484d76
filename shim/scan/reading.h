/* SPDX-License-Identifier: MIT
 *
 * What was read of one file, or of one member of a wheel.  Verdicts are given on it
 * later, and perhaps in another process.
 */
#ifndef NPABI_SCAN_READING_H
#define NPABI_SCAN_READING_H

#include "facts/facts.h"
#include "facts/owner.h"

enum reading_kind {
	READING_EXTENSION,  /* facts and owner are filled in, as far as they are known */
	READING_UNREADABLE, /* it may be one, or was named, and cannot be analysed */
	READING_ABSENT,	    /* it cannot be opened, and the user has named it */
	READING_REMARK	    /* something that should be told, and stops nothing */
};

struct reading {
	enum reading_kind kind;
	const char *path;
	size_t wheel;	   /* the path's first bytes are that of a wheel; 0: of none */
	char reason[1024]; /* a clause; "" for an extension */
	struct owner owner;
	struct facts facts;
};

/* NumPy's own extensions go with it: another NumPy would bring others. */
static inline bool reading_is_numpys_own(const struct reading *reading)
{
	return strncmp(reading->owner.module, "numpy.", 6) == 0 ||
	       strcmp(reading->owner.distribution, "numpy") == 0;
}

#endif
