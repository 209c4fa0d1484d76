/* SPDX-License-Identifier: MIT
 *
 * Rows in the form of a compiler's messages, "PATH: VERDICT: ...", which grep
 * and editors know; then lines that start with "npabi: ".  Everything that
 * others have named is escaped.  Called by scan.c.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/escape.h"
#include "scan/rows.h"

#define ROW_MAX 32768

/* The terminal's colours; ordered as enum verdict_kind. */
static const char colours[][8] = {"\x1b[33m", "\x1b[32m", "\x1b[33m", "\x1b[31m",
				  "\x1b[31m"};

bool rows_want_colour(FILE *output)
{
	const char *refused = getenv("NO_COLOR"), *terminal = getenv("TERM");

	if (refused && refused[0])
		return false;
	return isatty(fileno(output)) && terminal && strcmp(terminal, "dumb") != 0;
}

static void append_kind(struct npabi_textbuf *buf, bool colour, enum verdict_kind kind)
{
	npabi_textbuf_string(buf, colour ? colours[kind] : "");
	npabi_textbuf_string(buf, verdict_kind_name(kind));
	npabi_textbuf_string(buf, colour ? "\x1b[0m" : "");
}

/* " on NumPy 2.0.2: pywt._extensions._pywt (PyWavelets 1.4.1): " */
static void append_subject(struct npabi_textbuf *buf,
			   const struct record_extension *extension)
{
	const struct owner *owner = extension->owner;

	if (extension->runtime && extension->facts->numpy_dependent != FACTS_NO) {
		npabi_textbuf_string(buf, " on NumPy ");
		escape_text(buf, extension->runtime->numpy);
	}
	npabi_textbuf_string(buf, ": ");
	escape_text(buf, owner->module);
	if (owner->distribution[0]) {
		npabi_textbuf_string(buf, owner->module[0] ? " (" : "(");
		escape_text(buf, owner->distribution);
		npabi_textbuf_string(buf, owner->version[0] ? " " : "");
		escape_text(buf, owner->version);
		npabi_textbuf_char(buf, ')');
	}
	if (owner->module[0] || owner->distribution[0])
		npabi_textbuf_string(buf, ": ");
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
	} else if (verdict->kind == VERDICT_ERROR) {
		npabi_textbuf_string(buf, "the import will fail");
	} else if (verdict->kind == VERDICT_UNKNOWN && facts->status != NPABI_OK) {
		npabi_textbuf_string(buf, npabi_status_text(facts->status));
	} else if (verdict->kind == VERDICT_UNKNOWN && facts->status_detail[0]) {
		escape_text(buf, facts->status_detail);
	} else if (verdict->kind == VERDICT_UNKNOWN && !extension->runtime) {
		npabi_textbuf_string(buf, "no NumPy beside it");
	} else if (verdict->kind == VERDICT_UNKNOWN) {
		npabi_textbuf_string(buf, "what was read does not settle it");
	} else {
		npabi_textbuf_string(buf, "works");
	}
}

static void append_origin(struct npabi_textbuf *buf, const struct verdict *verdict)
{
	if (verdict->built_against[0]) {
		npabi_textbuf_string(buf, "; built against NumPy ");
		escape_text(buf, verdict->built_against);
	}
	if (verdict->numpy_min[0] || verdict->numpy_below[0]) {
		npabi_textbuf_string(buf, "; works with NumPy ");
		common_range_append(buf, verdict->numpy_min, verdict->numpy_below);
	}
}

void rows_print(FILE *output, bool colour, const struct record_extension *extension)
{
	char text[ROW_MAX];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, text, sizeof(text));
	escape_text(&buf, extension->path);
	npabi_textbuf_string(&buf, ": ");
	append_kind(&buf, colour, extension->verdict->kind);
	append_subject(&buf, extension);
	append_reason(&buf, extension);
	if (extension->facts->numpy_dependent != FACTS_NO)
		append_origin(&buf, extension->verdict);
	fprintf(output, "%s\n", text);
}

void rows_print_unread(FILE *output, const char *path, const char *reason)
{
	char text[ROW_MAX];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, text, sizeof(text));
	escape_text(&buf, path);
	npabi_textbuf_string(&buf, ": not analysed: ");
	escape_text(&buf, reason);
	fprintf(output, "%s\n", text);
}

static const char *plural(unsigned count)
{
	return count == 1 ? "" : "s";
}

/* Who else meets this NumPy, or which one it hides. */
static void append_others(struct npabi_textbuf *buf, const struct target *target)
{
	if (target->hidden_root) {
		npabi_textbuf_string(buf, ", and is loaded before NumPy ");
		escape_text(buf, target->hidden_version);
		npabi_textbuf_string(buf, " in ");
		escape_text(buf, target->hidden_root);
	} else if (target->place) {
		npabi_textbuf_string(buf, ", whose modules are shared with ");
		escape_text(buf, target->root);
	}
}

/* Tells which NumPys were found; returns how many. */
static unsigned print_numpys(FILE *output, const struct targets *targets)
{
	unsigned found = 0;

	for (const struct target *target = targets->beside; target;
	     target = target->next) {
		char text[ROW_MAX];
		struct npabi_textbuf buf;

		if (targets->named || !target->runtime.numpy[0] ||
		    target->shared != target)
			continue;
		npabi_textbuf_init(&buf, text, sizeof(text));
		npabi_textbuf_string(&buf, "npabi: NumPy ");
		escape_text(&buf, target->runtime.numpy);
		npabi_textbuf_string(&buf, " is in ");
		escape_text(&buf, target->place ? target->place : target->root);
		append_others(&buf, target);
		if (!target->in_table)
			npabi_textbuf_string(&buf,
					     ", a release that the table does not have: "
					     "try --numpy with one near it");
		fprintf(output, "%s\n", text);
		found++;
	}
	return found;
}

static void print_conflict(FILE *output, const struct common_range *range)
{
	char text[ROW_MAX];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, text, sizeof(text));
	npabi_textbuf_string(&buf, "npabi: no NumPy release works with all of them: ");
	if (range->impossible_by[0]) {
		escape_text(&buf, range->impossible_by);
		npabi_textbuf_string(&buf, " works with none");
	} else {
		escape_text(&buf, range->minimum_by);
		npabi_textbuf_string(&buf, " needs ");
		common_range_append(&buf, range->minimum, "");
		npabi_textbuf_string(&buf, ", ");
		escape_text(&buf, range->below_by);
		npabi_textbuf_string(&buf, " needs ");
		common_range_append(&buf, "", range->below);
	}
	fprintf(output, "%s\n", text);
}

static void print_range(FILE *output, const struct tally *tally)
{
	const struct common_range *range = &tally->range;
	bool trouble = tally->all.of[VERDICT_ERROR] || tally->all.of[VERDICT_UNSAFE] ||
		       tally->all.of[VERDICT_WARN];
	char bounds[64];
	struct npabi_textbuf buf;

	if (!range->count)
		return;
	if (!common_range_is_possible(range)) {
		print_conflict(output, range);
		return;
	}
	npabi_textbuf_init(&buf, bounds, sizeof(bounds));
	common_range_append(&buf, range->minimum, range->below);
	if (!buf.length) {
		fputs("npabi: no bound on the NumPy release is known\n", output);
		return;
	}
	fprintf(output, "npabi: NumPy %s works with all that use it\n", bounds);
	if (trouble)
		fprintf(output, "npabi: what to do: pip install 'numpy%s'\n", bounds);
}

static void print_breakdown(FILE *output, const struct breakdown *breakdown)
{
	fprintf(output, " %u error, %u unsafe, %u warn, %u unknown, %u ok\n",
		breakdown->of[VERDICT_ERROR], breakdown->of[VERDICT_UNSAFE],
		breakdown->of[VERDICT_WARN], breakdown->of[VERDICT_UNKNOWN],
		breakdown->of[VERDICT_OK]);
}

/* How many there are, and what becomes of those that depend on NumPy. */
static void print_counts(FILE *output, const struct tally *tally,
			 const struct targets *targets)
{
	const struct target *target = targets->named;
	bool several = target && target->next;

	fprintf(output, "npabi: %u extension%s, %u with NumPy's C interface%s",
		tally->extensions, plural(tally->extensions), tally->dependent,
		several ? "\n" : ":");
	if (!several)
		print_breakdown(output, &tally->dependents[0]);
	for (unsigned i = 0; several && target; target = target->next) {
		fprintf(output, "npabi: NumPy %s:", target->runtime.numpy);
		print_breakdown(output, &tally->dependents[i++]);
	}
	if (tally->left_out)
		fprintf(output,
			"npabi: %u more %s NumPy's own and left out: another NumPy "
			"brings its own\n",
			tally->left_out, tally->left_out == 1 ? "is" : "are");
	if (tally->unsettled)
		fprintf(output, "npabi: of %u more it is not known whether they use it\n",
			tally->unsettled);
}

void rows_print_summary(FILE *output, const struct tally *tally,
			const struct targets *targets)
{
	print_counts(output, tally, targets);
	if (tally->unread)
		fprintf(output, "npabi: %u file%s could not be analysed\n", tally->unread,
			plural(tally->unread));
	if (tally->without)
		fprintf(output,
			"npabi: %u of them with no NumPy beside: name one with --numpy\n",
			tally->without);
	if (print_numpys(output, targets) > 1)
		fputs("npabi: for the releases that suit all of an environment, scan it "
		      "alone\n",
		      output);
	else
		print_range(output, tally);
}
