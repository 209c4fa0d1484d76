/* SPDX-License-Identifier: MIT
 *
 * Paths from the command line and from standard input.  Looks at no file.  Called by
 * scan.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scan/inputs.h"

static bool add_path(struct inputs *inputs, const char *path, bool listed)
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
	inputs->list[inputs->count++] = (struct input){.path = copy, .listed = listed};
	return true;
}

static bool add_lines(struct inputs *inputs, FILE *file)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t length;
	bool ok = true;

	errno = 0;
	while (ok && (length = getline(&line, &size, file)) > 0) {
		if (line[length - 1] == '\n')
			line[length - 1] = '\0';
		ok = !line[0] || add_path(inputs, line, true);
	}
	ok = ok && !ferror(file) && errno != ENOMEM;
	free(line);
	return ok;
}

bool inputs_add(struct inputs *inputs, char *const *arguments)
{
	bool ok = true;

	for (; ok && *arguments; arguments++)
		ok = strcmp(*arguments, "-") == 0 ? add_lines(inputs, stdin)
						  : add_path(inputs, *arguments, false);
	return ok;
}

void inputs_free(struct inputs *inputs)
{
	for (size_t i = 0; i < inputs->count; i++)
		free(inputs->list[i].path);
	free(inputs->list);
	*inputs = (struct inputs){.list = NULL};
}
