/* SPDX-License-Identifier: MIT
 *
 * A list of groups, each with a list of rows, in the order in which they came.
 * Texts are made when an extension is added, for its facts are gone afterwards, but for
 * the advice, which hangs on all of them; everything that others have named is escaped.
 * Called by scan.c.
 */
#include <stdlib.h>
#include <string.h>

#include "report/advice.h"
#include "report/escape.h"
#include "scan/groups.h"
#include "scan/kept.h"

#define TEXT_MAX 32768

struct row {
	struct row *next;
	char *path;
	char *origin; /* "; built against NumPy 1.23; works with ...", or "" */
};

struct group {
	struct group *next;
	struct row *first, **last;
	unsigned count;
	enum verdict_kind kind;
	bool known;
	char *subject;	   /* " on NumPy 2.0.2: scipy 1.10.1" */
	char *reason;	   /* "ValueError: ..." */
	struct kept *kept; /* the first of them; NULL: there is no advice */
	char *advice;	   /* lines; NULL: none, or not made yet */
};

/* The terminal's colours; ordered as enum verdict_kind. */
static const char colours[][8] = {"\x1b[33m", "\x1b[32m", "\x1b[33m", "\x1b[31m",
				  "\x1b[31m"};

static void append_kind(struct npabi_textbuf *buf, bool colour, enum verdict_kind kind)
{
	npabi_textbuf_string(buf, colour ? colours[kind] : "");
	npabi_textbuf_string(buf, verdict_kind_name(kind));
	npabi_textbuf_string(buf, colour ? "\x1b[0m" : "");
}

/* " on NumPy 2.0.2: scipy 1.10.1" */
static void append_subject(struct npabi_textbuf *buf,
			   const struct record_extension *extension)
{
	const struct owner *owner = extension->owner;

	if (extension->runtime && extension->facts->numpy_dependent != FACTS_NO) {
		npabi_textbuf_string(buf, " on NumPy ");
		escape_text(buf, extension->runtime->numpy);
	}
	npabi_textbuf_string(buf, ": ");
	if (!owner->distribution[0])
		return;
	escape_text(buf, owner->distribution);
	npabi_textbuf_string(buf, owner->version[0] ? " " : "");
	escape_text(buf, owner->version);
	npabi_textbuf_string(buf, ", ");
}

/* What NumPy said before Python replaced it. */
static void append_cause(struct npabi_textbuf *buf, const struct verdict *verdict)
{
	if (!verdict->cause_type[0] && !verdict->cause[0])
		return;
	npabi_textbuf_string(buf, " (because of: ");
	escape_text(buf, verdict->cause_type);
	npabi_textbuf_string(buf,
			     verdict->cause_type[0] && verdict->cause[0] ? ": " : "");
	escape_text(buf, verdict->cause);
	npabi_textbuf_char(buf, ')');
}

/* Why nothing is known, or what Python will say. */
static void append_reason(struct npabi_textbuf *buf,
			  const struct record_extension *extension)
{
	const struct facts *facts = extension->facts;
	const struct verdict *verdict = extension->verdict;

	if (facts->numpy_dependent == FACTS_NO && verdict->kind == VERDICT_OK) {
		npabi_textbuf_string(buf, "does not use NumPy's C interface");
	} else if (verdict->message[0]) {
		escape_text(buf, verdict->error_type);
		npabi_textbuf_string(buf, verdict->error_type[0] ? ": " : "");
		escape_text(buf, verdict->message);
		append_cause(buf, verdict);
	} else if (verdict->kind == VERDICT_ERROR) {
		npabi_textbuf_string(buf, "the import will fail");
	} else if (verdict->kind == VERDICT_UNKNOWN && facts->status != NPABI_OK) {
		npabi_textbuf_string(buf, npabi_status_text(facts->status));
	} else if (verdict->kind == VERDICT_UNKNOWN && facts->status_detail[0]) {
		escape_text(buf, facts->status_detail);
	} else if (verdict->kind == VERDICT_UNKNOWN && verdict->explanation[0]) {
		escape_text(buf, verdict->explanation);
	} else if (verdict->kind == VERDICT_UNKNOWN && !extension->runtime) {
		npabi_textbuf_string(buf, "no NumPy beside it");
	} else if (verdict->kind == VERDICT_UNKNOWN) {
		npabi_textbuf_string(buf, "what was read does not settle it");
	} else {
		npabi_textbuf_string(buf, "works");
	}
}

static void append_origin(struct npabi_textbuf *buf,
			  const struct record_extension *extension)
{
	const struct verdict *verdict = extension->verdict;

	if (extension->facts->numpy_dependent == FACTS_NO)
		return;
	if (verdict->built_against[0]) {
		npabi_textbuf_string(buf, "; built against NumPy ");
		escape_text(buf, verdict->built_against);
	}
	if (verdict->numpy_min[0] || verdict->numpy_below[0]) {
		npabi_textbuf_string(buf, "; works with NumPy ");
		common_range_append(buf, verdict->numpy_min, verdict->numpy_below);
	}
}

static void append_path(struct npabi_textbuf *buf,
			const struct record_extension *extension)
{
	escape_text(buf, extension->path);
}

/* What APPEND writes about EXTENSION, on the heap; NULL: no memory. */
static char *make_text(void (*append)(struct npabi_textbuf *,
				      const struct record_extension *),
		       const struct record_extension *extension)
{
	char text[TEXT_MAX];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, text, sizeof(text));
	append(&buf, extension);
	return strdup(text);
}

static void free_row(struct row *row)
{
	if (!row)
		return;
	free(row->path);
	free(row->origin);
	free(row);
}

static void free_group(struct group *group)
{
	if (!group)
		return;
	while (group->first) {
		struct row *next = group->first->next;

		free_row(group->first);
		group->first = next;
	}
	free(group->subject);
	free(group->reason);
	kept_free(group->kept);
	free(group->advice);
	free(group);
}

static struct row *make_row(const struct record_extension *extension)
{
	struct row *row = calloc(1, sizeof(*row));

	if (!row)
		return NULL;
	row->path = make_text(append_path, extension);
	row->origin = make_text(append_origin, extension);
	if (row->path && row->origin)
		return row;
	free_row(row);
	return NULL;
}

static struct group *make_group(const struct record_extension *extension,
				const struct common_range *range)
{
	struct group *group = calloc(1, sizeof(*group));

	if (!group)
		return NULL;
	group->last = &group->first;
	group->kind = extension->verdict->kind;
	group->known = extension->known;
	group->subject = make_text(append_subject, extension);
	group->reason = make_text(append_reason, extension);
	if (extension->verdict->advice_count)
		group->kept = kept_new(extension, range);
	if (group->subject && group->reason &&
	    (group->kept || !extension->verdict->advice_count))
		return group;
	free_group(group);
	return NULL;
}

/* The group in GROUPS that is like GROUP, which is freed then; or GROUP, added. */
static struct group *merge_group(struct groups *groups, struct group *group)
{
	struct group **place = &groups->first;

	for (; *place; place = &(*place)->next) {
		if ((*place)->kind == group->kind && (*place)->known == group->known &&
		    strcmp((*place)->subject, group->subject) == 0 &&
		    strcmp((*place)->reason, group->reason) == 0) {
			free_group(group);
			return *place;
		}
	}
	*place = group;
	return group;
}

bool groups_add(struct groups *groups, const struct record_extension *extension,
		const struct common_range *range)
{
	struct row *row = make_row(extension);
	struct group *group = row ? make_group(extension, range) : NULL;

	if (!group) {
		free_row(row);
		return false;
	}
	group = merge_group(groups, group);
	*group->last = row;
	group->last = &row->next;
	group->count++;
	return true;
}

/* As the library's record has it, but a line each. */
static void append_advice(struct npabi_textbuf *buf,
			  const struct record_extension *extension)
{
	const char *head = "what to do: ";
	char advice[RECORD_ADVICE_SIZE];

	for (unsigned i = 0; i < extension->verdict->advice_count; i++) {
		if (!record_advice(extension, i, advice, sizeof(advice)))
			continue;
		npabi_textbuf_format(buf, "  %s", head);
		escape_text(buf, advice);
		npabi_textbuf_char(buf, '\n');
		head = "";
	}
}

static void make_advice(struct group *group)
{
	struct asked asked = {.root = ""};

	for (; group; group = group->next) {
		if (group->kept)
			group->advice = make_text(append_advice,
						  kept_extension(group->kept, &asked));
	}
}

/* Is what is advised said behind the next group, which has the same advice? */
static bool is_advised_next(const struct group *group)
{
	return group->next && group->next->advice &&
	       strcmp(group->advice, group->next->advice) == 0;
}

static void print_group(const struct group *group, FILE *output, bool colour)
{
	char text[64];
	struct npabi_textbuf buf;
	const char *origin = group->first->origin;

	npabi_textbuf_init(&buf, text, sizeof(text));
	npabi_textbuf_string(&buf, group->known ? "known " : "");
	append_kind(&buf, colour, group->kind);
	fprintf(output, "%s%s%u extension%s: %s%s\n", text, group->subject, group->count,
		group->count == 1 ? "" : "s", group->reason, origin);
	for (const struct row *row = group->first; row; row = row->next)
		fprintf(output, "  %s%s\n", row->path,
			strcmp(row->origin, origin) == 0 ? "" : row->origin);
	if (group->advice && !is_advised_next(group))
		fputs(group->advice, output);
}

void groups_print(const struct groups *groups, FILE *output, bool colour)
{
	make_advice(groups->first);
	for (const struct group *group = groups->first; group; group = group->next)
		print_group(group, output, colour);
}

void groups_free(struct groups *groups)
{
	while (groups->first) {
		struct group *next = groups->first->next;

		free_group(groups->first);
		groups->first = next;
	}
}
