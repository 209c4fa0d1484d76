/* SPDX-License-Identifier: MIT
 *
 * The words of a result.  Everything that others have named is escaped.  Called by
 * sarif.c.
 */
#include "report/advice.h"
#include "report/escape.h"
#include "scan/sarif_message.h"

static void append_subject(struct npabi_textbuf *buf,
			   const struct record_extension *extension)
{
	const struct owner *owner = extension->owner;

	escape_text(buf, owner->module[0] ? owner->module : extension->path);
	if (owner->distribution[0]) {
		npabi_textbuf_string(buf, " (");
		escape_text(buf, owner->distribution);
		npabi_textbuf_string(buf, owner->version[0] ? " " : "");
		escape_text(buf, owner->version);
		npabi_textbuf_char(buf, ')');
	}
	if (extension->runtime) {
		npabi_textbuf_string(buf, " on NumPy ");
		escape_text(buf, extension->runtime->numpy);
	}
}

static void append_words(struct npabi_textbuf *buf, const struct verdict *verdict)
{
	if (!verdict->message[0]) {
		escape_text(buf, verdict->explanation);
		return;
	}
	escape_text(buf, verdict->error_type);
	npabi_textbuf_string(buf, verdict->error_type[0] ? ": " : "");
	escape_text(buf, verdict->message);
}

static void append_advice(struct npabi_textbuf *buf,
			  const struct record_extension *extension)
{
	const char *before = ". What to do: ";

	for (unsigned i = 0; i < extension->verdict->advice_count; i++) {
		char advice[RECORD_ADVICE_SIZE];

		if (!record_advice(extension, i, advice, sizeof(advice)))
			continue;
		npabi_textbuf_string(buf, before);
		escape_text(buf, advice);
		before = "; ";
	}
}

void sarif_message_append(struct npabi_textbuf *buf,
			  const struct record_extension *extension)
{
	static const char heads[][32] = {
		[VERDICT_UNKNOWN] = ": the verdict is unknown. ",
		[VERDICT_WARN] = ": the import will warn. ",
		[VERDICT_ERROR] = ": the import will fail. ",
		[VERDICT_UNSAFE] = " is unsafe. ",
	};
	const struct verdict *verdict = extension->verdict;

	append_subject(buf, extension);
	npabi_textbuf_string(buf, heads[verdict->kind]);
	append_words(buf, verdict);
	if (verdict->built_against[0]) {
		npabi_textbuf_string(buf, ". Built against NumPy ");
		escape_text(buf, verdict->built_against);
	}
	append_advice(buf, extension);
}
