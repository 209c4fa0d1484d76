/* SPDX-License-Identifier: MIT
 *
 * Follows an extension's code from a function on and notes what it asks of
 * Python: modules that it imports, type sizes that it checks, the versions in
 * its messages, its module definition.
 */
#ifndef NPABI_FACTS_FOLLOW_H
#define NPABI_FACTS_FOLLOW_H

#include "facts/reader.h"

/* Follows the function at ENTRY, of whose arguments nothing is known. */
void follow_function(struct reader *reader, uint64_t entry);

#endif
