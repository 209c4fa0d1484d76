/* SPDX-License-Identifier: MIT
 *
 * Words of ours are left out of a finding: they may be put better some day.  Everything
 * that others have named is escaped.  Called by baseline.c.
 */
#include <string.h>

#include "base/path.h"
#include "report/escape.h"
#include "scan/finding.h"

static void append_subject(struct npabi_textbuf *buf, const char *path,
			   const struct owner *owner)
{
	npabi_textbuf_char(buf, '\t');
	escape_text(buf, owner->distribution[0] ? owner->distribution : "-");
	npabi_textbuf_char(buf, '\t');
	escape_text(buf, owner->module[0] ? owner->module : npabi_file_name(path));
}

void finding_append(struct npabi_textbuf *buf, const struct record_extension *extension)
{
	const struct verdict *verdict = extension->verdict;

	npabi_textbuf_string(buf, verdict_kind_name(verdict->kind));
	append_subject(buf, extension->path, extension->owner);
	if (verdict->rule == VERDICT_RULE_NONE)
		return;
	npabi_textbuf_char(buf, '\t');
	npabi_textbuf_string(buf, verdict_rule_name(verdict->rule));
	if (!verdict->error_type[0])
		return;
	npabi_textbuf_char(buf, '\t');
	escape_text(buf, verdict->error_type);
	npabi_textbuf_string(buf, ": ");
	escape_text(buf, verdict->message);
}

void finding_append_unread(struct npabi_textbuf *buf, const char *path,
			   const struct owner *owner)
{
	npabi_textbuf_string(buf, "unread");
	append_subject(buf, path, owner);
}
