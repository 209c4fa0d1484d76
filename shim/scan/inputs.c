/* SPDX-License-Identifier: MIT
 *
 * Paths from the command line.  Looks at no file.  Called by
 * scan.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "scan/inputs.h"

static bool add_path(struct inputs *inputs, const char *path)
{
	size_t wanted = inputs->room ? inputs->room * 2 : 16;
	struct input *grown = inputs->list;
	char *copy = strdup(path);

	if (copy && inputs->count == inputs->room) {
		grown = realloc(grown, wanted * sizeof(*grown));
		if (grown) {
			inputs->list = grown;
			inputs->room = wanted;
		}
	}
	if (!copy || !grown) {
		free(copy);
		errno = ENOMEM;
		return false;
	}
	inputs->list[inputs->count++] = (struct input){.path = copy};
	return true;
}

bool inputs_add(struct inputs *inputs, char *const *arguments)
{
	bool ok = true;

	for (; ok && *arguments; arguments++)
		ok = add_path(inputs, *arguments);
	return ok;
}

void inputs_free(struct inputs *inputs)
{
	for (size_t i = 0; i < inputs->count; i++)
		free(inputs->list[i].path);
	free(inputs->list);
	*inputs = (struct inputs){.list = NULL};
}
