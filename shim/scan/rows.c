/* SPDX-License-Identifier: MIT
 *
 * Rows on files that cannot be read, in the form of a compiler's messages; then
 * lines that start with "npabi: ".  Everything that others have named is escaped.
 * Called by scan.c.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/escape.h"
#include "scan/rows.h"

#define ROW_MAX 32768

bool rows_want_colour(FILE *output)
{
	const char *refused = getenv("NO_COLOR"), *terminal = getenv("TERM");

	if (refused && refused[0])
		return false;
	return isatty(fileno(output)) && terminal && strcmp(terminal, "dumb") != 0;
}

/* "PATH: ", WHAT and REASON */
static void print_note(FILE *output, const char *path, const char *what,
		       const char *reason)
{
	char text[ROW_MAX];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, text, sizeof(text));
	escape_text(&buf, path);
	npabi_textbuf_string(&buf, ": ");
	npabi_textbuf_string(&buf, what);
	escape_text(&buf, reason);
	fprintf(output, "%s\n", text);
}

void rows_print_unread(FILE *output, const char *path, const char *reason, bool known)
{
	print_note(output, path,
		   known ? "known, not analysed: " : "not analysed: ", reason);
}

void rows_print_remark(FILE *output, const char *path, const char *reason)
{
	print_note(output, path, "", reason);
}

/* The modules of a base Python meet the environment's NumPy when they are used there. */
static void append_unread(struct npabi_textbuf *buf, const struct target *target)
{
	if (!target->root || strcmp(target->root, target->hidden_root) == 0)
		return;
	npabi_textbuf_string(buf, "; the modules there were not held against it, see "
				  "npabi scan --numpy ");
	escape_text(buf, target->runtime.numpy);
	npabi_textbuf_char(buf, ' ');
	escape_text(buf, target->hidden_root);
}

/* Who else meets this NumPy, or which one it hides. */
static void append_others(struct npabi_textbuf *buf, const struct target *target)
{
	if (target->hidden_root) {
		npabi_textbuf_string(buf, ", and is loaded before NumPy ");
		escape_text(buf, target->hidden_version);
		npabi_textbuf_string(buf, " in ");
		escape_text(buf, target->hidden_root);
		append_unread(buf, target);
	} else if (target->place) {
		npabi_textbuf_string(buf, ", whose modules are shared with ");
		escape_text(buf, target->root);
	}
}

void rows_append_numpy(struct npabi_textbuf *buf, const struct target *target)
{
	npabi_textbuf_string(buf, "NumPy ");
	escape_text(buf, target->runtime.numpy);
	npabi_textbuf_string(buf, " is in ");
	escape_text(buf, target->place ? target->place : target->root);
	append_others(buf, target);
	if (!target->in_table)
		npabi_textbuf_string(buf, ", a release that the table does not have: "
					  "try --numpy with one near it");
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
		rows_append_numpy(&buf, target);
		fprintf(output, "npabi: %s\n", text);
		found++;
	}
	return found;
}

void rows_append_conflict(struct npabi_textbuf *buf, const struct common_range *range)
{
	npabi_textbuf_string(buf, "no NumPy release works with all of them: ");
	if (range->impossible_by[0]) {
		escape_text(buf, range->impossible_by);
		npabi_textbuf_string(buf, " works with none");
		return;
	}
	escape_text(buf, range->minimum_by);
	npabi_textbuf_string(buf, " needs ");
	common_range_append(buf, range->minimum, "");
	npabi_textbuf_string(buf, ", ");
	escape_text(buf, range->below_by);
	npabi_textbuf_string(buf, " needs ");
	common_range_append(buf, "", range->below);
}

static void print_conflict(FILE *output, const struct common_range *range)
{
	char text[ROW_MAX];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, text, sizeof(text));
	rows_append_conflict(&buf, range);
	fprintf(output, "npabi: %s\n", text);
}

static void print_range(FILE *output, const struct tally *tally)
{
	const struct common_range *range = &tally->range;
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
	fprintf(output, "npabi: the ABI of NumPy %s suits all that use it\n", bounds);
}

static void print_breakdown(FILE *output, const struct breakdown *breakdown)
{
	fprintf(output, " %u error, %u unsafe, %u warn, %u unknown, %u ok\n",
		breakdown->of[VERDICT_ERROR], breakdown->of[VERDICT_UNSAFE],
		breakdown->of[VERDICT_WARN], breakdown->of[VERDICT_UNKNOWN],
		breakdown->of[VERDICT_OK]);
}

bool rows_append_count(struct npabi_textbuf *buf, const struct tally *tally,
		       enum rows_count what)
{
	size_t before = buf->length;

	if (what == ROWS_LEFT_OUT && tally->left_out)
		npabi_textbuf_format(buf,
				     "%u more %s NumPy's own and left out: another NumPy "
				     "brings its own",
				     tally->left_out,
				     tally->left_out == 1 ? "is" : "are");
	else if (what == ROWS_UNSETTLED && tally->unsettled)
		npabi_textbuf_format(buf,
				     "of %u more it is not known whether they use it",
				     tally->unsettled);
	else if (what == ROWS_KNOWN && tally->known)
		npabi_textbuf_format(buf, "%u finding%s known by the baseline",
				     tally->known, tally->known == 1 ? " is" : "s are");
	return buf->length != before;
}

static void print_count(FILE *output, const struct tally *tally, enum rows_count what)
{
	char text[ROW_MAX];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, text, sizeof(text));
	if (rows_append_count(&buf, tally, what))
		fprintf(output, "npabi: %s\n", text);
}

/* How many there are, and what becomes of those that depend on NumPy. */
static void print_counts(FILE *output, const struct tally *tally,
			 const struct targets *targets)
{
	const struct target *target = targets->named;
	bool several = target && target->next;

	fprintf(output, "npabi: %u extension%s, %u with NumPy's C interface%s",
		tally->extensions, rows_plural(tally->extensions), tally->dependent,
		several ? "\n" : ":");
	if (!several)
		print_breakdown(output, &tally->dependents[0]);
	for (unsigned i = 0; several && target; target = target->next) {
		fprintf(output, "npabi: NumPy %s:", target->runtime.numpy);
		print_breakdown(output, &tally->dependents[i++]);
	}
	print_count(output, tally, ROWS_LEFT_OUT);
	print_count(output, tally, ROWS_UNSETTLED);
}

void rows_print_summary(FILE *output, const struct tally *tally,
			const struct targets *targets)
{
	print_counts(output, tally, targets);
	if (tally->unread)
		fprintf(output, "npabi: %u file%s could not be analysed\n", tally->unread,
			rows_plural(tally->unread));
	print_count(output, tally, ROWS_KNOWN);
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
