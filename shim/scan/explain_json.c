/* SPDX-License-Identifier: MIT
 *
 * Members are found by their names, wherever they stand: no name that is asked for
 * here occurs twice in a record.  Called by explain_record.c.
 */
#include <string.h>

#include "scan/explain_bytes.h"
#include "scan/explain_json.h"

/* Appends the JSON string that begins at FROM, unescaped; past its last byte. */
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

/* Past the blanks and the one colon from AT on; NULL: there is no colon. */
static const char *past_colon(const char *at, const char *end)
{
	const char *value = at;

	while (value < end && (*value == ' ' || *value == ':'))
		value++;
	return value < end && memchr(at, ':', (size_t)(value - at)) ? value : NULL;
}

/* The value of member KEY in [LINE, END), or NULL. */
static const char *find_member(const char *line, const char *end, const char *key)
{
	size_t length = strlen(key);
	const char *at = line;

	while ((at = bytes_find(at, end, key)) != NULL) {
		const char *after = at + length;
		bool is_quoted =
			at > line && at[-1] == '"' && after < end && *after == '"';
		const char *value = is_quoted ? past_colon(after + 1, end) : NULL;

		if (value)
			return value;
		at = after;
	}
	return NULL;
}

/* Copies the string that is member KEY; false, and "": there is none. */
static bool read_string(const char *line, const char *end, const char *key, char *value,
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

static void read_advice(const char *line, const char *end,
			struct explain_context *context)
{
	const char *at = find_member(line, end, "advice");
	struct npabi_textbuf buf;

	if (!at || *at != '[')
		return;
	for (at++; at < end && *at != ']'; at++) {
		if (*at != '"')
			continue;
		if (context->advice_count == EXPLAIN_ADVICE_MAX)
			return;
		npabi_textbuf_init(&buf, context->advice[context->advice_count++],
				   sizeof(context->advice[0]));
		at = append_string(at + 1, end, &buf);
		if (at == end)
			return;
	}
}

/* Appends the string of member KEY after HEAD, where it has one. */
static void append_member(struct npabi_textbuf *buf, const char *line, const char *end,
			  const char *head, const char *key)
{
	const char *at = find_member(line, end, key);

	if (!at || *at != '"')
		return;
	npabi_textbuf_string(buf, buf->length ? "; " : "");
	npabi_textbuf_string(buf, head);
	append_string(at + 1, end, buf);
}

static void read_words(const char *line, const char *end, struct explain_context *context)
{
	char head[sizeof(context->error_type) + 32];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, head, sizeof(head));
	if (context->error_type[0])
		npabi_textbuf_format(&buf, "Python will say: %s: ", context->error_type);
	npabi_textbuf_init(&buf, context->words, sizeof(context->words));
	append_member(&buf, line, end, head, "message");
	append_member(&buf, line, end, "because of: ", "cause");
	append_member(&buf, line, end, "", "explanation");
	append_member(&buf, line, end, "not read further: ", "unread");
}

bool explain_json_record(const char *line, const char *end,
			 struct explain_context *context)
{
	static const struct {
		char key[24];
		size_t place, size;
	} members[] = {
#define MEMBER(member) offsetof(struct explain_context, member), sizeof(context->member)
		{"module", MEMBER(module)},
		{"path", MEMBER(file)},
		{"distribution", MEMBER(distribution)},
		{"distribution_version", MEMBER(version)},
		{"generator", MEMBER(generator)},
		{"built_against", MEMBER(built)},
		{"verdict", MEMBER(verdict)},
		{"error_type", MEMBER(error_type)},
		{"cause_type", MEMBER(cause_type)},
		{"numpy_min", MEMBER(minimum)},
		{"numpy_below", MEMBER(below)},
		{"numpy", MEMBER(running)},
		{"numpy_path", MEMBER(numpy_path)},
#undef MEMBER
	};
	char event[16];

	if (!read_string(line, end, "event", event, sizeof(event)) ||
	    strcmp(event, "extension") != 0)
		return false;
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		read_string(line, end, members[i].key, (char *)context + members[i].place,
			    members[i].size);
	read_words(line, end, context);
	read_advice(line, end, context);
	return true;
}
