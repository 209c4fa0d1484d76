/* SPDX-License-Identifier: MIT
 *
 * The characters that mean something in HTML.  Called by what writes a page.
 */
#include <string.h>

#include "report/escape.h"
#include "scan/html_text.h"

static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	default:
		return "&#39;";
	}
}

void html_text(FILE *output, const char *text)
{
	char visible[HTML_TEXT_MAX];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, visible, sizeof(visible));
	escape_text(&buf, text);
	text = visible;
	while (*text) {
		size_t plain = strcspn(text, "&<>\"'");

		fwrite(text, 1, plain, output);
		text += plain;
		if (*text)
			fputs(entity(*text++), output);
	}
}

void html_json_text(struct json *json, const char *text)
{
	char visible[HTML_TEXT_MAX];
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, visible, sizeof(visible));
	escape_text(&buf, text);
	json_string(json, visible);
}

void html_json_value(char value_[HTML_VALUE_MAX], const char *text)
{
	struct npabi_textbuf buf;
	struct json json;

	npabi_textbuf_init(&buf, value_, HTML_VALUE_MAX);
	json_init(&json, &buf);
	json.clip = HTML_TEXT_MAX;
	html_json_text(&json, text);
}

void html_json(FILE *output, const char *json)
{
	/* in JSON the sign can only be in a string, where it may be written so */
	while (*json) {
		size_t plain = strcspn(json, "<");

		fwrite(json, 1, plain, output);
		json += plain;
		if (*json)
			fputs("\\u003c", output);
		json += *json != '\0';
	}
}
