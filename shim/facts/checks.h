/* SPDX-License-Identifier: MIT
 *
 * The list of size checks in the facts.
 */
#ifndef NPABI_FACTS_CHECKS_H
#define NPABI_FACTS_CHECKS_H

#include "facts/reader.h"

/*
 * Adds CHECK with its evidence, unless it is known: the same type, size and
 * policy.
 */
void checks_add(struct reader *reader, const struct facts_size_check *check);

/* Makes MODULE.NAME the type of CHECK; what does not fit is cut off. */
void checks_name_type(struct facts_size_check *check, const char *module,
		      const char *name);

#endif
