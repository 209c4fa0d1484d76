/* SPDX-License-Identifier: MIT
 *
 * The JSON writer.  It knows nothing of records, allocates nothing, and leaves
 * it to the buffer to remember that something did not fit.  Called by
 * record_json.c.
 */
#include <string.h>

#include "report/escape.h"
#include "report/json.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

void json_init(struct json *json, struct npabi_textbuf *buf)
{
	*json = (struct json){.buf = buf};
}

/* What goes before each value or key. */
static void begin_item(struct json *json)
{
	if (json->comma)
		npabi_textbuf_char(json->buf, ',');
	json->comma = true;
}

void json_open(struct json *json, char bracket)
{
	begin_item(json);
	npabi_textbuf_char(json->buf, bracket);
	json->comma = false;
}

void json_close(struct json *json, char bracket)
{
	npabi_textbuf_char(json->buf, bracket);
	json->comma = true;
}

void json_key(struct json *json, const char *key)
{
	begin_item(json);
	npabi_textbuf_char(json->buf, '"');
	npabi_textbuf_string(json->buf, key);
	npabi_textbuf_bytes(json->buf, "\":", 2);
	json->comma = false;
}

/* Writes one character of a string into ESCAPE, 8 bytes; returns how many. */
static size_t escape_character(char *escape, const char *text, unsigned length,
			       uint32_t code)
{
	static const char hex[] = "0123456789abcdef";
	static const char shift[4] = {12, 8, 4, 0};

	if (code == ESCAPE_INVALID) {
		memcpy(escape, REPLACEMENT, 3);
		return 3;
	}
	if (code == '"' || code == '\\') {
		escape[0] = '\\';
		escape[1] = (char)code;
		return 2;
	}
	if (!escape_is_control(code)) {
		memcpy(escape, text, length);
		return length;
	}
	memcpy(escape, "\\u", 2);
	for (unsigned i = 0; i < sizeof(shift); i++)
		escape[2 + i] = hex[code >> shift[i] & 0xf];
	return 6;
}

void json_string(struct json *json, const char *value)
{
	size_t written = 0;

	begin_item(json);
	npabi_textbuf_char(json->buf, '"');
	while (*value && !json->buf->truncated) {
		char escape[8];
		uint32_t code;
		unsigned length = escape_next(value, &code);
		size_t size = escape_character(escape, value, length, code);

		if (json->clip && written + size > json->clip) {
			json->clipped = true;
			break;
		}
		npabi_textbuf_bytes(json->buf, escape, size);
		written += size;
		value += length;
	}
	npabi_textbuf_char(json->buf, '"');
}

void json_literal(struct json *json, const char *literal)
{
	begin_item(json);
	npabi_textbuf_string(json->buf, literal);
}

void json_string_or_null(struct json *json, const char *value)
{
	if (*value)
		json_string(json, value);
	else
		json_literal(json, "null");
}

void json_hex(struct json *json, uint64_t value)
{
	begin_item(json);
	npabi_textbuf_char(json->buf, '"');
	npabi_textbuf_hex(json->buf, value);
	npabi_textbuf_char(json->buf, '"');
}

void json_hex_or_null(struct json *json, uint64_t value)
{
	if (value)
		json_hex(json, value);
	else
		json_literal(json, "null");
}

void json_unsigned(struct json *json, uint64_t value)
{
	begin_item(json);
	npabi_textbuf_unsigned(json->buf, value);
}

struct json_mark json_mark(const struct json *json)
{
	return (struct json_mark){json->buf->length, json->comma, json->buf->truncated};
}

void json_rewind(struct json *json, struct json_mark mark)
{
	json->buf->length = mark.length;
	json->buf->data[mark.length] = '\0';
	json->buf->truncated = mark.truncated;
	json->comma = mark.comma;
}
