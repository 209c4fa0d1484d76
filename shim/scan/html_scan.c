/* SPDX-License-Identifier: MIT
 *
 * Rows are the distributions of an environment, items their extensions.  Called by
 * output.c.
 */
#include <stdlib.h>
#include <string.h>

#include "facts/owner_place.h"
#include "report/escape.h"
#include "scan/html_columns.h"
#include "scan/html_item.h"
#include "scan/html_scan.h"
#include "scan/html_summary.h"
#include "scan/html_text.h"
#include "scan/kept.h"
#include "verdict/version.h"

#define RANK_APART 5 /* below all verdicts: it has nothing to do with NumPy */

/* What a row's extensions have in common. */
struct common {
	struct common *next;
	struct html_row *row;
	struct common_range range;
};

/* An extension whose advice waits for its neighbours. */
struct waiting {
	struct waiting *next;
	struct html_item *item;
	struct kept *kept;
};

struct html_scan {
	const struct targets *targets;
	struct html_page page;
	struct common *commons;
	struct waiting *waiting;
	struct asked asked;
	struct html_lines unread, noted;
	/* the extension at hand */
	char *path;
	struct html_row *row;
	struct html_item *item;
};

static void add_releases(struct html_page *page, const struct target *target)
{
	for (; target; target = target->next)
		html_page_release(page, target->runtime.numpy);
}

struct html_scan *html_scan_new(const struct targets *targets)
{
	struct html_scan *scan = calloc(1, sizeof(*scan));

	if (!scan)
		return NULL;
	scan->targets = targets;
	scan->page.fields = html_item_fields;
	scan->page.tables = html_item_tables;
	scan->page.all_releases = !targets->named;
	add_releases(&scan->page, targets->named);
	add_releases(&scan->page, targets->releases);
	return scan;
}

/* --- columns ------------------------------------------------------------------ */

static bool is_same_minor(const char *one, const char *other)
{
	struct version a, b;

	return version_parse(one, &a) && version_parse(other, &b) && a.major == b.major &&
	       a.minor == b.minor;
}

/* The release that NUMPY is, by its name or by its minor number, or HTML_NO_RELEASE. */
static int find_release(const struct html_page *page, const char *numpy)
{
	int found = HTML_NO_RELEASE;

	for (int i = (int)page->release_count - 1; i >= 0; i--) {
		if (strcmp(page->releases[i].name, numpy) == 0)
			return i;
		if (is_same_minor(page->releases[i].name, numpy))
			found = i;
	}
	return found;
}

/* Marks the release that lies beside the item; one of which the table has no other. */
static void mark_installed(struct html_scan *scan, const struct target *beside)
{
	const char *numpy = beside ? beside->runtime.numpy : "";
	int index = find_release(&scan->page, numpy);

	if (!numpy[0])
		return;
	if (index == HTML_NO_RELEASE && !scan->targets->named)
		index = html_page_release(&scan->page, numpy);
	html_page_mark(&scan->page, index, numpy);
	scan->item->installed = index;
}

/* --- rows --------------------------------------------------------------------- */

/* What EXTENSION is of; where no distribution is known its package, or its directory. */
static void name_row(const struct record_extension *extension, char *name, size_t size)
{
	const struct owner *owner = extension->owner;
	const char *slash = strrchr(extension->path, '/');
	size_t package = strcspn(owner->module, ".");
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, name, size);
	if (owner->distribution[0])
		npabi_textbuf_string(&buf, owner->distribution);
	else if (owner->module[package])
		npabi_textbuf_bytes(&buf, owner->module, package);
	else if (slash)
		npabi_textbuf_bytes(&buf, extension->path,
				    (size_t)(slash - extension->path));
	else
		npabi_textbuf_char(&buf, '.');
}

static struct html_row *find_row(struct html_scan *scan,
				 const struct record_extension *extension,
				 const struct target *beside)
{
	const char *place = beside && beside->root ? beside->root : "";
	char name[OWNER_PATH_MAX];
	struct html_row *row;

	name_row(extension, name, sizeof(name));
	row = html_page_row(&scan->page, name, extension->owner->version, place);
	if (row && !row->first)
		row->rank = RANK_APART;
	return row;
}

static struct common *find_common(struct html_scan *scan)
{
	struct common *common = scan->commons;

	while (common && common->row != scan->row)
		common = common->next;
	if (common)
		return common;
	common = calloc(1, sizeof(*common));
	if (!common)
		return NULL;
	common->row = scan->row;
	common->next = scan->commons;
	scan->commons = common;
	return common;
}

static bool count_in(struct html_scan *scan, const struct record_extension *extension)
{
	struct common *common = find_common(scan);
	char *built = scan->row->fields[0];
	const char *other = extension->verdict->built_against;

	if (!common)
		return false;
	if (extension->facts->numpy_dependent != FACTS_YES)
		return true;
	common_range_add(&common->range, extension->facts, extension->path);
	if (!built[0])
		npabi_text_copy(built, HTML_FIELD_SIZE, other);
	else if (other[0] && strcmp(built, other) != 0)
		npabi_text_copy(built, HTML_FIELD_SIZE, "several");
	return true;
}

static void describe_rows(struct html_scan *scan)
{
	for (struct common *common = scan->commons; common; common = common->next) {
		struct npabi_textbuf buf;

		npabi_textbuf_init(&buf, common->row->fields[1], HTML_FIELD_SIZE);
		if (!common_range_is_possible(&common->range))
			npabi_textbuf_string(&buf, "none");
		else
			common_range_append(&buf, common->range.minimum,
					    common->range.below);
	}
}

/* --- items -------------------------------------------------------------------- */

static bool start_item(struct html_scan *scan, const struct record_extension *extension,
		       const struct target *beside)
{
	free(scan->path);
	scan->item = NULL;
	scan->path = strdup(extension->path);
	scan->row = scan->path ? find_row(scan, extension, beside) : NULL;
	if (scan->row)
		scan->item = html_item_add(&scan->page, scan->row, extension);
	if (!scan->item)
		return false;
	mark_installed(scan, beside);
	return count_in(scan, extension);
}

/* Keeps the extension for its advice, if it has any; the first verdict that has counts.
 */
static bool keep(struct html_scan *scan, const struct record_extension *extension,
		 const struct common_range *range)
{
	struct waiting *waiting;

	if (!extension->verdict->advice_count ||
	    (scan->waiting && scan->waiting->item == scan->item))
		return true;
	waiting = calloc(1, sizeof(*waiting));
	if (!waiting)
		return false;
	waiting->item = scan->item;
	waiting->kept = kept_new(extension, range);
	waiting->next = scan->waiting;
	scan->waiting = waiting;
	return waiting->kept != NULL;
}

/* Where the row stands: by the worst verdict that counts. */
static void rank(struct html_scan *scan, const struct record_extension *extension)
{
	const struct facts *facts = extension->facts;
	unsigned rank = html_columns_rank(extension->verdict->kind);

	if (facts->numpy_dependent == FACTS_NO && extension->verdict->kind == VERDICT_OK)
		return;
	/* where only a NumPy is missing, nothing is wrong */
	if (!extension->runtime && facts->status == NPABI_OK && !facts->status_detail[0])
		rank = html_columns_rank(VERDICT_OK);
	if (rank < scan->row->rank)
		scan->row->rank = rank;
}

bool html_scan_add(struct html_scan *scan, const struct record_extension *extension,
		   const struct target *beside, const struct common_range *range)
{
	bool starts = !scan->path || strcmp(scan->path, extension->path) != 0;
	int index;

	if (starts && !start_item(scan, extension, beside))
		return false;
	if (!scan->item)
		return true; /* it was told that there was no memory for it */
	if (starts || scan->targets->named) {
		rank(scan, extension);
		if (!keep(scan, extension, range))
			return false;
	}
	if (!extension->runtime)
		return true;
	index = find_release(&scan->page, extension->runtime->numpy);
	if (index != HTML_NO_RELEASE && scan->item->outcomes[index].known)
		return true;
	return html_item_judge(&scan->page, scan->item, index, extension);
}

/* Adds "PATH: ", WHAT and REASON. */
static void add_line(struct html_lines *lines, const char *path, const char *what,
		     const char *reason)
{
	char line[HTML_TEXT_MAX];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, line, sizeof(line));
	escape_text(&buf, path);
	npabi_textbuf_string(&buf, ": ");
	npabi_textbuf_string(&buf, what);
	escape_text(&buf, reason);
	html_lines_add(lines, line);
}

void html_scan_add_unread(struct html_scan *scan, const char *path, const char *reason,
			  bool known)
{
	add_line(&scan->unread, path, known ? "known, " : "", reason);
}

void html_scan_add_remark(struct html_scan *scan, const char *path, const char *reason)
{
	add_line(&scan->noted, path, "", reason);
}

/* --- the end ------------------------------------------------------------------ */

void html_scan_write(struct html_scan *scan, FILE *output, char *const *paths,
		     const struct tally *tally)
{
	struct html_summary summary;

	for (struct waiting *waiting = scan->waiting; waiting; waiting = waiting->next) {
		if (waiting->kept)
			html_item_advise(&scan->page, waiting->item,
					 kept_extension(waiting->kept, &scan->asked));
	}
	describe_rows(scan);
	html_page_sort(&scan->page);
	html_summary_make(&summary, tally, scan->targets);
	summary.head.subjects = (const char *const *)paths;
	summary.head.unread = html_lines_get(&scan->unread);
	summary.head.noted = html_lines_get(&scan->noted);
	html_write(output, &summary.head, &scan->page);
	html_summary_free(&summary);
}

void html_scan_free(struct html_scan *scan)
{
	if (!scan)
		return;
	while (scan->waiting) {
		struct waiting *next = scan->waiting->next;

		kept_free(scan->waiting->kept);
		free(scan->waiting);
		scan->waiting = next;
	}
	while (scan->commons) {
		struct common *next = scan->commons->next;

		free(scan->commons);
		scan->commons = next;
	}
	html_lines_free(&scan->unread);
	html_lines_free(&scan->noted);
	html_page_free(&scan->page);
	free(scan->path);
	free(scan);
}
