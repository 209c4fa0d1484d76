/* SPDX-License-Identifier: MIT
 *
 * Records for a person who reads a log in the night: one line that says what is
 * wrong with which extension, then a few indented ones with the evidence and
 * what to do.  Each line starts with "npabi[PID]:", so that grep finds all of
 * them between other programs' lines.  Unknown things are left out.  Called by
 * record.c.
 */
#include <string.h>

#include "report/advice.h"
#include "report/common.h"
#include "report/escape.h"
#include "report/record_forms.h"
#include "report/text_lines.h"

static void append_versions(struct npabi_textbuf *buf, uint32_t abi, uint32_t api)
{
	if (!abi && !api)
		return;
	npabi_textbuf_string(buf, " (");
	if (abi) {
		npabi_textbuf_string(buf, "ABI ");
		npabi_textbuf_hex(buf, abi);
	}
	if (api) {
		npabi_textbuf_string(buf, abi ? ", API " : "API ");
		npabi_textbuf_hex(buf, api);
	}
	npabi_textbuf_char(buf, ')');
}

static void append_numpy(struct npabi_textbuf *buf, const struct runtime *runtime)
{
	npabi_textbuf_string(buf, "NumPy");
	if (runtime && runtime->numpy[0]) {
		npabi_textbuf_char(buf, ' ');
		escape_text(buf, runtime->numpy);
	}
}

/* "pywt._extensions._pywt (PyWavelets 1.4.1)", or the path where no name is known. */
static void append_name(struct npabi_textbuf *buf,
			const struct record_extension *extension)
{
	const struct owner *owner = extension->owner;

	escape_text(buf, owner && owner->module[0] ? owner->module : extension->path);
	if (!owner || !owner->distribution[0])
		return;
	npabi_textbuf_string(buf, " (");
	escape_text(buf, owner->distribution);
	if (owner->version[0]) {
		npabi_textbuf_char(buf, ' ');
		escape_text(buf, owner->version);
	}
	npabi_textbuf_char(buf, ')');
}

static void append_reason_unknown(struct npabi_textbuf *buf,
				  const struct record_extension *extension)
{
	const struct facts *facts = extension->facts;

	npabi_textbuf_string(buf, "cannot tell whether it will work: ");
	if (facts->status != NPABI_OK) {
		npabi_textbuf_string(buf, npabi_status_text(facts->status));
		if (facts->status_detail[0])
			npabi_textbuf_string(buf, ", ");
	}
	if (facts->status_detail[0])
		escape_text(buf, facts->status_detail);
	else if (facts->status == NPABI_OK)
		npabi_textbuf_string(
			buf, extension->runtime ? "what was read does not settle it"
						: "no NumPy is known to hold it against");
}

static void append_sentence(struct npabi_textbuf *buf,
			    const struct record_extension *extension)
{
	switch (extension->verdict->kind) {
	case VERDICT_OK:
		if (extension->facts->numpy_dependent == FACTS_NO) {
			npabi_textbuf_string(buf, "does not use NumPy's C interface");
			break;
		}
		npabi_textbuf_string(buf, "works with ");
		append_numpy(buf, extension->runtime);
		break;
	case VERDICT_WARN:
		npabi_textbuf_string(buf, "Python will warn on ");
		append_numpy(buf, extension->runtime);
		break;
	case VERDICT_ERROR:
		npabi_textbuf_string(buf, "the import will fail on ");
		append_numpy(buf, extension->runtime);
		break;
	case VERDICT_UNSAFE:
		npabi_textbuf_string(buf, "can be imported on ");
		append_numpy(buf, extension->runtime);
		npabi_textbuf_string(buf, ", but what follows may be wrong or crash");
		break;
	case VERDICT_UNKNOWN:
		append_reason_unknown(buf, extension);
		break;
	}
}

/* "built against NumPy 1.16-1.19 (ABI 0x1000009, API 0xd) by cython 0.29.24" */
static void append_built(struct npabi_textbuf *buf,
			 const struct record_extension *extension)
{
	const struct facts *facts = extension->facts;
	const char *against = extension->verdict->built_against;

	if (!against[0] && !facts->abi_version && !facts->api_version) {
		npabi_textbuf_string(buf, "built against an unknown NumPy");
	} else {
		npabi_textbuf_string(buf, "built against NumPy");
		if (against[0]) {
			npabi_textbuf_char(buf, ' ');
			escape_text(buf, against);
		}
		append_versions(buf, facts->abi_version, facts->api_version);
	}
	if (facts->generator[0]) {
		npabi_textbuf_string(buf, " by ");
		escape_text(buf, facts->generator);
	}
}

static void append_check(struct npabi_textbuf *buf,
			 const struct record_extension *extension, unsigned index)
{
	static const char policies[][8] = {"unknown", "error", "warn", "ignore"};
	const struct facts_size_check *check = &extension->facts->checks[index];
	const struct verdict *verdict = extension->verdict;

	escape_text(buf, check->type);
	npabi_textbuf_char(buf, ' ');
	npabi_textbuf_unsigned(buf, check->expected);
	if (verdict->checks[index].known &&
	    verdict->checks[index].actual != check->expected) {
		npabi_textbuf_string(buf, ", here ");
		npabi_textbuf_unsigned(buf, verdict->checks[index].actual);
	}
	if (!verdict->checks[index].known ||
	    verdict->checks[index].outcome != VERDICT_ERROR)
		npabi_textbuf_string(buf, " (");
	else if (verdict->checks[index].actual > check->expected)
		npabi_textbuf_string(buf, ": FAILS (");
	else /* whatever the policy, which is for larger types */
		npabi_textbuf_string(buf, ": too small, FAILS (if larger: ");
	npabi_textbuf_string(buf, policies[check->policy]);
	npabi_textbuf_char(buf, ')');
}

static void write_checks(struct npabi_textbuf *buf, int pid,
			 const struct record_extension *extension)
{
	const struct facts *facts = extension->facts;

	if (!facts->check_count)
		return;
	text_begin_line(buf, pid, "  sizes compiled in: ");
	for (unsigned i = 0; i < facts->check_count; i++) {
		npabi_textbuf_string(buf, i ? "; " : "");
		append_check(buf, extension, i);
	}
	npabi_textbuf_string(buf, facts->checks_truncated ? "; and more" : "");
	text_end_line(buf);
}

static void write_runtime(struct npabi_textbuf *buf, int pid, const char *head,
			  const struct runtime *runtime)
{
	text_begin_line(buf, pid, head);
	append_numpy(buf, runtime);
	append_versions(buf, runtime->abi_version, runtime->api_version);
	if (runtime->python[0]) {
		npabi_textbuf_string(buf, ", Python ");
		escape_text(buf, runtime->python);
	}
	if (runtime->numpy_path[0]) {
		npabi_textbuf_string(buf, ", ");
		escape_text(buf, runtime->numpy_path);
	}
	text_end_line(buf);
}

/* "HEADTYPE: TEXT"; nothing where both are unknown. */
static void write_words(struct npabi_textbuf *buf, int pid, const char *head,
			const char *type, const char *text)
{
	if (!type[0] && !text[0])
		return;
	text_begin_line(buf, pid, head);
	escape_text(buf, type);
	npabi_textbuf_string(buf, type[0] && text[0] ? ": " : "");
	escape_text(buf, text);
	text_end_line(buf);
}

static void write_message(struct npabi_textbuf *buf, int pid,
			  const struct verdict *verdict)
{
	const char *head = pid ? "  Python will say: " : "  Python would say: ";

	if (verdict->kind == VERDICT_UNSAFE) /* the words are ours */
		head = "  ";
	write_words(buf, pid, head, verdict->error_type, verdict->message);
	write_words(buf, pid, "  because of: ", verdict->cause_type, verdict->cause);
	write_words(buf, pid, "  ", "", verdict->explanation);
}

static void write_advice(struct npabi_textbuf *buf, int pid,
			 const struct record_extension *extension)
{
	char advice[RECORD_ADVICE_SIZE];
	bool any = false;

	for (unsigned i = 0; i < extension->verdict->advice_count; i++) {
		if (!record_advice(extension, i, advice, sizeof(advice)))
			continue;
		if (any)
			npabi_textbuf_string(buf, "; ");
		else
			text_begin_line(buf, pid, "  what to do: ");
		any = true;
		escape_text(buf, advice);
	}
	if (any)
		text_end_line(buf);
}

/* A healthy extension: one line, and one for its checks. */
static void write_short(struct npabi_textbuf *buf, int pid,
			const struct record_extension *extension)
{
	if (extension->facts->numpy_dependent != FACTS_NO) {
		npabi_textbuf_string(buf, "; ");
		append_built(buf, extension);
	} else if (extension->facts->generator[0]) {
		npabi_textbuf_string(buf, "; by ");
		escape_text(buf, extension->facts->generator);
	}
	npabi_textbuf_string(buf, "; ");
	escape_text(buf, extension->path);
	text_end_line(buf);
	write_checks(buf, pid, extension);
	write_words(buf, pid, "  ", "", extension->verdict->explanation);
}

static void write_long(struct npabi_textbuf *buf, int pid,
		       const struct record_extension *extension)
{
	text_end_line(buf);
	write_message(buf, pid, extension->verdict);
	text_begin_line(buf, pid, "  ");
	append_built(buf, extension);
	text_end_line(buf);
	if (!extension->brief)
		write_checks(buf, pid, extension);
	if (extension->runtime)
		write_runtime(buf, pid, "  running: ", extension->runtime);
	write_advice(buf, pid, extension);
	text_begin_line(buf, pid, "  file: ");
	escape_text(buf, extension->path);
	text_end_line(buf);
}

void record_text_extension(struct npabi_textbuf *buf,
			   const struct record_extension *extension)
{
	struct record_common common;

	record_common_read(&common);
	text_begin_line(buf, common.pid, verdict_kind_name(extension->verdict->kind));
	npabi_textbuf_string(buf, ": ");
	append_name(buf, extension);
	npabi_textbuf_string(buf, ": ");
	append_sentence(buf, extension);
	if (extension->verdict->kind == VERDICT_OK)
		write_short(buf, common.pid, extension);
	else
		write_long(buf, common.pid, extension);
	text_finish(buf);
}

void record_text_refusal(struct npabi_textbuf *buf,
			 const struct record_extension *extension)
{
	npabi_textbuf_string(buf, "refused by npabi (NPABI_STRICT=1): ");
	append_name(buf, extension);
	npabi_textbuf_string(buf, ": ");
	append_sentence(buf, extension);
	write_long(buf, 0, extension);
	text_finish(buf);
	buf->data[--buf->length] = '\0';
}

void record_text_start(struct npabi_textbuf *buf, const char *python, const char *hooked)
{
	struct record_common common;

	record_common_read(&common);
	text_begin_line(buf, common.pid, "start: npabi " NPABI_VERSION);
	if (python[0]) {
		npabi_textbuf_string(buf, ", Python ");
		escape_text(buf, python);
	}
	if (hooked[0]) {
		npabi_textbuf_string(buf, ", hooked: ");
		escape_text(buf, hooked);
	}
	text_end_line(buf);
	text_finish(buf);
}

void record_text_numpy(struct npabi_textbuf *buf, const struct runtime *runtime)
{
	struct record_common common;

	record_common_read(&common);
	write_runtime(buf, common.pid, "numpy: ", runtime);
	text_finish(buf);
}

/* "the import failed, as foretold" */
static void append_outcome(struct npabi_textbuf *buf, const struct outcome *outcome)
{
	static const char seen[][40] = {
		[VERDICT_UNKNOWN] = "what became of it was not seen",
		[VERDICT_OK] = "the import succeeded",
		[VERDICT_WARN] = "the import succeeded with a warning",
		[VERDICT_ERROR] = "the import failed",
	};
	const char *predicted = verdict_kind_name(outcome->predicted);

	npabi_textbuf_string(buf, seen[outcome->observed]);
	switch (outcome_agrees(outcome)) {
	case FACTS_YES:
		npabi_textbuf_string(buf, ", as foretold");
		break;
	case FACTS_NO:
		npabi_textbuf_format(buf, ", which was NOT foretold (%s)", predicted);
		break;
	case FACTS_UNKNOWN:
		npabi_textbuf_format(buf, ", which does not test what was foretold (%s)",
				     predicted);
		break;
	}
}

void record_text_outcome(struct npabi_textbuf *buf, const char *path,
			 const struct outcome *outcome)
{
	struct record_common common;

	record_common_read(&common);
	text_begin_line(buf, common.pid, "outcome: ");
	append_outcome(buf, outcome);
	npabi_textbuf_string(buf, ": ");
	escape_text(buf, path);
	text_end_line(buf);
	if (strcmp(outcome->message, outcome->expected) != 0) /* else it is known */
		write_words(buf, common.pid, "  Python said: ", outcome->type,
			    outcome->message);
	text_finish(buf);
}

/* "3 extensions use NumPy 2.0.2: 1 error, 2 ok"; rows of one verdict follow each other */
static void append_counts(struct npabi_textbuf *buf, const struct record_summary *summary)
{
	const struct record_row *const *rows = summary->rows;
	unsigned end;

	npabi_textbuf_format(buf, "%u extension%s NumPy", summary->count,
			     summary->count == 1 ? " uses" : "s use");
	npabi_textbuf_string(buf, summary->numpy[0] ? " " : "");
	escape_text(buf, summary->numpy);
	for (unsigned i = 0; i < summary->count; i = end) {
		end = i;
		while (end < summary->count && rows[end]->verdict == rows[i]->verdict)
			end++;
		npabi_textbuf_format(buf, "%s%u %s", i ? ", " : ": ", end - i,
				     verdict_kind_name(rows[i]->verdict));
	}
}

/* All columns of the table but the last; the third one is WIDTH wide. */
static void write_columns(struct npabi_textbuf *buf, int pid, const char *const words[3],
			  int width)
{
	text_begin_line(buf, pid, "");
	npabi_textbuf_format(buf, "  %-8s %-8s %-*s ", words[0], words[1], width,
			     words[2]);
}

static void write_row(struct npabi_textbuf *buf, int pid, const struct record_row *row,
		      int width)
{
	const struct record_extension named = {.path = row->path, .owner = &row->owner};
	const char *words[3] = {verdict_kind_name(row->verdict), "-", "-"};

	if (row->refused)
		words[1] = "refused";
	else if (row->observed != VERDICT_UNKNOWN)
		words[1] = verdict_kind_name(row->observed);
	if (row->built_against[0])
		words[2] = row->built_against;
	write_columns(buf, pid, words, width);
	append_name(buf, &named);
	if (!row->refused && row->agrees == FACTS_NO)
		npabi_textbuf_string(buf, ": NOT as foretold");
	text_end_line(buf);
}

static void write_head(struct npabi_textbuf *buf, int pid,
		       const struct record_summary *summary, int width)
{
	const char *words[3] = {"VERDICT", "OUTCOME", "BUILT AGAINST"};

	text_begin_line(buf, pid, "summary: ");
	append_counts(buf, summary);
	text_end_line(buf);
	if (!summary->count)
		return;
	write_columns(buf, pid, words, width);
	npabi_textbuf_string(buf, "EXTENSION");
	text_end_line(buf);
}

unsigned record_text_summary(struct npabi_textbuf *buf,
			     const struct record_summary *summary, unsigned first)
{
	int width = (int)sizeof("BUILT AGAINST") - 1;
	struct record_common common;
	unsigned i = first;

	record_common_read(&common);
	for (unsigned row = 0; row < summary->count; row++)
		if ((int)strlen(summary->rows[row]->built_against) > width)
			width = (int)strlen(summary->rows[row]->built_against);
	if (!first)
		write_head(buf, common.pid, summary, width);
	for (; i < summary->count; i++) {
		size_t length = buf->length;

		write_row(buf, common.pid, summary->rows[i], width);
		if (!buf->truncated)
			continue;
		buf->length = length;
		buf->truncated = false;
		break;
	}
	return i;
}

void record_text_note(struct npabi_textbuf *buf, const char *path, const char *reason)
{
	struct record_common common;

	record_common_read(&common);
	text_begin_line(buf, common.pid, "note: ");
	escape_text(buf, path);
	npabi_textbuf_string(buf, path[0] ? ": " : "");
	escape_text(buf, reason);
	text_end_line(buf);
	text_finish(buf);
}
