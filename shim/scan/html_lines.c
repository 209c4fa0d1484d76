/* SPDX-License-Identifier: MIT
 *
 * Lines for a page.  Called by html_scan.c and html_summary.c.
 */
#include <stdlib.h>
#include <string.h>

#include "scan/html_lines.h"

bool html_lines_add(struct html_lines *lines, const char *line)
{
	size_t room = lines->room ? 2 * lines->room : 16;
	char *copy, **list;

	if (lines->count + 1 >= lines->room) {
		list = realloc(lines->list, room * sizeof(*list));
		if (!list)
			return false;
		lines->list = list;
		lines->room = room;
	}
	copy = strdup(line);
	lines->list[lines->count] = copy;
	lines->count += copy != NULL;
	lines->list[lines->count] = NULL;
	return copy != NULL;
}

const char *const *html_lines_get(const struct html_lines *lines)
{
	static const char *const none[] = {NULL};

	return lines->list ? (const char *const *)lines->list : none;
}

void html_lines_free(struct html_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		free(lines->list[i]);
	free(lines->list);
	*lines = (struct html_lines){.list = NULL};
}
