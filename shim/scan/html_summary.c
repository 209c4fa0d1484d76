/* SPDX-License-Identifier: MIT
 *
 * The sentences above the matrix: what is wrong, which NumPy suits all, and what there
 * is to know about it.  Called by html_scan.c.
 */
#include <stdarg.h>
#include <stdio.h>

#include "facts/owner_place.h"
#include "report/escape.h"
#include "scan/asked.h"
#include "scan/html_columns.h"
#include "scan/html_summary.h"

#define LINE_MAX_BYTES 16384

static void __attribute__((format(printf, 2, 3)))
add_remark(struct html_lines *remarks, const char *format, ...)
{
	char line[LINE_MAX_BYTES];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	html_lines_add(remarks, line);
}

/* --- the NumPys --------------------------------------------------------------- */

/* The next NumPy from TARGET on that is installed, each told once; NULL: none. */
static const struct target *next_installed(const struct target *target)
{
	while (target && (target->shared != target || !target->runtime.numpy[0]))
		target = target->next;
	return target;
}

/* The first that is installed, where the verdicts are on those. */
static const struct target *first_installed(const struct targets *targets)
{
	return targets->named ? NULL : next_installed(targets->beside);
}

/* Are there several environments, each with a NumPy of its own? */
static bool are_several(const struct targets *targets)
{
	const struct target *target = first_installed(targets);

	return target && next_installed(target->next);
}

/* Appends on which NumPy it is so, where that is known. */
static void append_numpy(struct npabi_textbuf *buf, const struct targets *targets)
{
	const struct target *target =
		targets->named ? targets->named : first_installed(targets);

	if (!target)
		return;
	if (are_several(targets)) {
		npabi_textbuf_string(buf, " on the NumPy beside them");
		return;
	}
	npabi_textbuf_string(buf, " on NumPy ");
	escape_text(buf, target->runtime.numpy);
}

/* --- the lead ------------------------------------------------------------------ */

static enum verdict_kind worst_of(const struct breakdown *breakdown)
{
	enum verdict_kind worst = VERDICT_OK;

	for (enum verdict_kind kind = VERDICT_UNKNOWN; kind <= VERDICT_UNSAFE; kind++) {
		if (breakdown->of[kind] &&
		    html_columns_rank(kind) < html_columns_rank(worst))
			worst = kind;
	}
	return worst;
}

/* There are extensions, and all of them are right. */
static void lead_right(struct npabi_textbuf *buf, const struct tally *tally,
		       const struct targets *targets)
{
	unsigned count = tally->dependent;

	if (!count) {
		npabi_textbuf_string(buf, "Nothing here uses NumPy's C interface");
		return;
	}
	npabi_textbuf_format(buf,
			     "%s %u extension%s that use%s NumPy's C interface work%s",
			     count == 1 ? "The" : "All", count, rows_plural(count),
			     count == 1 ? "s" : "", count == 1 ? "s" : "");
	append_numpy(buf, targets);
}

static void lead_unknown(struct npabi_textbuf *buf, const struct tally *tally,
			 const struct targets *targets)
{
	unsigned count = tally->all.of[VERDICT_UNKNOWN] - tally->without;

	if (!count) {
		npabi_textbuf_string(buf, "No NumPy is installed here");
		return;
	}
	npabi_textbuf_format(buf, "What becomes of %u extension%s", count,
			     rows_plural(count));
	append_numpy(buf, targets);
	npabi_textbuf_string(buf, " could not be told");
}

/* COUNT extensions do that DEED on the NumPy at hand. */
static void append_deed(struct npabi_textbuf *buf, unsigned count, const char *deed,
			const struct targets *targets)
{
	npabi_textbuf_format(buf, "%u extension%s%s", count, rows_plural(count), deed);
	append_numpy(buf, targets);
}

/* Of one NumPy, or the one beside each. */
static void lead_on_one(struct npabi_textbuf *buf, const struct tally *tally,
			const struct targets *targets)
{
	const unsigned *of = tally->all.of;

	switch (worst_of(&tally->all)) {
	case VERDICT_ERROR:
		append_deed(buf, of[VERDICT_ERROR], " will not import", targets);
		if (of[VERDICT_UNSAFE])
			npabi_textbuf_format(buf, ", and %u more may go wrong unnoticed",
					     of[VERDICT_UNSAFE]);
		break;
	case VERDICT_UNSAFE:
		append_deed(buf, of[VERDICT_UNSAFE], " may go wrong unnoticed", targets);
		break;
	case VERDICT_WARN:
		npabi_textbuf_string(buf, "Python will warn of ");
		append_deed(buf, of[VERDICT_WARN], "", targets);
		break;
	case VERDICT_UNKNOWN:
		lead_unknown(buf, tally, targets);
		break;
	case VERDICT_OK:
		lead_right(buf, tally, targets);
		break;
	}
}

/* Of several that were named: those with trouble. */
static void lead_on_several(struct npabi_textbuf *buf, const struct tally *tally,
			    const struct targets *targets)
{
	unsigned index = 0, told = 0;

	for (const struct target *target = targets->named; target;
	     target = target->next) {
		const unsigned *of = tally->dependents[index++].of;

		if (!of[VERDICT_ERROR] && !of[VERDICT_UNSAFE] && !of[VERDICT_WARN])
			continue;
		npabi_textbuf_string(buf, told++ ? ", " : "There is trouble on NumPy ");
		escape_text(buf, target->runtime.numpy);
	}
	if (!told)
		npabi_textbuf_format(
			buf, "There is no trouble on any of the %u NumPy releases",
			index);
}

static void make_lead(struct html_summary *summary, const struct tally *tally,
		      const struct targets *targets)
{
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, summary->lead, sizeof(summary->lead));
	summary->head.kind = tally->extensions ? worst_of(&tally->all) : VERDICT_UNKNOWN;
	if (!tally->extensions)
		npabi_textbuf_string(&buf, "No extension modules were found");
	else if (targets->named && targets->named->next)
		lead_on_several(&buf, tally, targets);
	else
		lead_on_one(&buf, tally, targets);
}

/* --- the NumPy that suits all --------------------------------------------------- */

/*
 * Narrows RANGE to what the packages beside the extensions ask for, and appends to WHO
 * which do; SHARED: beside those that meet that NumPy, NULL: all of them.
 */
static void narrow(struct common_range *range, const struct targets *targets,
		   const struct target *shared, struct npabi_textbuf *who)
{
	const struct target *target = targets->beside;
	struct asked asked = {.root = ""};

	for (; target; target = target->next) {
		char path[OWNER_PATH_MAX + 4];

		if (shared && target->shared != shared)
			continue;
		snprintf(path, sizeof(path), "%s/x", target->root);
		asked_narrow(&asked, path, range, who);
	}
}

/* Writes what RANGE asks of pip, if that can be said, and a clause on it. */
static void describe_range(const struct common_range *range, struct npabi_textbuf *line,
			   struct npabi_textbuf *about)
{
	if (!common_range_is_possible(range)) {
		rows_append_conflict(about, range);
		return;
	}
	if (!range->minimum[0] && !range->below[0]) {
		npabi_textbuf_string(about, "no bound on the NumPy release is known");
		return;
	}
	npabi_textbuf_string(line, "numpy");
	common_range_append(line, range->minimum, range->below);
	npabi_textbuf_string(about,
			     "the ABI of these NumPy releases suits all that use it");
}

static void make_requirement(struct html_summary *summary, const struct tally *tally,
			     const struct targets *targets)
{
	struct common_range range = tally->range;
	char text[sizeof(summary->about)];
	struct npabi_textbuf line, about, who;

	npabi_textbuf_init(&line, summary->requirement, sizeof(summary->requirement));
	npabi_textbuf_init(&about, summary->about, sizeof(summary->about));
	npabi_textbuf_init(&who, text, sizeof(text));
	/* environments that were scanned together are not used together */
	if (!range.count || are_several(targets))
		return;
	narrow(&range, targets, NULL, &who);
	describe_range(&range, &line, &about);
	if (line.length && who.length)
		npabi_textbuf_format(&about, "; %s", text);
}

/* --- remarks -------------------------------------------------------------------- */

static void append_breakdown(struct npabi_textbuf *buf, const struct breakdown *breakdown)
{
	static const enum verdict_kind order[] = {
		VERDICT_ERROR, VERDICT_UNSAFE, VERDICT_WARN, VERDICT_UNKNOWN, VERDICT_OK};
	const char *before = "";

	for (unsigned i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (!breakdown->of[order[i]])
			continue;
		npabi_textbuf_format(buf, "%s%u %s", before, breakdown->of[order[i]],
				     verdict_kind_name(order[i]));
		before = ", ";
	}
}

/* The counts on one NumPy, told by its NAME. */
static void remark_on_numpy(struct html_lines *remarks, const char *name,
			    const struct breakdown *breakdown)
{
	char text[128];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, text, sizeof(text));
	append_breakdown(&buf, breakdown);
	if (buf.length)
		add_remark(remarks, "NumPy %s: %s", name, text);
}

static void remark_on_count(struct html_lines *remarks, const struct tally *tally,
			    enum rows_count what)
{
	char text[128];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, text, sizeof(text));
	if (rows_append_count(&buf, tally, what))
		add_remark(remarks, "%s", text);
}

static void remark_on_counts(struct html_lines *remarks, const struct tally *tally,
			     const struct targets *targets)
{
	unsigned index = 0;
	char text[128];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, text, sizeof(text));
	if (first_installed(targets))
		append_breakdown(&buf, &tally->dependents[0]);
	add_remark(remarks, "%u extension%s, %u with NumPy's C interface%s%s",
		   tally->extensions, rows_plural(tally->extensions), tally->dependent,
		   buf.length ? ": " : "", text);
	for (const struct target *target = targets->named; target; target = target->next)
		remark_on_numpy(remarks, target->runtime.numpy,
				&tally->dependents[index++]);
	remark_on_count(remarks, tally, ROWS_LEFT_OUT);
	remark_on_count(remarks, tally, ROWS_UNSETTLED);
	if (tally->without && first_installed(targets))
		add_remark(remarks, "%u of them with no NumPy beside", tally->without);
	remark_on_count(remarks, tally, ROWS_KNOWN);
}

/* What suits those that meet the NumPy of TARGET, one of several. */
static void append_range(struct npabi_textbuf *buf, const struct targets *targets,
			 const struct target *target)
{
	struct common_range range = target->range;
	char line[64], about[1024], who[1024];
	struct npabi_textbuf line_buf, about_buf, who_buf;

	npabi_textbuf_init(&who_buf, who, sizeof(who));
	narrow(&range, targets, target, &who_buf);
	npabi_textbuf_init(&line_buf, line, sizeof(line));
	npabi_textbuf_init(&about_buf, about, sizeof(about));
	describe_range(&range, &line_buf, &about_buf);
	npabi_textbuf_string(buf, ": ");
	npabi_textbuf_string(buf, line_buf.length ? line : about);
	npabi_textbuf_string(buf, line_buf.length ? " suits all there" : "");
}

static void list_installed(struct html_lines *lines, const struct targets *targets)
{
	const struct target *target = first_installed(targets);

	for (; target; target = next_installed(target->next)) {
		char line[LINE_MAX_BYTES];
		struct npabi_textbuf buf;

		npabi_textbuf_init(&buf, line, sizeof(line));
		rows_append_numpy(&buf, target);
		if (are_several(targets) && target->range.count)
			append_range(&buf, targets, target);
		html_lines_add(lines, line);
	}
}

void html_summary_make(struct html_summary *summary_, const struct tally *tally,
		       const struct targets *targets)
{
	*summary_ = (struct html_summary){.head = {.title = "npabi scan"}};
	make_lead(summary_, tally, targets);
	make_requirement(summary_, tally, targets);
	if (tally->extensions)
		remark_on_counts(&summary_->remarks, tally, targets);
	list_installed(are_several(targets) ? &summary_->installed : &summary_->remarks,
		       targets);
	summary_->head.lead = summary_->lead;
	summary_->head.requirement = summary_->requirement;
	summary_->head.about = summary_->about;
	summary_->head.remarks = html_lines_get(&summary_->remarks);
	summary_->head.installed = html_lines_get(&summary_->installed);
}

void html_summary_free(struct html_summary *summary)
{
	html_lines_free(&summary->remarks);
	html_lines_free(&summary->installed);
}
