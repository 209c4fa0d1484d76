/* SPDX-License-Identifier: MIT
 *
 * What terminals, logs and copying have added to a text is taken away, so that
 * only words, blanks and line feeds are left.  Nothing is judged here.  Called
 * by explain.c.
 */
#include <stdbool.h>
#include <string.h>

#include "scan/explain_clean.h"

#define ESCAPE '\x1b'

/* A copied escape sequence has lost or spelled its first character. */
static const char spelled_escapes[][8] = {"\\x1b",   "\\x1B", "\\033",
					  "\\u001b", "\\e",   "^["};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* How many bytes at TEXT are the rest of a CSI sequence, "31m" of "ESC[31m". */
static size_t csi_length(const char *text, const char *end)
{
	const char *at = text;

	while (at < end && *at >= 0x20 && *at < 0x40)
		at++;
	return at < end && *at >= 0x40 && *at < 0x7f ? (size_t)(at + 1 - text) : 0;
}

/* How many bytes at TEXT are the rest of "ESC]...BEL" or "ESC]...ESC\". */
static size_t string_length(const char *text, const char *end)
{
	for (const char *at = text; at < end && *at != '\n'; at++) {
		if (*at == '\a')
			return (size_t)(at + 1 - text);
		if (*at == ESCAPE && at + 1 < end && at[1] == '\\')
			return (size_t)(at + 2 - text);
	}
	return 0;
}

/* How many bytes the sequence has that the ESC at TEXT begins; at least 1. */
static size_t escape_length(const char *text, const char *end)
{
	const char *at = text + 1;

	if (at == end)
		return 1;
	if (*at == '[')
		return 2 + csi_length(at + 1, end);
	if (*at == ']' || *at == 'P' || *at == '_' || *at == '^')
		return 2 + string_length(at + 1, end);
	while (at < end && *at >= 0x20 && *at < 0x30)
		at++;
	return (size_t)(at - text) + (at < end && *at >= 0x30 && *at < 0x7f);
}

/* "[31m" or "[0;1m", which has lost its ESC: how many bytes; 0: it is no such. */
static size_t bare_colour(const char *text, const char *end)
{
	const char *at = text + 1;

	if (*text != '[' || at == end || !is_digit(*at))
		return 0;
	while (at < end && (is_digit(*at) || *at == ';'))
		at++;
	return at < end && *at == 'm' ? (size_t)(at + 1 - text) : 0;
}

/* "\x1b[31m" in letters: how many bytes; 0: it is no such. */
static size_t spelled_colour(const char *text, const char *end)
{
	if (*text != '\\' && *text != '^')
		return 0;
	for (size_t i = 0; i < sizeof(spelled_escapes) / sizeof(spelled_escapes[0]);
	     i++) {
		size_t length = strlen(spelled_escapes[i]), rest;

		if ((size_t)(end - text) <= length ||
		    memcmp(text, spelled_escapes[i], length) != 0)
			continue;
		rest = bare_colour(text + length, end);
		if (rest)
			return length + rest;
	}
	return 0;
}

/* Lines, corners and blocks of drawn frames, and the blank that does not break. */
static size_t frame_length(const char *text, const char *end)
{
	const unsigned char *bytes = (const unsigned char *)text;

	if (end - text >= 3 && bytes[0] == 0xe2 && bytes[1] >= 0x94 && bytes[1] <= 0x96)
		return 3;
	if (end - text >= 2 && bytes[0] == 0xc2 && bytes[1] == 0xa0)
		return 2;
	return 0;
}

static size_t drop_length(const char *text, const char *end)
{
	size_t length;

	if (*text == '\0')
		return 1;
	if (*text == ESCAPE)
		return escape_length(text, end);
	length = bare_colour(text, end);
	return length ? length : spelled_colour(text, end);
}

static size_t drop_sequences(char *text, size_t length)
{
	const char *from = text, *end = text + length;
	char *to = text;

	while (from < end) {
		size_t dropped = drop_length(from, end);
		size_t frame = dropped ? 0 : frame_length(from, end);

		if (dropped) {
			from += dropped;
		} else if (frame) {
			*to++ = ' ';
			from += frame;
		} else {
			bool control = (unsigned char)*from < 0x20 || *from == 0x7f;

			*to++ = control && *from != '\n' ? ' ' : *from;
			from++;
		}
	}
	*to = '\0';
	return (size_t)(to - text);
}

/* What the escape "\C" stands for; 0: C itself is kept after its backslash. */
static char unescaped(char c)
{
	switch (c) {
	case 'n':
		return '\n';
	case 'r':
	case 't':
		return ' ';
	case '"':
	case '\'':
	case '\\':
	case '/':
		return c;
	default:
		return '\0';
	}
}

/* For texts without NUL; a "\n" that a path holds is none when it is left alone. */
static size_t unescape(char *text)
{
	const char *from = text;
	char *to = text;

	if (!strstr(text, "\\n  File "))
		return strlen(text);
	while (*from) {
		char c = *from == '\\' ? unescaped(from[1]) : '\0';

		*to++ = c ? c : *from;
		from += c ? 2 : 1;
	}
	*to = '\0';
	return (size_t)(to - text);
}

size_t explain_clean(char *text, size_t length)
{
	drop_sequences(text, length);
	return unescape(text);
}
