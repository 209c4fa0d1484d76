/* SPDX-License-Identifier: MIT
 *
 * Reading release numbers.  Nothing of the C library, so that locales cannot
 * matter.  Called by the rules and the table of releases.
 */
#include "verdict/version.h"

#define DIGITS_MAX 4

/* Reads a number at *text and moves behind it. */
static bool read_number(const char **text, unsigned *number_)
{
	unsigned number = 0, digits = 0;

	for (; **text >= '0' && **text <= '9'; ++*text) {
		if (++digits > DIGITS_MAX)
			return false;
		number = number * 10 + (unsigned)(**text - '0');
	}
	*number_ = number;
	return digits != 0;
}

bool version_parse(const char *text, struct version *version_)
{
	struct version read = {0};

	if (!read_number(&text, &read.major) || *text++ != '.' ||
	    !read_number(&text, &read.minor))
		return false;
	if (*text++ != '.' || !read_number(&text, &read.patch))
		read.patch = 0;
	*version_ = read;
	return true;
}
