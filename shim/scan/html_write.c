/* SPDX-License-Identifier: MIT
 *
 * The template, with its places filled in: what is above the matrix and a plain table
 * for who runs no scripts are written here, the rest comes from the data.  Called by
 * html_scan.c.
 */
#include <string.h>

#include "report/common.h"
#include "scan/html_data.h"
#include "scan/html_template.h"
#include "scan/html_text.h"
#include "scan/html_write.h"

#define LIST_SHOWN_MAX 6
#define PLACE	       "{{" /* what each of the template's places begins with */

struct writing {
	FILE *output;
	const struct html_head *head;
	const struct html_page *page;
	struct html_columns columns;
};

/* --- above the matrix --------------------------------------------------------- */

/* Writes TEXT in an element that TAG opens: "p class=lead". */
static void write_element(FILE *output, const char *tag, const char *text)
{
	fprintf(output, "<%s>", tag);
	html_text(output, text);
	fprintf(output, "</%.*s>\n", (int)strcspn(tag, " "), tag);
}

static void write_title(struct writing *writing)
{
	html_text(writing->output, writing->head->title);
	fputs(": ", writing->output);
	html_text(writing->output, writing->head->lead);
}

/* What was looked at, where, when and by whom. */
static void write_origin(struct writing *writing)
{
	FILE *output = writing->output;
	struct record_common common;

	record_common_read(&common);
	fputs("<p class=\"origin\">", output);
	write_element(output, "b", writing->head->title);
	for (unsigned i = 0; writing->head->subjects[i]; i++)
		write_element(output, "code", writing->head->subjects[i]);
	fprintf(output, "<span>%.10s %.5s UTC", common.time, common.time + 11);
	if (common.host[0]) {
		fputs(" on ", output);
		html_text(output, common.host);
	}
	fputs(", npabi " NPABI_VERSION "</span></p>\n", output);
}

static void write_requirement(struct writing *writing)
{
	const struct html_head *head = writing->head;
	FILE *output = writing->output;

	if (!head->requirement[0] && !head->about[0])
		return;
	fputs("<p class=\"requirement\">", output);
	if (head->requirement[0])
		write_element(output, "code", head->requirement);
	html_text(output, head->about);
	fputs("</p>\n", output);
}

static void write_list(FILE *output, const char *tag, const char *const *list)
{
	if (!list[0])
		return;
	fprintf(output, "<ul class=\"%s\">\n", tag);
	for (unsigned i = 0; list[i]; i++)
		write_element(output, "li", list[i]);
	fputs("</ul>\n", output);
}

static unsigned length_of(const char *const *list)
{
	unsigned length = 0;

	while (list[length])
		length++;
	return length;
}

/* Writes a list that can be shut; a long one is. */
static void write_details(FILE *output, const char *const *list, const char *summary)
{
	unsigned count = length_of(list);

	if (!count)
		return;
	fprintf(output, "<details%s><summary>%u %s</summary>\n",
		count > LIST_SHOWN_MAX ? "" : " open", count, summary);
	write_list(output, "paths", list);
	fputs("</details>\n", output);
}

static void write_head(struct writing *writing)
{
	FILE *output = writing->output;

	fprintf(output, "<h1 class=\"%s\">", verdict_kind_name(writing->head->kind));
	html_text(output, writing->head->lead);
	fputs("</h1>\n", output);
	write_requirement(writing);
	write_list(output, "remarks", writing->head->remarks);
	write_details(output, writing->head->installed, "NumPys are installed");
	write_details(output, writing->head->noted, "worth a remark");
	write_details(output, writing->head->unread, "could not be analysed");
}

/* --- the plain table ---------------------------------------------------------- */

static void write_heading(struct writing *writing)
{
	const struct html_columns *columns = &writing->columns;
	const char *const *fields = writing->page->fields;
	FILE *output = writing->output;

	fputs("<thead><tr><th scope=\"col\">Distribution</th>", output);
	for (unsigned i = 0; fields[i]; i++)
		write_element(output, "th scope=\"col\"", fields[i]);
	for (unsigned i = 0; i < columns->count; i++) {
		fputs("<th scope=\"col\">", output);
		html_text(output, columns->list[i].label);
		if (columns->list[i].installed[0])
			fputs(" (installed)", output);
		fputs("</th>", output);
	}
	fputs("</tr></thead>\n", output);
}

static void write_verdict(struct writing *writing, const struct html_row *row,
			  const struct html_column *column)
{
	enum verdict_kind kind;

	if (html_columns_worst(row, column, &kind))
		fprintf(writing->output, "<td class=\"%s\">%s</td>",
			verdict_kind_name(kind), verdict_kind_name(kind));
	else
		fputs("<td></td>", writing->output);
}

static void write_row(struct writing *writing, const struct html_row *row)
{
	FILE *output = writing->output;

	fputs("<tr><th scope=\"row\">", output);
	html_text(output, row->name);
	fputc(' ', output);
	html_text(output, row->version);
	fputs("</th>", output);
	for (unsigned i = 0; writing->page->fields[i]; i++)
		write_element(output, "td", row->fields[i]);
	for (unsigned i = 0; i < writing->columns.count; i++)
		write_verdict(writing, row, &writing->columns.list[i]);
	fputs("</tr>\n", output);
}

static void write_table(struct writing *writing)
{
	const struct html_page *page = writing->page;

	if (!page->row_count)
		return;
	fputs("<table>\n", writing->output);
	write_heading(writing);
	fputs("<tbody>\n", writing->output);
	for (size_t i = 0; i < page->row_count; i++)
		write_row(writing, page->rows[i]);
	fputs("</tbody></table>\n", writing->output);
}

/* --- the template ------------------------------------------------------------- */

static void write_data(struct writing *writing)
{
	html_data_write(writing->output, writing->page, &writing->columns);
}

static void write_style(struct writing *writing)
{
	fputs(html_page_css, writing->output);
}

static void write_script(struct writing *writing)
{
	fputs(html_page_js, writing->output);
}

static const struct {
	char name[16];
	void (*write)(struct writing *writing);
} places[] = {
	{"{{title}}", write_title},   {"{{style}}", write_style},
	{"{{origin}}", write_origin}, {"{{head}}", write_head},
	{"{{table}}", write_table},   {"{{data}}", write_data},
	{"{{script}}", write_script},
};

/* Fills in the place that TEXT begins with; the length of its name. */
static size_t fill_place(struct writing *writing, const char *text)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		size_t length = strlen(places[i].name);

		if (strncmp(text, places[i].name, length) != 0)
			continue;
		places[i].write(writing);
		return length;
	}
	fputs(PLACE, writing->output); /* it was no place */
	return strlen(PLACE);
}

void html_write(FILE *output, const struct html_head *head, const struct html_page *page)
{
	struct writing writing = {.output = output, .head = head, .page = page};
	const char *text = html_page_html, *place;

	html_columns_make(page, &writing.columns);
	while ((place = strstr(text, PLACE)) != NULL) {
		fwrite(text, 1, (size_t)(place - text), output);
		text = place + fill_place(&writing, place);
	}
	fputs(text, output);
}
