/* SPDX-License-Identifier: MIT
 *
 * Writes one JSON value into a text buffer, on one line and always in UTF-8.
 * The caller opens and closes objects and arrays in the right order; commas and
 * escapes are seen to here.
 */
#ifndef NPABI_REPORT_JSON_H
#define NPABI_REPORT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/textbuf.h"

struct json {
	struct npabi_textbuf *buf; /* its truncated flag says that it did not fit */
	size_t clip;		   /* longest string in bytes as written; 0: any */
	bool comma;		   /* the next value needs a comma before it */
	bool clipped;		   /* a string was cut short by clip */
};

/* Where a writer stands, to come back to when a value did not fit. */
struct json_mark {
	size_t length;
	bool comma, truncated;
};

/* Starts writing at the end of BUF, which is borrowed. */
void json_init(struct json *json, struct npabi_textbuf *buf);

/* Opens or closes an object ('{', '}') or an array ('[', ']'). */
void json_open(struct json *json, char bracket);
void json_close(struct json *json, char bracket);

/* Writes a member's name, which must need no escapes; its value comes next. */
void json_key(struct json *json, const char *key);

/*
 * Each writes one value.  A string's bytes that are not UTF-8 become U+FFFD,
 * and its controls \uNNNN; "" is null in the ..._or_null forms, as is 0.
 */
void json_string(struct json *json, const char *value);
void json_string_or_null(struct json *json, const char *value);
void json_hex(struct json *json, uint64_t value);
void json_hex_or_null(struct json *json, uint64_t value);
void json_unsigned(struct json *json, uint64_t value);
void json_literal(struct json *json, const char *literal); /* true, false, null */

/* Takes a mark; cuts the text back to a mark, as if nothing had been written since. */
struct json_mark json_mark(const struct json *json);
void json_rewind(struct json *json, struct json_mark mark);

#endif
