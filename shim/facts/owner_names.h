/* SPDX-License-Identifier: MIT
 *
 * Names of projects and packages: the same, or only like each other.
 */
#ifndef NPABI_FACTS_OWNER_NAMES_H
#define NPABI_FACTS_OWNER_NAMES_H

#include <stdbool.h>

/* A name, as a range of bytes. */
struct owner_name {
	const char *start, *end;
};

/* Are A and B one name, by PEP 503: case does not count, and runs of -_. are "-"? */
bool owner_name_same(struct owner_name a, struct owner_name b);

/*
 * Is one within the other: has it all letters of the other in their order, as
 * scikit-learn has those of sklearn?  A guess at what belongs together.
 */
bool owner_name_akin(struct owner_name a, struct owner_name b);

#endif
