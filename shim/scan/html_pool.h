/* SPDX-License-Identifier: MIT
 *
 * JSON values that a page holds once and refers to by number: what Python says of one
 * extension it says of many.
 */
#ifndef NPABI_SCAN_HTML_POOL_H
#define NPABI_SCAN_HTML_POOL_H

#include <stdbool.h>
#include <stddef.h>

struct html_pool {
	char **values; /* by number; zeroed: empty */
	size_t count, room;
	unsigned *slots; /* number + 1, 0: free; by hash */
	size_t slot_count;
};

/* Gives the number of the value JSON, which is copied.  False: no memory. */
bool html_pool_add(struct html_pool *pool, const char *json, unsigned *number_);

/* The same for the string TEXT, as escape_text shows it. */
bool html_pool_add_text(struct html_pool *pool, const char *text, unsigned *number_);

/* Frees everything. */
void html_pool_free(struct html_pool *pool);

#endif
