/* SPDX-License-Identifier: MIT
 *
 * Comparing the names of projects and packages, in the normal form of PEP 503,
 * without writing that form down anywhere.  Called by owner_index.c.
 */
#include <string.h>

#include "facts/owner_names.h"

/* The next character of a project name in PEP 503's normal form; 0 at the end. */
static char next_normal(const char **name, const char *end)
{
	char c;

	if (*name == end)
		return '\0';
	c = *(*name)++;
	if (c >= 'A' && c <= 'Z')
		return (char)(c | 0x20);
	if (c != '-' && c != '_' && c != '.')
		return c;
	while (*name < end && strchr("-_.", **name))
		(*name)++;
	return '-';
}

bool owner_name_same(struct owner_name a, struct owner_name b)
{
	char from_a, from_b;

	do {
		from_a = next_normal(&a.start, a.end);
		from_b = next_normal(&b.start, b.end);
	} while (from_a == from_b && from_a);
	return from_a == from_b;
}

/* Does WHOLE have all letters of PART in their order, as scikit-learn has sklearn's? */
static bool is_within(struct owner_name part, struct owner_name whole)
{
	char wanted = next_normal(&part.start, part.end);
	char c;

	while (wanted && (c = next_normal(&whole.start, whole.end)) != '\0') {
		if (c == wanted)
			wanted = next_normal(&part.start, part.end);
	}
	return !wanted;
}

bool owner_name_akin(struct owner_name a, struct owner_name b)
{
	return is_within(a, b) || is_within(b, a);
}
