/* SPDX-License-Identifier: MIT
 *
 * Looking things up in a run time.  Called by the verdict and by who fills one.
 */
#include <string.h>

#include "verdict/runtime.h"

const struct runtime_type *runtime_find_type(const struct runtime *runtime,
					     const char *name)
{
	unsigned count = runtime->type_count;

	if (count > RUNTIME_TYPES_MAX)
		count = RUNTIME_TYPES_MAX;
	for (unsigned i = 0; i < count; i++)
		if (strcmp(runtime->types[i].name, name) == 0)
			return &runtime->types[i];
	return NULL;
}
