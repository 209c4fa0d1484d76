/* SPDX-License-Identifier: MIT
 *
 * Memory of which nothing is known but what the code itself has written, for
 * suites that carry out instructions.
 */
#ifndef NPABI_TESTS_NO_MEMORY_H
#define NPABI_TESTS_NO_MEMORY_H

#include "decode/state.h"

static inline struct value load_unknown(void *context, const struct value *address,
					int64_t offset, unsigned width)
{
	(void)context;
	(void)address;
	(void)offset;
	(void)width;
	return value_unknown();
}

static const struct state_memory no_memory = {load_unknown, NULL};

#endif
