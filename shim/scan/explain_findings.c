/* SPDX-License-Identifier: MIT
 *
 * One pass over the text.  One failure is often told three times (NumPy's
 * reason, then import_array's own word, then the package's): then only the
 * reason stays, with the place that any of them had.  Called by explain.c.
 */
#include <string.h>

#include "base/textbuf.h"
#include "scan/explain_findings.h"

#define CONTEXTS_MAX 16 /* so many occurrences of one text are looked at closely */

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length >= tail && strcmp(text + length - tail, end) == 0;
}

bool explain_is_warning(const struct explain_finding *finding)
{
	return ends_with(finding->category, "Warning");
}

bool explain_is_exception(const struct explain_finding *finding)
{
	return ends_with(finding->category, "Error") ||
	       ends_with(finding->category, "Exception");
}

/* --- one finding -------------------------------------------------------------- */

/* "ValueError: " or "ValueError('" before byte START. */
static void read_category(const char *text, size_t start, char *category, size_t size)
{
	size_t end = start, first;
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, category, size);
	while (end && start - end < 12 && strchr(" \n'\"(:", text[end - 1]))
		end--;
	if (end == start ||
	    !memchr(text + end, text[end] == '(' ? '(' : ':', start - end))
		return;
	for (first = end; first && explain_is_name_char(text[first - 1]); first--)
		;
	npabi_textbuf_bytes(&buf, text + first, end - first);
}

/* The words found, with single blanks between them. */
static void copy_words(const char *text, const struct explain_match *match, char *words,
		       size_t size)
{
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, words, size);
	for (size_t i = match->start; i < match->end; i++) {
		bool blank = text[i] == ' ' || text[i] == '\n';

		if (!blank)
			npabi_textbuf_char(&buf, text[i]);
		else if (buf.length && words[buf.length - 1] != ' ')
			npabi_textbuf_char(&buf, ' ');
	}
}

static bool is_same(const struct explain_finding *one,
		    const struct explain_finding *other)
{
	return one->kind == other->kind && one->form == other->form &&
	       memcmp(one->match.numbers, other->match.numbers,
		      sizeof(one->match.numbers)) == 0 &&
	       strcmp(one->match.name, other->match.name) == 0 &&
	       strcmp(one->match.versions[0], other->match.versions[0]) == 0 &&
	       explain_is_warning(one) == explain_is_warning(other);
}

/* Do they come from one and the same module, as far as is known? */
static bool is_same_place(const struct explain_context *one,
			  const struct explain_context *other)
{
	if (!explain_context_known(one) || !explain_context_known(other))
		return true;
	return strcmp(one->package, other->package) == 0 &&
	       (!one->module[0] || !other->module[0] ||
		strcmp(one->module, other->module) == 0);
}

/* An occurrence of what is there already?  Then it is counted. */
static bool count_again(struct explain_findings *findings,
			const struct explain_finding *new)
{
	for (unsigned i = 0; i < findings->count; i++) {
		struct explain_finding *old = &findings->items[i];

		if (!is_same(old, new) || !is_same_place(&old->context, &new->context))
			continue;
		old->count++;
		/* npabi has read the extension itself */
		if (!explain_context_known(&old->context) ||
		    (new->context.record && !old->context.record))
			old->context = new->context;
		return true;
	}
	return false;
}

static unsigned count_same(const struct explain_findings *findings,
			   const struct explain_finding *new)
{
	unsigned count = 0;

	for (unsigned i = 0; i < findings->count; i++)
		if (is_same(&findings->items[i], new))
			count += findings->items[i].count;
	return count;
}

/* A JSON record has the class of an exception in a member of its own. */
static void take_type(struct explain_finding *finding)
{
	const struct explain_context *context = &finding->context;
	const char *type = "";

	if (strcmp(finding->category, "message") == 0)
		type = context->error_type;
	else if (strcmp(finding->category, "cause") == 0)
		type = context->cause_type;
	if (type[0])
		memcpy(finding->category, type, strlen(type) + 1);
}

static void read_context(const char *text, struct explain_finding *finding)
{
	const struct explain_match *match = &finding->match;

	explain_context_read(text, match->start, match->end, explain_is_warning(finding),
			     &finding->context);
	if (finding->kind == EXPLAIN_BANNER && !finding->context.record)
		explain_context_read_after(text, match->end, &finding->context);
	take_type(finding);
}

static void add_finding(const char *text, struct explain_findings *findings,
			struct explain_finding *new)
{
	read_category(text, new->match.start, new->category, sizeof(new->category));
	if (count_same(findings, new) < CONTEXTS_MAX)
		read_context(text, new);
	if (count_again(findings, new))
		return;
	if (findings->count == EXPLAIN_FINDINGS_MAX) {
		findings->more = true;
		return;
	}
	copy_words(text, &new->match, new->text, sizeof(new->text));
	findings->items[findings->count++] = *new;
}

/* --- what follows from what --------------------------------------------------- */

#define BIT(kind) (1u << (kind))
_Static_assert(EXPLAIN_KINDS <= 32, "a bit for each kind");

/* What gives the reason that import_array's own words leave out. */
#define REASONS                                                                          \
	(BIT(EXPLAIN_API_VERSION) | BIT(EXPLAIN_ABI_VERSION) | BIT(EXPLAIN_BYTE_ORDER) | \
	 BIT(EXPLAIN_BANNER) | BIT(EXPLAIN_NO_TABLE) | BIT(EXPLAIN_BAD_TABLE) |          \
	 BIT(EXPLAIN_NO_MODULE) | BIT(EXPLAIN_BROKEN_NUMPY) | BIT(EXPLAIN_NO_NUMPY))

/* By kind: the kinds that it is a consequence of. */
static const unsigned follows_from[EXPLAIN_KINDS] = {
	[EXPLAIN_NO_TABLE] = BIT(EXPLAIN_BANNER) | BIT(EXPLAIN_TORCH),
	[EXPLAIN_NO_MODULE] = BIT(EXPLAIN_BROKEN_NUMPY),
	[EXPLAIN_IMPORT_FAILED] = REASONS | BIT(EXPLAIN_AUTOMATIC) | BIT(EXPLAIN_F2PY),
	[EXPLAIN_AUTOMATIC] = REASONS,
	[EXPLAIN_F2PY] = REASONS,
	[EXPLAIN_NO_NUMPY] = BIT(EXPLAIN_RUST) | BIT(EXPLAIN_TORCH),
	[EXPLAIN_TORCH_LATER] = BIT(EXPLAIN_TORCH),
	[EXPLAIN_TENSORFLOW] = REASONS | BIT(EXPLAIN_IMPORT_FAILED),
};

/* The place of a consequence is that of its cause, of the nearest one before it. */
static void give_context(struct explain_findings *findings, const bool *dropped,
			 unsigned from)
{
	const struct explain_finding *consequence = &findings->items[from];
	unsigned causes = follows_from[consequence->kind];

	for (unsigned i = findings->count; i-- > 0;) {
		struct explain_finding *cause = &findings->items[i];

		if (dropped[i] || !(causes & BIT(cause->kind)) ||
		    cause->match.start > consequence->match.start ||
		    explain_context_known(&cause->context))
			continue;
		cause->context = consequence->context;
		if (consequence->kind == EXPLAIN_F2PY && !cause->context.module[0])
			memcpy(cause->context.module, consequence->match.name,
			       sizeof(cause->context.module));
		return;
	}
}

/* A record tells nothing more than a known text that was found in it. */
static bool is_told_inside(const struct explain_findings *findings, unsigned index)
{
	const struct explain_finding *record = &findings->items[index];

	if (record->kind != EXPLAIN_RECORD)
		return false;
	for (unsigned i = 0; i < findings->count; i++)
		if (findings->items[i].kind != EXPLAIN_RECORD &&
		    findings->items[i].context.record == record->context.record)
			return true;
	return false;
}

/* A test runner's summary repeats an error without its end, the numbers. */
static bool is_told_with_numbers(const struct explain_findings *findings, unsigned index)
{
	const struct explain_finding *cut = &findings->items[index];

	if (cut->form != EXPLAIN_UNNUMBERED)
		return false;
	for (unsigned i = 0; i < findings->count; i++) {
		const struct explain_finding *whole = &findings->items[i];

		if (whole->kind == cut->kind && whole->match.number_count &&
		    strcmp(whole->match.name, cut->match.name) == 0 &&
		    explain_is_warning(whole) == explain_is_warning(cut))
			return true;
	}
	return false;
}

static void drop_consequences(struct explain_findings *findings)
{
	bool dropped[EXPLAIN_FINDINGS_MAX];
	unsigned found = 0, kept = 0;

	for (unsigned i = 0; i < findings->count; i++)
		found |= BIT(findings->items[i].kind);
	for (unsigned i = 0; i < findings->count; i++)
		dropped[i] = (follows_from[findings->items[i].kind] & found) ||
			     is_told_inside(findings, i) ||
			     is_told_with_numbers(findings, i);
	for (unsigned i = 0; i < findings->count; i++)
		if (dropped[i])
			give_context(findings, dropped, i);
	for (unsigned i = 0; i < findings->count; i++)
		if (!dropped[i])
			findings->items[kept++] = findings->items[i];
	findings->count = kept;
}

/* --- the whole ---------------------------------------------------------------- */

/* Some texts are so common that without a name they say nothing. */
static bool says_something(const struct explain_text *row,
			   const struct explain_match *match)
{
	return match->name[0] ||
	       (row->kind != EXPLAIN_NOT_A_TYPE && row->kind != EXPLAIN_FUNCTION);
}

static void take(const char *text, struct explain_findings *findings,
		 const struct explain_text *row, const struct explain_match *match)
{
	struct explain_finding new = {
		.kind = row->kind, .form = row->form, .match = *match, .count = 1};

	new.line = findings->line;
	add_finding(text, findings, &new);
}

void explain_find(const char *text, struct explain_findings *findings_)
{
	size_t at = 0;

	findings_->count = 0;
	findings_->more = false;
	findings_->line = 1;
	while (text[at]) {
		struct explain_match match = {0};
		const struct explain_text *row = explain_texts_find(text, at, &match);
		size_t end = row ? match.end : at + 1;

		if (row && says_something(row, &match))
			take(text, findings_, row, &match);
		for (; at < end; at++)
			findings_->line += text[at] == '\n';
	}
	drop_consequences(findings_);
}
