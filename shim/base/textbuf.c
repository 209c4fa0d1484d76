/* SPDX-License-Identifier: MIT
 *
 * Appending to a fixed buffer.  Nothing here may allocate or touch errno, for
 * the crash report appends from a signal handler; only the printf form is left
 * out of that.  Called by everything that writes text.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/textbuf.h"

void npabi_textbuf_init(struct npabi_textbuf *buf, char *data, size_t capacity)
{
	buf->data = data;
	buf->capacity = capacity;
	buf->length = 0;
	buf->truncated = false;
	data[0] = '\0';
}

void npabi_textbuf_bytes(struct npabi_textbuf *buf, const char *bytes, size_t length)
{
	size_t room = buf->capacity - buf->length - 1;

	if (length > room) {
		length = room;
		buf->truncated = true;
	}
	if (!length)
		return;
	memcpy(buf->data + buf->length, bytes, length);
	buf->length += length;
	buf->data[buf->length] = '\0';
}

void npabi_textbuf_string(struct npabi_textbuf *buf, const char *string)
{
	npabi_textbuf_bytes(buf, string, strlen(string));
}

void npabi_textbuf_char(struct npabi_textbuf *buf, char c)
{
	npabi_textbuf_bytes(buf, &c, 1);
}

#define DIGITS_MAX 20 /* as many as the largest decimal number has */

/* At least WIDTH digits. */
static void append_digits(struct npabi_textbuf *buf, uint64_t value, unsigned base,
			  unsigned width)
{
	char digits[DIGITS_MAX];
	size_t first = sizeof(digits);

	do {
		digits[--first] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value || (first && sizeof(digits) - first < width));
	npabi_textbuf_bytes(buf, digits + first, sizeof(digits) - first);
}

void npabi_textbuf_unsigned(struct npabi_textbuf *buf, uint64_t value)
{
	append_digits(buf, value, 10, 1);
}

void npabi_textbuf_padded(struct npabi_textbuf *buf, uint64_t value, unsigned width)
{
	append_digits(buf, value, 10, width);
}

void npabi_textbuf_signed(struct npabi_textbuf *buf, int64_t value)
{
	if (value >= 0) {
		append_digits(buf, (uint64_t)value, 10, 1);
		return;
	}
	npabi_textbuf_char(buf, '-');
	append_digits(buf, 0 - (uint64_t)value, 10, 1);
}

void npabi_textbuf_hex(struct npabi_textbuf *buf, uint64_t value)
{
	npabi_textbuf_bytes(buf, "0x", 2);
	append_digits(buf, value, 16, 1);
}

void npabi_textbuf_format(struct npabi_textbuf *buf, const char *format, ...)
{
	size_t room = buf->capacity - buf->length;
	va_list args;
	int needed;

	va_start(args, format);
	needed = vsnprintf(buf->data + buf->length, room, format, args);
	va_end(args);
	if (needed < 0) {
		buf->data[buf->length] = '\0';
		buf->truncated = true;
	} else if ((size_t)needed >= room) {
		buf->length = buf->capacity - 1;
		buf->truncated = true;
	} else {
		buf->length += (size_t)needed;
	}
}

void npabi_text_copy(char *text_, size_t size, const char *string)
{
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, text_, size);
	npabi_textbuf_string(&buf, string);
}
