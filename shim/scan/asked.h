/* SPDX-License-Identifier: MIT
 *
 * Which NumPy the distributions of an environment ask for.
 */
#ifndef NPABI_SCAN_ASKED_H
#define NPABI_SCAN_ASKED_H

#include <stdbool.h>

#include "base/textbuf.h"
#include "facts/owner_place.h"
#include "scan/common_range.h"

/* Of the directory that was asked of last; zeroed: of none. */
struct asked {
	char root[OWNER_PATH_MAX];
	struct common_range range; /* of what they ask; "NAME VERSION" is who asks */
};

/*
 * Narrows RANGE to what the distributions beside the extension at PATH ask for, by
 * their metadata (Requires-Dist), and appends to WHO which of them have done so: "scipy
 * 1.11.4 asks for numpy<1.28".  Where nothing is asked, or the releases in RANGE are all
 * asked for, nothing changes.  What is read is remembered in ASKED for the next one.
 */
void asked_narrow(struct asked *asked, const char *path, struct common_range *range,
		  struct npabi_textbuf *who);

#endif
