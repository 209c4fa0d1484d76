/* SPDX-License-Identifier: MIT
 *
 * Building the page's rows.  Called by html_scan.c.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/textbuf.h"
#include "scan/html_page.h"

int html_page_release(struct html_page *page, const char *name)
{
	unsigned i = 0;

	while (i < page->release_count && strcmp(page->releases[i].name, name) != 0)
		i++;
	if (i == HTML_RELEASES_MAX)
		return HTML_NO_RELEASE;
	if (i == page->release_count) {
		npabi_text_copy(page->releases[i].name, sizeof(page->releases[i].name),
				name);
		page->release_count++;
	}
	return (int)i;
}

/* Is VERSION one of LIST, which commas and blanks part? */
static bool is_listed(const char *list, const char *version)
{
	size_t length = strlen(version);

	while (*list) {
		size_t item = strcspn(list, ", ");

		if (item == length && memcmp(list, version, length) == 0)
			return true;
		list += item;
		list += strspn(list, ", ");
	}
	return false;
}

void html_page_mark(struct html_page *page, int index, const char *version)
{
	char *installed;
	struct npabi_textbuf buf;

	if (index == HTML_NO_RELEASE)
		return;
	installed = page->releases[index].installed;
	if (is_listed(installed, version))
		return;
	buf = (struct npabi_textbuf){
		.data = installed,
		.capacity = sizeof(page->releases[index].installed),
		.length = strlen(installed),
	};
	npabi_textbuf_string(&buf, buf.length ? ", " : "");
	npabi_textbuf_string(&buf, version);
}

static void free_row(struct html_row *row)
{
	while (row->first) {
		struct html_item *next = row->first->next;

		free(row->first->members);
		free(row->first);
		row->first = next;
	}
	free(row->name);
	free(row->version);
	free(row->place);
	free(row);
}

static bool grow(struct html_page *page)
{
	size_t room = page->row_room ? 2 * page->row_room : 64;
	struct html_row **rows;

	if (page->row_count < page->row_room)
		return true;
	rows = realloc(page->rows, room * sizeof(struct html_row *));
	if (!rows)
		return false;
	page->rows = rows;
	page->row_room = room;
	return true;
}

struct html_row *html_page_row(struct html_page *page, const char *name,
			       const char *version, const char *place)
{
	struct html_row *row;

	for (size_t i = page->row_count; i > 0; i--) {
		row = page->rows[i - 1];
		if (strcmp(row->name, name) == 0 && strcmp(row->version, version) == 0 &&
		    strcmp(row->place, place) == 0)
			return row;
	}
	row = grow(page) ? calloc(1, sizeof(*row)) : NULL;
	if (!row)
		return NULL;
	row->name = strdup(name);
	row->version = strdup(version);
	row->place = strdup(place);
	row->last = &row->first;
	if (!row->name || !row->version || !row->place) {
		free_row(row);
		return NULL;
	}
	page->rows[page->row_count++] = row;
	return row;
}

struct html_item *html_page_item(struct html_page *page, struct html_row *row,
				 const char *members)
{
	struct html_item *item = calloc(1, sizeof(*item));

	if (!item)
		return NULL;
	item->installed = HTML_NO_RELEASE;
	item->members = strdup(members);
	if (!item->members || !html_pool_add(&page->shared, "[]", &item->advice)) {
		free(item->members);
		free(item);
		return NULL;
	}
	*row->last = item;
	row->last = &item->next;
	return item;
}

static int compare_rows(const void *one, const void *other)
{
	const struct html_row *a = *(struct html_row *const *)one;
	const struct html_row *b = *(struct html_row *const *)other;
	int order;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	order = strcasecmp(a->name, b->name);
	order = order ? order : strcmp(a->version, b->version);
	return order ? order : strcmp(a->place, b->place);
}

void html_page_sort(struct html_page *page)
{
	if (page->row_count)
		qsort(page->rows, page->row_count, sizeof(struct html_row *),
		      compare_rows);
}

void html_page_free(struct html_page *page)
{
	for (size_t i = 0; i < page->row_count; i++)
		free_row(page->rows[i]);
	free(page->rows);
	html_pool_free(&page->shared);
	*page = (struct html_page){.rows = NULL};
}
