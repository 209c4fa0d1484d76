/* SPDX-License-Identifier: MIT
 *
 * A growing list of lines.
 */
#ifndef NPABI_SCAN_HTML_LINES_H
#define NPABI_SCAN_HTML_LINES_H

#include <stdbool.h>
#include <stddef.h>

struct html_lines {
	char **list; /* ends with NULL; zeroed: empty, see html_lines_get */
	size_t count, room;
};

/* Adds LINE, which is copied.  False: no memory. */
bool html_lines_add(struct html_lines *lines, const char *line);

/* The lines, up to a NULL; good until one is added. */
const char *const *html_lines_get(const struct html_lines *lines);

/* Frees everything. */
void html_lines_free(struct html_lines *lines);

#endif
