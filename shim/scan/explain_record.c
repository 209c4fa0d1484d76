/* SPDX-License-Identifier: MIT
 *
 * Records as RECORDS.md has them, read back as far as explain needs them, and
 * the rows of a scan.  They come from a paste, so anything may be missing or
 * cut.  Called by explain_context.c.
 */
#include <string.h>

#include "base/textbuf.h"
#include "report/record.h"
#include "scan/explain_bytes.h"
#include "scan/explain_record.h"
#include "verdict/version.h"

#define LINES_MAX 12 /* of a record in text form */

static const char verdicts[][8] = {"ok", "warn", "error", "unsafe", "unknown"};

static const char *line_start(const char *text, size_t at)
{
	size_t first = at > RECORD_SIZE_MAX ? at - RECORD_SIZE_MAX : 0;

	while (at > first && text[at - 1] != '\n')
		at--;
	return text + at;
}

static const char *line_end(const char *line)
{
	size_t length = strnlen(line, RECORD_SIZE_MAX);
	const char *end = memchr(line, '\n', length);

	return end ? end : line + length;
}

/* --- JSON --------------------------------------------------------------------- */

/* Appends the string whose first quote is past FROM; returns its end. */
static const char *append_string(const char *from, const char *end,
				 struct npabi_textbuf *buf)
{
	while (from < end && *from != '"') {
		if (*from == '\\' && from + 1 < end)
			from++;
		npabi_textbuf_char(buf, *from++);
	}
	return from;
}

static const char *find_member(const char *line, const char *end, const char *key)
{
	size_t length = strlen(key);
	const char *at = line;

	while ((at = bytes_find(at, end, key)) != NULL) {
		const char *after = at + length;

		if (at > line && at[-1] == '"' && after < end && *after == '"') {
			for (after++; after < end && (*after == ' ' || *after == ':');)
				after++;
			return after < end ? after : NULL;
		}
		at = after;
	}
	return NULL;
}

bool explain_json_string(const char *line, const char *end, const char *key, char *value,
			 size_t size)
{
	const char *at = find_member(line, end, key);
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, value, size);
	if (!at || *at != '"')
		return false;
	append_string(at + 1, end, &buf);
	return true;
}

/* Names end up in commands that people copy, and a paste may hold anything. */
static void drop_unless_plain(char *name)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789._-";

	if (name[strspn(name, plain)] || name[0] == '-')
		name[0] = '\0';
}

/* "2" is written for 2.0; what is no release number is dropped. */
static void keep_release(char *release, size_t size)
{
	struct version version;

	if (release[0] && !strchr(release, '.'))
		strncat(release, ".0", size - strlen(release) - 1);
	if (release[strspn(release, "0123456789.")] || !version_parse(release, &version))
		release[0] = '\0';
}

static bool read_json(const char *text, const char *line, struct explain_context *context)
{
	const char *end = line_end(line);
	char event[16];

	if (!explain_json_string(line, end, "event", event, sizeof(event)) ||
	    strcmp(event, "extension") != 0)
		return false;
	context->record = (unsigned)(line - text) + 1;
	explain_json_string(line, end, "module", context->module,
			    sizeof(context->module));
	explain_json_string(line, end, "path", context->file, sizeof(context->file));
	explain_json_string(line, end, "distribution", context->distribution,
			    sizeof(context->distribution));
	explain_json_string(line, end, "distribution_version", context->version,
			    sizeof(context->version));
	explain_json_string(line, end, "built_against", context->built,
			    sizeof(context->built));
	explain_json_string(line, end, "verdict", context->verdict,
			    sizeof(context->verdict));
	explain_json_string(line, end, "numpy_min", context->minimum,
			    sizeof(context->minimum));
	explain_json_string(line, end, "numpy_below", context->below,
			    sizeof(context->below));
	return true;
}

/* --- text --------------------------------------------------------------------- */

/* "pywt._extensions._pywt (PyWavelets 1.4.1): ", or a path, from FROM on. */
static void read_subject(const char *from, const char *end,
			 struct explain_context *context)
{
	const char *stop = bytes_find(from, end, ": ");
	const char *open, *close, *blank;

	stop = stop ? stop : end;
	open = bytes_find(from, stop, " (");
	if (memchr(from, '/', (size_t)(stop - from)))
		bytes_copy(from, stop, context->file, sizeof(context->file));
	else
		bytes_copy(from, open ? open : stop, context->module,
			   sizeof(context->module));
	close = open ? bytes_find(open, stop, ")") : NULL;
	if (!close)
		return;
	blank = memrchr(open + 2, ' ', (size_t)(close - open - 2));
	bytes_copy(open + 2, blank ? blank : close, context->distribution,
		   sizeof(context->distribution));
	if (blank)
		bytes_copy(blank + 1, close, context->version, sizeof(context->version));
}

/* What the text of a record's LINE, after "npabi[PID]: ", begins with. */
static const char *after_pid(const char *line, const char *end)
{
	const char *at = bytes_find(line, end, "npabi[");
	const char *close = at ? bytes_find(at, end, "]: ") : NULL;

	return close ? close + 3 : NULL;
}

/* Does [FROM, END) begin with WORDS?  Then their end, else NULL. */
static const char *past(const char *from, const char *end, const char *words)
{
	size_t length = strlen(words);

	return (size_t)(end - from) >= length && !memcmp(from, words, length)
		       ? from + length
		       : NULL;
}

/* Past the verdict with which FROM begins a record, or NULL. */
static const char *past_verdict(const char *from, const char *end)
{
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
		const char *after = past(from, end, verdicts[i]);

		after = after ? past(after, end, ": ") : NULL;
		if (after)
			return after;
	}
	return NULL;
}

/* The first line of the record that LINE is in, or NULL. */
static const char *record_head(const char *text, const char *line)
{
	for (int i = 0; i < LINES_MAX; i++) {
		const char *end = line_end(line), *from = after_pid(line, end);

		if (!from)
			return NULL;
		if (past_verdict(from, end))
			return line;
		if (*from != ' ' || line == text)
			return NULL;
		line = line_start(text, (size_t)(line - text) - 1);
	}
	return NULL;
}

static void read_text_line(const char *from, const char *end,
			   struct explain_context *context)
{
	const char *file = past(from, end, "  file: ");
	const char *built = past(from, end, "  built against NumPy ");
	const char *stop;

	if (file)
		bytes_copy(file, end, context->file, sizeof(context->file));
	if (!built)
		return;
	stop = bytes_find(built, end, " (ABI");
	stop = stop ? stop : bytes_find(built, end, " by ");
	bytes_copy(built, stop ? stop : end, context->built, sizeof(context->built));
}

static bool read_record(const char *text, const char *line,
			struct explain_context *context)
{
	const char *head = record_head(text, line);
	const char *end, *from;

	if (!head)
		return false;
	end = line_end(head);
	from = after_pid(head, end);
	context->record = (unsigned)(head - text) + 1;
	bytes_copy(from, bytes_find(from, end, ": "), context->verdict,
		   sizeof(context->verdict));
	read_subject(past_verdict(after_pid(head, end), end), end, context);
	for (int i = 0; i < LINES_MAX && *end; i++) {
		line = end + 1;
		end = line_end(line);
		from = after_pid(line, end);
		if (!from || *from != ' ')
			break;
		read_text_line(from, end, context);
	}
	return true;
}

/* --- rows of a scan ----------------------------------------------------------- */

/* Past the verdict's name with which LINE begins, or NULL. */
static const char *past_name(const char *line, const char *end)
{
	const char *after = NULL;

	for (size_t i = 0; !after && i < sizeof(verdicts) / sizeof(verdicts[0]); i++)
		after = past(line, end, verdicts[i]);
	return after;
}

/* "PyWavelets 1.4.1, 2 extensions: ", from FROM on; it may have no name. */
static void read_distribution(const char *from, const char *end,
			      struct explain_context *context)
{
	const char *stop = bytes_find(from, end, ", "),
		   *colon = bytes_find(from, end, ": ");
	const char *blank;

	if (!stop || !colon || colon < stop)
		return;
	blank = memrchr(from, ' ', (size_t)(stop - from));
	bytes_copy(from, blank ? blank : stop, context->distribution,
		   sizeof(context->distribution));
	if (blank)
		bytes_copy(blank + 1, stop, context->version, sizeof(context->version));
}

/* ">=1.22,<2" */
static void read_bounds(const char *from, const char *end,
			struct explain_context *context)
{
	const char *minimum = bytes_find(from, end, ">="),
		   *below = bytes_find(from, end, "<");
	const char *comma = bytes_find(from, end, ",");

	if (minimum)
		bytes_copy(minimum + 2, comma ? comma : end, context->minimum,
			   sizeof(context->minimum));
	if (below)
		bytes_copy(below + 1, end, context->below, sizeof(context->below));
}

static void read_origin(const char *from, const char *end,
			struct explain_context *context)
{
	static const char built[] = "; built against NumPy ",
			  works[] = "; works with NumPy ";
	const char *at = bytes_find(from, end, works), *stop;

	if (at)
		read_bounds(at + strlen(works), end, context);
	at = bytes_find(from, end, built);
	if (!at)
		return;
	at += strlen(built);
	stop = bytes_find(at, end, "; ");
	bytes_copy(at, stop ? stop : end, context->built, sizeof(context->built));
}

/*
 * "error on NumPy 2.0.2: PyWavelets 1.4.1, 1 extension: TEXT; built against ...",
 * and then a line with each file.
 */
static bool read_row(const char *text, const char *line, struct explain_context *context)
{
	const char *end = line_end(line), *name = past_name(line, end);
	const char *at = name ? past(name, end, " on NumPy ") : NULL, *file;

	at = at ? bytes_find(at, end, ": ") : NULL;
	if (!at)
		return false;
	context->record = (unsigned)(line - text) + 1;
	bytes_copy(line, name, context->verdict, sizeof(context->verdict));
	read_distribution(at + 2, end, context);
	read_origin(at, end, context);
	if (!*end)
		return true;
	line = end + 1;
	end = line_end(line);
	file = past(line, end, "  ");
	if (file) {
		const char *stop = bytes_find(file, end, "; ");

		bytes_copy(file, stop ? stop : end, context->file, sizeof(context->file));
	}
	return true;
}

bool explain_record_read(const char *text, size_t at, struct explain_context *context)
{
	const char *line = line_start(text, at);

	if (!read_json(text, line, context) && !read_record(text, line, context) &&
	    !read_row(text, line, context))
		return false;
	drop_unless_plain(context->module);
	drop_unless_plain(context->distribution);
	keep_release(context->minimum, sizeof(context->minimum));
	keep_release(context->below, sizeof(context->below));
	return true;
}
