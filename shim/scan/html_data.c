/* SPDX-License-Identifier: MIT
 *
 * Writing the object piece by piece: no buffer has to hold it.  Called by
 * html_write.c.
 */
#include "report/json.h"
#include "scan/html_data.h"
#include "scan/html_text.h"

static void write_string(FILE *output, const char *text)
{
	char value[HTML_VALUE_MAX];

	html_json_value(value, text);
	html_json(output, value);
}

/* Writes BEFORE, as it is, and TEXT as a string. */
static void write_after(FILE *output, const char *before, const char *text)
{
	fputs(before, output);
	write_string(output, text);
}

static void write_list(FILE *output, const char *const *list)
{
	fputc('[', output);
	for (unsigned i = 0; list[i]; i++)
		write_after(output, i ? "," : "", list[i]);
	fputc(']', output);
}

static void write_tables(FILE *output, const struct html_table *tables)
{
	fputs(",\"tables\":[", output);
	for (unsigned i = 0; tables[i].title; i++) {
		write_after(output, i ? ",{\"title\":" : "{\"title\":", tables[i].title);
		fputs(",\"columns\":", output);
		write_list(output, tables[i].columns);
		fputc('}', output);
	}
	fputc(']', output);
}

static void write_releases(FILE *output, const struct html_page *page)
{
	fprintf(output, ",\"all_releases\":%s,\"releases\":[",
		page->all_releases ? "true" : "false");
	for (unsigned i = 0; i < page->release_count; i++)
		write_after(output, i ? "," : "", page->releases[i].name);
	fputc(']', output);
}

static void write_columns(FILE *output, const struct html_columns *columns)
{
	fputs(",\"columns\":[", output);
	for (unsigned i = 0; i < columns->count; i++) {
		const struct html_column *column = &columns->list[i];

		write_after(output, i ? ",{\"label\":" : "{\"label\":", column->label);
		fprintf(output, ",\"first\":%u,\"last\":%u", column->first, column->last);
		write_after(output, ",\"installed\":", column->installed);
		fputc('}', output);
	}
	fputc(']', output);
}

static void write_outcomes(FILE *output, const struct html_item *item, unsigned count)
{
	fputs(",\"verdicts\":[", output);
	for (unsigned i = 0; i < count; i++) {
		fputs(i ? "," : "", output);
		if (item->outcomes[i].known)
			fprintf(output, "%u", item->outcomes[i].number);
		else
			fputs("null", output);
	}
	fputc(']', output);
}

static void write_item(FILE *output, const struct html_item *item, unsigned release_count)
{
	fputc('{', output);
	html_json(output, item->members);
	write_outcomes(output, item, release_count);
	if (item->installed != HTML_NO_RELEASE)
		fprintf(output, ",\"installed\":%d", item->installed);
	else
		fputs(",\"installed\":null", output);
	fprintf(output, ",\"advice\":%u}", item->advice);
}

static void write_row(FILE *output, const struct html_page *page,
		      const struct html_row *row)
{
	write_after(output, "{\"name\":", row->name);
	write_after(output, ",\"version\":", row->version);
	write_after(output, ",\"place\":", row->place);
	fputs(",\"fields\":[", output);
	for (unsigned i = 0; page->fields[i]; i++)
		write_after(output, i ? "," : "", row->fields[i]);
	fputs("],\"items\":[", output);
	for (const struct html_item *item = row->first; item; item = item->next) {
		write_item(output, item, page->release_count);
		fputs(item->next ? ",\n" : "", output);
	}
	fputs("]}", output);
}

static void write_shared(FILE *output, const struct html_pool *pool)
{
	fputs(",\"shared\":[", output);
	for (size_t i = 0; i < pool->count; i++) {
		fputs(i ? ",\n" : "", output);
		html_json(output, pool->values[i]);
	}
	fputc(']', output);
}

void html_data_write(FILE *output, const struct html_page *page,
		     const struct html_columns *columns)
{
	fputs("{\"fields\":", output);
	write_list(output, page->fields);
	write_tables(output, page->tables);
	write_releases(output, page);
	write_columns(output, columns);
	fputs(",\"rows\":[", output);
	for (size_t i = 0; i < page->row_count; i++) {
		fputs(i ? ",\n" : "\n", output);
		write_row(output, page, page->rows[i]);
	}
	fputc(']', output);
	write_shared(output, &page->shared);
	fputc('}', output);
}
