/* SPDX-License-Identifier: MIT
 *
 * A page in the making: rows (distributions) with items (extensions), each with a
 * verdict on each of some NumPy releases.  It does not know where they come from.
 *
 * What the page's script gets is one JSON object.  Where a number stands in the place
 * of a string, a list or an object, it is the number of that value in "shared".
 *
 *   fields    headings of what stands between name and verdicts: ["Works with"]
 *   tables    those that an item has: [{"title", "columns": [heading...]}...]
 *   all_releases  true, or false where they are those that were asked for
 *   releases  of NumPy, that items are held against: ["1.26", "2.0"]
 *   columns   releases that share one: [{"label", "first", "last", "installed"}...],
 *             the last being which NumPys there are, "" for none
 *   rows      [{"name", "version", "place", "fields", "items"}...]
 *   shared    [value...]
 *
 * An item is {"name", "folder", "file", "uses_numpy", "fields", "verdicts",
 * "installed", "advice", "facts", "tables"}: folder ends with a slash or is "",
 * uses_numpy is true, false or null, verdicts are as many as there are releases, each
 * an outcome or null, installed is the index of the release that is there or null,
 * advice a list of strings, facts one of [label, text], and tables one of rows of cells
 * for each of the page's.  An outcome is {"verdict", "says", "because", "explanation"}.
 * All other values are strings, fields as many as their headings, and "" is nothing.
 */
#ifndef NPABI_SCAN_HTML_PAGE_H
#define NPABI_SCAN_HTML_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "scan/html_pool.h"
#include "verdict/verdict.h"

#define HTML_RELEASES_MAX 64
#define HTML_FIELDS_MAX	  4
#define HTML_FIELD_SIZE	  96
#define HTML_NO_RELEASE	  (-1)

/* What an item comes to on a release. */
struct html_outcome {
	bool known; /* else it was not asked */
	enum verdict_kind kind;
	unsigned number; /* of the outcome's object */
};

struct html_item {
	struct html_item *next;
	char *members; /* JSON: those of the item's object but for the next three */
	struct html_outcome outcomes[HTML_RELEASES_MAX];
	int installed;	 /* index of a release, or HTML_NO_RELEASE */
	unsigned advice; /* number of a list */
};

struct html_row {
	char *name, *version, *place; /* "" where there is none */
	char fields[HTML_FIELDS_MAX][HTML_FIELD_SIZE];
	unsigned rank; /* rows are shown from low to high, then by name */
	struct html_item *first, **last;
};

struct html_release {
	char name[32];
	char installed[64]; /* "2.0.1, 2.0.2": the NumPys that are there; "" none */
};

struct html_table {
	const char *title;
	const char *const *columns; /* ends with NULL */
};

struct html_page {
	const char *const *fields; /* headings, at most HTML_FIELDS_MAX; ends with NULL */
	const struct html_table *tables; /* ends with a title of NULL */
	/* the releases are all that there are, and neighbours with the same verdicts
	 * share a column; else those that were asked for */
	bool all_releases;
	struct html_release releases[HTML_RELEASES_MAX];
	unsigned release_count;
	struct html_row **rows;
	size_t row_count, row_room;
	struct html_pool shared;
};

/* The index of the release called NAME, which is added; HTML_NO_RELEASE: no room. */
int html_page_release(struct html_page *page, const char *name);

/* Notes that the NumPy VERSION, which is of release INDEX, is there. */
void html_page_mark(struct html_page *page, int index, const char *version);

/* The row of that name, version and place, which is added; NULL: no memory. */
struct html_row *html_page_row(struct html_page *page, const char *name,
			       const char *version, const char *place);

/* Adds an item with MEMBERS, which are copied; NULL: no memory. */
struct html_item *html_page_item(struct html_page *page, struct html_row *row,
				 const char *members);

/* Brings the rows into the order in which they are shown. */
void html_page_sort(struct html_page *page);

/* Frees everything. */
void html_page_free(struct html_page *page);

#endif
