/* SPDX-License-Identifier: MIT
 *
 * The UTF-8 check, and the escapes of the text form.  Nothing here allocates or
 * depends on the locale.  Called by the JSON writer and the text records.
 */
#include <stddef.h>

#include "report/escape.h"

/*
 * Which second bytes a first byte allows, from table 3-7 of the Unicode
 * standard; it shuts out overlong forms, surrogates and what lies past 10FFFF.
 */
struct lead {
	uint8_t first, last;  /* first byte of the character */
	uint8_t low, high;    /* second byte */
	uint8_t length, bits; /* of the character; of the first byte that count */
};

static const struct lead leads[] = {
	{0xc2, 0xdf, 0x80, 0xbf, 2, 0x1f}, {0xe0, 0xe0, 0xa0, 0xbf, 3, 0x0f},
	{0xe1, 0xec, 0x80, 0xbf, 3, 0x0f}, {0xed, 0xed, 0x80, 0x9f, 3, 0x0f},
	{0xee, 0xef, 0x80, 0xbf, 3, 0x0f}, {0xf0, 0xf0, 0x90, 0xbf, 4, 0x07},
	{0xf1, 0xf3, 0x80, 0xbf, 4, 0x07}, {0xf4, 0xf4, 0x80, 0x8f, 4, 0x07},
};

static const struct lead *find_lead(uint8_t byte)
{
	for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++) {
		if (byte >= leads[i].first && byte <= leads[i].last)
			return &leads[i];
	}
	return NULL;
}

unsigned escape_next(const char *text, uint32_t *code_)
{
	const uint8_t *bytes = (const uint8_t *)text;
	const struct lead *lead;
	uint32_t code;

	if (bytes[0] < 0x80) {
		*code_ = bytes[0];
		return 1;
	}
	*code_ = ESCAPE_INVALID;
	lead = find_lead(bytes[0]);
	if (!lead || bytes[1] < lead->low || bytes[1] > lead->high)
		return 1;
	code = (uint32_t)(bytes[0] & lead->bits) << 6 | (bytes[1] & 0x3f);
	/* the NUL at the end is no continuation byte, so this stops there */
	for (unsigned i = 2; i < lead->length; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return i;
		code = code << 6 | (bytes[i] & 0x3f);
	}
	*code_ = code;
	return lead->length;
}

bool escape_is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code <= 0x9f) ||
	       (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

/* How many bytes at STRING are printable ASCII: nearly all there ever are. */
static size_t plain_length(const char *string)
{
	size_t length = 0;

	while (string[length] >= ' ' && string[length] <= '~')
		length++;
	return length;
}

void escape_text(struct npabi_textbuf *buf, const char *string)
{
	for (;;) {
		size_t plain = plain_length(string);
		uint32_t code;
		unsigned length;

		npabi_textbuf_bytes(buf, string, plain);
		string += plain;
		if (!*string)
			return;
		length = escape_next(string, &code);
		if (code == ESCAPE_INVALID) {
			for (unsigned i = 0; i < length; i++)
				npabi_textbuf_format(buf, "\\x%02x",
						     (unsigned char)string[i]);
		} else if (escape_is_control(code)) {
			npabi_textbuf_format(buf, code < 0x80 ? "\\x%02x" : "\\u%04x",
					     code);
		} else {
			npabi_textbuf_bytes(buf, string, length);
		}
		string += length;
	}
}
