/* SPDX-License-Identifier: MIT
 *
 * Tracebacks, as Python, pytest, IPython and Cython print them, each line of
 * which a log may have given a prefix.  They are read from the error backwards,
 * innermost frame first.  How far is bounded, for a paste may be one endless
 * line.  Called by explain_findings.c.
 */
#include <string.h>

#include "scan/explain_bytes.h"
#include "scan/explain_context.h"
#include "scan/explain_match.h"
#include "scan/explain_record.h"

#define LINES_MAX      120 /* back to a traceback's head */
#define LINES_NEAR     8   /* where it has no head */
#define LINE_MAX_BYTES 4096

/* One line of the text, without its end. */
struct line {
	const char *start, *end;
};

/* The line that byte AT is in, or as much of it as is worth reading. */
static struct line line_at(const char *text, size_t at)
{
	size_t first = at > LINE_MAX_BYTES ? at - LINE_MAX_BYTES : 0;
	struct line line;
	size_t start = at;

	while (start > first && text[start - 1] != '\n')
		start--;
	line.start = text + start;
	line.end = memchr(text + at, '\n', strnlen(text + at, LINE_MAX_BYTES));
	if (!line.end)
		line.end = text + at + strnlen(text + at, LINE_MAX_BYTES);
	return line;
}

/* --- what lines tell ---------------------------------------------------------- */

/* Paths that tell nothing of who imports what. */
static bool is_noise(const char *path, const char *end)
{
	static const char pieces[][24] = {
		"<",	       "importlib/",   "importlib\\",	 "/numpy/",
		"\\numpy\\",   "_pytest/",     "_pytest\\",	 "__init__.pxd",
		"numpy.pxd",   "_bootstrap",   "runpy.py",	 "pip-build-env",
		"pip/_vendor", "/setuptools/", "\\setuptools\\", "\\pip\\_vendor"};

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++)
		if (bytes_find(path, end, pieces[i]))
			return true;
	return false;
}

/* "NAME" of ".../site-packages/NAME/..." or ".../site-packages/NAME.py". */
static void take_package(const char *path, const char *end,
			 struct explain_context *context)
{
	const char *at = bytes_find(path, end, "site-packages"), *stop;

	if (!at)
		at = bytes_find(path, end, "dist-packages");
	if (!at || end - at < 15)
		return;
	at += 14;
	for (stop = at; stop < end && *stop != '.' && explain_is_name_char(*stop); stop++)
		;
	if (stop < end && (*stop == '/' || *stop == '\\' || *stop == '.'))
		bytes_copy(at, stop, context->package, sizeof(context->package));
}

/* Who has installed it: the innermost file whose whole path is there tells. */
static void take_place(const char *path, const char *end, struct explain_context *context)
{
	if (context->place[0] || *path != '/')
		return;
	bytes_copy(path, end, context->place, sizeof(context->place));
	context->is_conda =
		bytes_find(path, end, "conda") || bytes_find(path, end, "mamba");
	context->is_system = bytes_find(path, end, "/usr/lib/python3/dist-packages/");
}

static void take_path(const char *path, const char *end, struct explain_context *context)
{
	if (bytes_find(path, end, "pip-build-env"))
		context->is_building = true;
	if (end == path || is_noise(path, end))
		return;
	take_place(path, end, context);
	if (context->file[0])
		return;
	bytes_copy(path, end, context->file, sizeof(context->file));
	if (!context->package[0])
		take_package(path, end, context);
}

/* A statement that begins at FROM, after blanks and the marks of a listing. */
static void take_statement(const char *from, const char *end,
			   struct explain_context *context)
{
	while (from < end && strchr(" ->|E0123456789", *from))
		from++;
	if (context->statement[0] || end - from < 8)
		return;
	if (memcmp(from, "import ", 7) && memcmp(from, "from ", 5) &&
	    !bytes_find(from, end, "import_module("))
		return;
	while (end[-1] == ' ')
		end--;
	bytes_copy(from, end, context->statement, sizeof(context->statement));
}

/* "init pywt._extensions._pywt", with which Cython names the module's own code. */
static void take_init(const struct line *line, struct explain_context *context)
{
	const char *at = bytes_find(line->start, line->end, " in init "), *stop;

	if (!at || context->module[0])
		return;
	at += 9;
	for (stop = at; stop < line->end && explain_is_name_char(*stop); stop++)
		;
	bytes_copy(at, stop, context->module, sizeof(context->module));
}

/* 'File "PATH", line N' of Python, with the statement on the next line. */
static bool take_python_frame(const char *text, const struct line *line,
			      struct explain_context *context)
{
	const char *at = bytes_find(line->start, line->end, "File \""), *stop;
	size_t column = at ? (size_t)(at - line->start) : 0;
	struct line next;

	stop = at ? memchr(at + 6, '"', (size_t)(line->end - at - 6)) : NULL;
	if (!stop)
		return false;
	if (*line->end && !is_noise(at + 6, stop)) {
		next = line_at(text, (size_t)(line->end + 1 - text));
		/* the log's prefix of the next line is as long as that of this */
		if ((size_t)(next.end - next.start) > column)
			take_statement(next.start + column, next.end, context);
	}
	take_path(at + 6, stop, context);
	return true;
}

/* "PATH:N: in NAME" of pytest, "PATH in NAME" and "File PATH:N" of IPython. */
static void take_other_frame(const struct line *line, struct explain_context *context)
{
	static const char suffixes[][12] = {".pyx:", ".py:", ".pyx in ", ".py in "};
	const char *start = line->start;

	while (start < line->end && (*start == ' ' || *start == '>'))
		start++;
	if (line->end - start > 5 && !memcmp(start, "File ", 5))
		start += 5;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		const char *at = bytes_find(start, line->end, suffixes[i]);

		if (!at)
			continue;
		at += strcspn(suffixes[i] + 1, ": ") + 1;
		if (!memchr(start, ' ', (size_t)(at - start)))
			take_path(start, at, context);
		return;
	}
}

static void take_line(const char *text, const struct line *line,
		      struct explain_context *context)
{
	take_init(line, context);
	if (take_python_frame(text, line, context))
		return;
	take_other_frame(line, context);
	take_statement(line->start, line->end, context);
}

/* --- which lines -------------------------------------------------------------- */

static bool is_head(const struct line *line)
{
	return bytes_find(line->start, line->end, "Traceback") != NULL;
}

static bool go_back(const char *text, struct line *line)
{
	if (line->start == text || line->start[-1] != '\n')
		return false;
	*line = line_at(text, (size_t)(line->start - 1 - text));
	return true;
}

/* How many lines before LINE the head of its traceback is; 0: none is near. */
static int distance_of_head(const char *text, struct line line)
{
	for (int i = 1; i <= LINES_MAX && go_back(text, &line); i++) {
		if (is_head(&line))
			return i;
	}
	return 0;
}

static void read_back(const char *text, size_t at, struct explain_context *context)
{
	struct line line = line_at(text, at);
	int distance = distance_of_head(text, line);

	if (!distance)
		distance = LINES_NEAR;
	take_init(&line, context);
	while (distance-- && go_back(text, &line))
		take_line(text, &line, context);
}

/* "PATH:N: RuntimeWarning: TEXT", and then the statement that was run. */
static void read_warning(const char *text, size_t start, size_t end,
			 struct explain_context *context)
{
	struct line line = line_at(text, start), next;

	take_other_frame(&line, context);
	line = line_at(text, end);
	if (!*line.end)
		return;
	next = line_at(text, (size_t)(line.end + 1 - text));
	take_statement(next.start, next.end, context);
}

/* --- names -------------------------------------------------------------------- */

/* The first name of a dotted one, unless it is relative. */
static void copy_top(const char *from, struct explain_context *context)
{
	size_t length = 0;

	while (from[length] != '.' && explain_is_name_char(from[length]))
		length++;
	bytes_copy(from, from + length, context->package, sizeof(context->package));
}

static void name_package(struct explain_context *context)
{
	const char *statement = context->statement, *call;

	if (context->module[0])
		copy_top(context->module, context);
	if (context->package[0])
		return;
	call = strstr(statement, "import_module(");
	if (call && call[14] && call[15])
		copy_top(call + 15, context);
	else if (strncmp(statement, "import ", 7) == 0)
		copy_top(statement + 7, context);
	else if (strncmp(statement, "from ", 5) == 0)
		copy_top(statement + 5, context);
}

bool explain_context_known(const struct explain_context *context)
{
	return context->module[0] || context->file[0] || context->package[0] ||
	       context->distribution[0];
}

void explain_context_read(const char *text, size_t start, size_t end, bool is_warning,
			  struct explain_context *context_)
{
	memset(context_, 0, sizeof(*context_));
	if (!explain_record_read(text, start, context_)) {
		if (is_warning)
			read_warning(text, start, end, context_);
		else
			read_back(text, start, context_);
	}
	name_package(context_);
}

void explain_context_read_after(const char *text, size_t end,
				struct explain_context *context_)
{
	struct line line = line_at(text, end);
	size_t column = 0;
	bool begun = false;

	memset(context_, 0, sizeof(*context_));
	for (int i = 0; i < LINES_MAX && *line.end; i++) {
		const char *head;

		line = line_at(text, (size_t)(line.end + 1 - text));
		head = begun ? NULL : bytes_find(line.start, line.end, "Traceback");
		if (head) {
			begun = true;
			column = (size_t)(head - line.start);
		} else if (begun && (size_t)(line.end - line.start) > column &&
			   line.start[column] != ' ') {
			break; /* the error, or whatever follows */
		} else if (!begun && i > 20) {
			return;
		}
	}
	if (begun)
		read_back(text, (size_t)(line.start - text), context_);
	name_package(context_);
}
