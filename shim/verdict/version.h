/* SPDX-License-Identifier: MIT
 *
 * Release numbers, as far as rules ask for them.
 */
#ifndef NPABI_VERDICT_VERSION_H
#define NPABI_VERDICT_VERSION_H

#include <stdbool.h>

struct version {
	unsigned major, minor, patch;
};

/*
 * Reads the start of TEXT ("1.19.5", "2.0", "1.26.4+local", "2.1.0rc1") into
 * *version_; a missing patch number is 0.  False, and *version_ untouched, when
 * it does not begin with MAJOR.MINOR, each of at most four digits.
 */
bool version_parse(const char *text, struct version *version_);

/* Is VERSION before MAJOR.MINOR? */
static inline bool version_before(const struct version *version, unsigned major,
				  unsigned minor)
{
	return version->major != major ? version->major < major : version->minor < minor;
}

#endif
