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
#include "scan/explain_json.h"
#include "scan/explain_record.h"
#include "verdict/version.h"

#define LINES_MAX 12   /* of a record in text form */
#define ROWS_MAX  2000 /* of a scan, from a heading to its advice */
#define REFUSED	  "refused by npabi (NPABI_STRICT=1): "

static const char verdicts[][8] = {"ok", "warn", "error", "unsafe", "unknown"};

static const char *line_start(const char *text, size_t at)
{
	size_t first = at > RECORD_SIZE_MAX ? at - RECORD_SIZE_MAX : 0;

	while (at > first && text[at - 1] != '\n')
		at--;
	return text + at;
}

/* A byte at a time: what comes after the line, which may be much, is not looked at. */
static const char *line_end(const char *line)
{
	const char *limit = line + RECORD_SIZE_MAX;

	while (line < limit && *line && *line != '\n')
		line++;
	return line;
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

/* --- text --------------------------------------------------------------------- */

/* Does [FROM, END) begin with WORDS?  Then their end, else NULL. */
static const char *past(const char *from, const char *end, const char *words)
{
	size_t length = strlen(words);

	return (size_t)(end - from) >= length && !memcmp(from, words, length)
		       ? from + length
		       : NULL;
}

static void add_words(struct explain_context *context, const char *from, const char *end)
{
	size_t length = strlen(context->words);
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, context->words + length,
			   sizeof(context->words) - length);
	npabi_textbuf_string(&buf, length ? "; " : "");
	npabi_textbuf_bytes(&buf, from, (size_t)(end - from));
}

static void add_advice(struct explain_context *context, const char *from, const char *end)
{
	if (context->advice_count < EXPLAIN_ADVICE_MAX)
		bytes_copy(from, end, context->advice[context->advice_count++],
			   sizeof(context->advice[0]));
}

/* "pywt._extensions._pywt (PyWavelets 1.4.1): ", or a path, from FROM on. */
static void read_subject(const char *from, const char *end,
			 struct explain_context *context)
{
	const char *stop = bytes_find(from, end, ": ");
	const char *open, *close, *blank;

	if (stop)
		add_words(context, stop + 2, end);
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

/* What LINE has after "npabi[PID]: "; in the text of a refusal, which has none, all. */
static const char *content(const char *line, const char *end)
{
	const char *at = bytes_find(line, end, "npabi[");
	const char *close = at ? bytes_find(at, end, "]: ") : NULL;

	return close ? close + 3 : line;
}

/* The verdict with which FROM begins a record, and what is behind it; or NULL. */
static const char *past_verdict(const char *from, const char *end, const char **verdict_)
{
	const char *after = bytes_find(from, end, REFUSED);

	if (after) {
		*verdict_ =
			bytes_find(from, end, ": can be imported") ? "unsafe" : "error";
		return after + strlen(REFUSED);
	}
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
		after = past(from, end, verdicts[i]);
		after = after ? past(after, end, ": ") : NULL;
		*verdict_ = verdicts[i];
		if (after)
			return after;
	}
	return NULL;
}

static bool is_head(const char *line, const char *end)
{
	const char *from = content(line, end), *verdict;

	return (from > line || bytes_find(line, end, REFUSED)) &&
	       past_verdict(from, end, &verdict);
}

/* The first line of the record that LINE is in, or NULL. */
static const char *record_head(const char *text, const char *line)
{
	for (int i = 0; i < LINES_MAX; i++) {
		const char *end = line_end(line);

		if (is_head(line, end))
			return line;
		if (!past(content(line, end), end, "  ") || line == text)
			return NULL;
		line = line_start(text, (size_t)(line - text) - 1);
	}
	return NULL;
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

/* "A; or B; to keep it so: C", where the first says the releases that suit. */
static void read_advice(const char *from, const char *end,
			struct explain_context *context)
{
	const char *numpy = bytes_find(from, end, " install 'numpy"), *stop;

	for (; from < end; from = stop + 2) {
		stop = bytes_find(from, end, "; ");
		stop = stop ? stop : end;
		add_advice(context, from, stop);
		if (stop == end)
			break;
	}
	numpy = numpy ? numpy + strlen(" install 'numpy") : NULL;
	stop = numpy ? memchr(numpy, '\'', (size_t)(end - numpy)) : NULL;
	if (stop)
		read_bounds(numpy, stop, context);
}

/* "1.22-1.24 (ABI 0x1000009) by cython 0.29.32" */
static void read_built(const char *from, const char *end, struct explain_context *context)
{
	const char *by = bytes_find(from, end, " by ");
	const char *stop = bytes_find(from, by ? by : end, " (ABI");

	if (by)
		bytes_copy(by + 4, end, context->generator, sizeof(context->generator));
	stop = stop ? stop : by ? by : end;
	bytes_copy(from, stop, context->built, sizeof(context->built));
}

/* "2.0.2 (ABI 0x2000000, API 0x12), Python 3.11.7, /v/numpy/__init__.py" */
static void read_running(const char *from, const char *end,
			 struct explain_context *context)
{
	const char *path = bytes_find(from, end, ", /"), *stop = from;

	while (stop < end && *stop != ' ' && *stop != ',')
		stop++;
	bytes_copy(from, stop, context->running, sizeof(context->running));
	if (path)
		bytes_copy(path + 2, end, context->numpy_path,
			   sizeof(context->numpy_path));
}

static void read_file(const char *from, const char *end, struct explain_context *context)
{
	bytes_copy(from, end, context->file, sizeof(context->file));
}

/* One of the lines after the first. */
static void read_text_line(const char *from, const char *end,
			   struct explain_context *context)
{
	static const struct {
		char head[32];
		void (*read)(const char *, const char *, struct explain_context *);
	} lines[] = {
		{"  file: ", read_file},
		{"  built against NumPy ", read_built},
		{"  running: NumPy ", read_running},
		{"  sizes compiled in: ", NULL},
		{"  what to do: ", read_advice},
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const char *after = past(from, end, lines[i].head);

		if (after && lines[i].read)
			lines[i].read(after, end, context);
		if (after)
			return;
	}
	add_words(context, from + 2, end);
}

static bool read_record(const char *text, const char *line,
			struct explain_context *context)
{
	const char *head = record_head(text, line), *end, *from, *verdict;

	if (!head)
		return false;
	end = line_end(head);
	from = past_verdict(content(head, end), end, &verdict);
	context->record = (unsigned)(head - text) + 1;
	bytes_copy(verdict, verdict + strlen(verdict), context->verdict,
		   sizeof(context->verdict));
	read_subject(from, end, context);
	for (int i = 0; i < LINES_MAX && *end; i++) {
		line = end + 1;
		end = line_end(line);
		from = content(line, end);
		if (!past(from, end, "  "))
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
 * The lines behind the heading that ends at END: the files, then the advice, which is
 * behind the last of several headings where it is the same for all.
 */
static void read_rows(const char *end, struct explain_context *context)
{
	bool is_advice = false, is_mismatch = strcmp(context->verdict, "error") == 0 ||
					      strcmp(context->verdict, "unsafe") == 0;

	for (int i = 0; i < ROWS_MAX && *end; i++) {
		const char *line = end + 1, *from, *stop;

		end = line_end(line);
		from = past(line, end, "  ");
		if (!from && (is_advice || !is_mismatch || !past_name(line, end)))
			return;
		if (!from)
			continue;
		stop = past(line, end, "  what to do: ");
		is_advice = is_advice || stop;
		if (is_advice) {
			add_advice(context, stop ? stop : from, end);
		} else if (!context->file[0]) {
			stop = bytes_find(from, end, "; ");
			read_file(from, stop ? stop : end, context);
		}
	}
}

/*
 * "error on NumPy 2.0.2: PyWavelets 1.4.1, 1 extension: TEXT; built against ...",
 * and then a line with each file.
 */
static bool read_heading(const char *text, const char *line,
			 struct explain_context *context)
{
	const char *end = line_end(line), *name = past_name(line, end);
	const char *numpy = name ? past(name, end, " on NumPy ") : NULL;
	const char *at = numpy ? bytes_find(numpy, end, ": ") : NULL;

	if (!at)
		return false;
	context->record = (unsigned)(line - text) + 1;
	bytes_copy(line, name, context->verdict, sizeof(context->verdict));
	bytes_copy(numpy, at, context->running, sizeof(context->running));
	read_distribution(at + 2, end, context);
	read_origin(at, end, context);
	read_rows(end, context);
	return true;
}

bool explain_record_read(const char *text, size_t at, struct explain_context *context)
{
	const char *line = line_start(text, at);

	if (explain_json_record(line, line_end(line), context))
		context->record = (unsigned)(line - text) + 1;
	else if (!read_record(text, line, context) && !read_heading(text, line, context))
		return false;
	drop_unless_plain(context->module);
	drop_unless_plain(context->distribution);
	keep_release(context->minimum, sizeof(context->minimum));
	keep_release(context->below, sizeof(context->below));
	return true;
}
