/* SPDX-License-Identifier: MIT
 *
 * Joining neighbouring releases.  Called by html_data.c and html_write.c.
 */
#include <string.h>

#include "scan/html_columns.h"

#define DASH "\xe2\x80\x93" /* U+2013, that of ranges */

static bool same_outcomes(const struct html_row *row, unsigned a, unsigned b)
{
	for (const struct html_item *item = row->first; item; item = item->next) {
		const struct html_outcome *one = &item->outcomes[a];
		const struct html_outcome *other = &item->outcomes[b];

		if (one->known != other->known || one->kind != other->kind)
			return false;
	}
	return true;
}

static bool may_join(const struct html_page *page, unsigned a, unsigned b)
{
	if (!page->all_releases || page->releases[a].installed[0] ||
	    page->releases[b].installed[0])
		return false;
	for (size_t i = 0; i < page->row_count; i++) {
		if (!same_outcomes(page->rows[i], a, b))
			return false;
	}
	return true;
}

static void name_column(const struct html_page *page, struct html_column *column)
{
	const struct html_release *releases = page->releases;
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, column->label, sizeof(column->label));
	npabi_textbuf_string(&buf, releases[column->first].name);
	if (column->last > column->first) {
		npabi_textbuf_string(&buf, DASH);
		npabi_textbuf_string(&buf, releases[column->last].name);
	}
	column->installed = releases[column->first].installed;
}

void html_columns_make(const struct html_page *page, struct html_columns *columns_)
{
	columns_->count = 0;
	for (unsigned i = 0; i < page->release_count; i++) {
		if (i == 0 || !may_join(page, i - 1, i))
			columns_->list[columns_->count++].first = i;
		columns_->list[columns_->count - 1].last = i;
	}
	for (unsigned i = 0; i < columns_->count; i++)
		name_column(page, &columns_->list[i]);
}

unsigned html_columns_rank(enum verdict_kind kind)
{
	static const unsigned ranks[] = {
		[VERDICT_ERROR] = 0,   [VERDICT_UNSAFE] = 1, [VERDICT_WARN] = 2,
		[VERDICT_UNKNOWN] = 3, [VERDICT_OK] = 4,
	};

	return ranks[kind];
}

bool html_columns_worst(const struct html_row *row, const struct html_column *column,
			enum verdict_kind *kind_)
{
	bool known = false;

	for (const struct html_item *item = row->first; item; item = item->next) {
		const struct html_outcome *outcome = &item->outcomes[column->first];

		if (!outcome->known)
			continue;
		if (!known ||
		    html_columns_rank(outcome->kind) < html_columns_rank(*kind_))
			*kind_ = outcome->kind;
		known = true;
	}
	return known;
}
