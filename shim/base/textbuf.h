/* SPDX-License-Identifier: MIT
 *
 * A fixed buffer that text is appended to.  Nothing is allocated, what does not
 * fit is dropped and remembered, and the text is always NUL-terminated.  Every
 * function here is async-signal-safe.
 */
#ifndef NPABI_BASE_TEXTBUF_H
#define NPABI_BASE_TEXTBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct npabi_textbuf {
	char *data;
	size_t capacity; /* of data, counting the final NUL */
	size_t length;	 /* of the text, not counting it */
	bool truncated;
};

/* Starts an empty text in DATA, which has CAPACITY (at least 1) bytes. */
void npabi_textbuf_init(struct npabi_textbuf *buf, char *data, size_t capacity);

/* Appends LENGTH bytes, a C string, or one byte. */
void npabi_textbuf_bytes(struct npabi_textbuf *buf, const char *bytes, size_t length);
void npabi_textbuf_string(struct npabi_textbuf *buf, const char *string);
void npabi_textbuf_char(struct npabi_textbuf *buf, char c);

/* Appends VALUE in decimal, with zeros in front to WIDTH (at most 20) digits. */
void npabi_textbuf_padded(struct npabi_textbuf *buf, uint64_t value, unsigned width);

/* Appends a number: decimal, signed decimal, or 0x and lower-case hex. */
void npabi_textbuf_unsigned(struct npabi_textbuf *buf, uint64_t value);
void npabi_textbuf_signed(struct npabi_textbuf *buf, int64_t value);
void npabi_textbuf_hex(struct npabi_textbuf *buf, uint64_t value);

/* Appends by a printf format; not async-signal-safe (vsnprintf). */
void npabi_textbuf_format(struct npabi_textbuf *buf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Copies STRING to TEXT_, which has SIZE (at least 1) bytes, cut to fit. */
void npabi_text_copy(char *text_, size_t size, const char *string);

#endif
