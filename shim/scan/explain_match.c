/* SPDX-License-Identifier: MIT
 *
 * One pattern against one place.  A text that was wrapped may have its break
 * within a number, so numbers are tried as they stand and then with their
 * continuation.  No state, nothing allocated.  Called by explain_texts.c.
 */
#include <stdlib.h>
#include <string.h>

#include "scan/explain_match.h"

#define GAP_MAX	   400
#define DIGITS_MAX 12
#define PREFIX_MAX 40 /* of "web_1  | " */
#define BEFORE_MAX 60 /* blanks and marks between a name and what follows */

static const char *match_rest(const char *pattern, const char *text,
			      struct explain_match *match);

static bool is_blank(char c)
{
	return c == ' ' || c == '\n';
}

static bool is_alphanumeric(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool explain_is_name_char(char c)
{
	return is_alphanumeric(c) || c == '_' || c == '.';
}

/* --- blanks ------------------------------------------------------------------- */

/* Past "NAME | ", with which several programs' logs are told apart; else TEXT. */
static const char *skip_program(const char *text)
{
	for (int i = 0; i < PREFIX_MAX; i++) {
		if (text[i] == '|')
			return text + i + 1;
		if (!explain_is_name_char(text[i]) && text[i] != ' ' && text[i] != '-')
			break;
	}
	return text;
}

static const char marks[] = ">|#*";

/* Past what stands before a line that was quoted or logged. */
static const char *skip_prefix(const char *text)
{
	const char *at = text;

	while (*at == ' ')
		at++;
	if (*at == 'E' && at[1] == ' ' && at[2] == ' ')
		return at + 1;
	if (!*at || !strchr(marks, *at))
		return skip_program(text);
	while (*at && strchr(">|#* ", *at))
		at++;
	return at;
}

static const char *skip_blanks(const char *text)
{
	while (is_blank(*text)) {
		if (*text++ == '\n')
			text = skip_prefix(text);
	}
	return text;
}

/* The same before C, which may itself be one of those marks. */
static const char *skip_to(const char *text, char c)
{
	const char *at = text;

	while (is_blank(*at))
		at++;
	return *at == c && strchr(marks, c) ? at : skip_blanks(text);
}

/* --- fields ------------------------------------------------------------------- */

/* Characters of one kind, as a field takes them. */
struct word {
	bool (*allowed)(char c);
	char *chars; /* with a NUL */
	size_t size;
};

static bool is_decimal(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hexadecimal(char c)
{
	return is_decimal(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_version_char(char c)
{
	return is_alphanumeric(c) || c == '.' || c == '+';
}

/* Copies what is allowed at TEXT behind the first LENGTH characters; NULL: nothing. */
static const char *take_chars(const char *text, const struct word *word, size_t length)
{
	const char *start = text;

	while (word->allowed(*text) && length < word->size - 1)
		word->chars[length++] = *text++;
	word->chars[length] = '\0';
	return text == start || word->allowed(*text) ? NULL : text;
}

/* A stop after a version or name is the sentence's. */
static const char *drop_stop(const char *end, char *chars)
{
	size_t length = strlen(chars);

	while (length && chars[length - 1] == '.') {
		chars[--length] = '\0';
		end--;
	}
	return end;
}

/* Has the line at TEXT nothing but what WORD takes? */
static bool is_alone(const char *text, const struct word *word)
{
	while (word->allowed(*text))
		text++;
	return *text == '\0' || *text == '\n';
}

/* The word at TEXT with its continuation at NEXT, and the rest of the pattern. */
static const char *match_wrapped(const char *rest, const char *text, const char *next,
				 const struct word *word, struct explain_match *match)
{
	const char *end;

	take_chars(text, word, 0);
	end = take_chars(next, word, strlen(word->chars));
	return end ? match_rest(rest, drop_stop(end, word->chars), match) : NULL;
}

/*
 * A word at TEXT and then REST.  Where the word ends a line, it may go on in the
 * next one: if the pattern demands it, or if there is nothing else in that line.
 */
static const char *match_word(const char *rest, const char *text, const struct word *word,
			      struct explain_match *match)
{
	bool optional = *rest == '?';
	struct explain_match before = *match;
	const char *end = take_chars(text, word, 0), *next, *stop, *result;

	if (!end)
		return NULL;
	rest += optional;
	stop = drop_stop(end, word->chars);
	result = match_rest(rest, stop, match);
	next = *end == '\n' ? skip_blanks(end) : end;
	if (next != end && word->allowed(*next) &&
	    (!result || (!*rest && is_alone(next, word)))) {
		*match = before;
		result = match_wrapped(rest, text, next, word, match);
		if (!result) {
			take_chars(text, word, 0);
			drop_stop(end, word->chars);
		}
	}
	if (result || !optional)
		return result;
	*match = before;
	return stop;
}

/* Past "0x", which may be wrapped too; TEXT where there is none. */
static const char *skip_hex_mark(const char *text)
{
	const char *at = text + 1;

	if (*text != '0')
		return text;
	if (*at == '\n')
		at = skip_blanks(at);
	if (*at != 'x' && *at != 'X')
		return text;
	return at[1] == '\n' ? skip_blanks(at + 1) : at + 1;
}

static const char *match_number(const char *rest, const char *text, unsigned base,
				struct explain_match *match)
{
	char digits[DIGITS_MAX + 1];
	struct word word = {base == 16 ? is_hexadecimal : is_decimal, digits,
			    sizeof(digits)};
	unsigned slot = match->number_count;
	const char *start = skip_blanks(text), *result;

	text = base == 16 ? skip_hex_mark(start) : start;
	if (base == 16 && text == start)
		match->bare_hex = true;
	if (slot == EXPLAIN_NUMBERS_MAX)
		return NULL;
	match->number_count++;
	result = match_word(rest, text, &word, match);
	if (result)
		match->numbers[slot] = strtoull(digits, NULL, (int)base);
	return result;
}

static const char *match_version(const char *rest, const char *text,
				 struct explain_match *match)
{
	char chars[sizeof(match->versions[0])];
	struct word word = {is_version_char, chars, sizeof(chars)};
	unsigned slot = match->version_count;
	const char *result;

	if (slot == EXPLAIN_VERSIONS_MAX)
		return NULL;
	match->version_count++;
	result = match_word(rest, skip_blanks(text), &word, match);
	if (result)
		memcpy(match->versions[slot], chars, sizeof(chars));
	return result;
}

static const char *match_name(const char *rest, const char *text,
			      struct explain_match *match)
{
	char chars[sizeof(match->name)];
	struct word word = {explain_is_name_char, chars, sizeof(chars)};
	const char *result = match_word(rest, skip_blanks(text), &word, match);

	if (result)
		memcpy(match->name, chars, sizeof(chars));
	return result;
}

static const char *match_gap(const char *rest, const char *text,
			     struct explain_match *match)
{
	struct explain_match before = *match;

	while (*rest == ' ')
		rest++;
	for (int i = 0; i < GAP_MAX && text[i]; i++) {
		const char *result;

		if (text[i] != *rest)
			continue;
		result = match_rest(rest, text + i, match);
		if (result)
			return result;
		*match = before;
	}
	return NULL;
}

static const char *match_field(const char *pattern, const char *text,
			       struct explain_match *match)
{
	switch (*pattern) {
	case 'd':
		return match_number(pattern + 1, text, 10, match);
	case 'x':
		return match_number(pattern + 1, text, 16, match);
	case 'w':
		return match_name(pattern + 1, text, match);
	case 'v':
		return match_version(pattern + 1, text, match);
	default:
		return match_gap(pattern + 1, text, match);
	}
}

/* --- the whole ---------------------------------------------------------------- */

/* Past a quotation mark at TEXT, with the backslash that a log put before it. */
static const char *skip_quote(const char *text)
{
	const char *at = *text == '\\' ? text + 1 : text;

	if (*at == '\'' || *at == '"' || *at == '`')
		return at + 1;
	if (text[0] == '\xe2' && text[1] == '\x80' &&
	    (text[2] == '\x98' || text[2] == '\x99' || text[2] == '\x9c' ||
	     text[2] == '\x9d'))
		return text + 3;
	return text;
}

/* A quotation mark in the pattern; NULL: the name before it goes on in the text. */
static const char *match_quote(const char *text, bool is_last)
{
	const char *after = skip_quote(skip_blanks(text));

	if (!is_last || after != skip_blanks(text))
		return after;
	if (explain_is_name_char(*text) && !(text[0] == '.' && is_blank(text[1])) &&
	    !(text[0] == '.' && !text[1]))
		return NULL;
	return text;
}

static const char *match_rest(const char *pattern, const char *text,
			      struct explain_match *match)
{
	for (; *pattern; pattern++) {
		if (*pattern == '%')
			return match_field(pattern + 1, text, match);
		if (*pattern == '?') {
			const char *result = match_rest(pattern + 1, text, match);

			return result ? result : text;
		}
		if (*pattern == '\'') {
			text = match_quote(text, pattern[1] == '\0');
			if (!text)
				return NULL;
		} else if (*pattern == '"') {
			const char *quote = skip_blanks(text);

			text = skip_quote(quote);
			if (text == quote)
				return NULL;
		} else if (*pattern != ' ') {
			text = skip_to(text, *pattern);
			if (*text++ != *pattern)
				return NULL;
		}
	}
	return text;
}

bool explain_match(const char *pattern, const char *text, size_t at,
		   struct explain_match *match_)
{
	struct explain_match match = {.start = at};
	const char *end;

	if (at && explain_is_name_char(*pattern) && explain_is_name_char(text[at - 1]))
		return false;
	end = match_rest(pattern, text + at, &match);
	if (!end)
		return false;
	match.end = (size_t)(end - text);
	*match_ = match;
	return true;
}

/* --- names before ------------------------------------------------------------- */

static size_t name_start(const char *text, size_t end)
{
	while (end && explain_is_name_char(text[end - 1]))
		end--;
	return end;
}

/* Before the blanks, line breaks and marks of quoting that stand before AT. */
static size_t skip_back(const char *text, size_t at)
{
	size_t line = at, limit = at > BEFORE_MAX ? at - BEFORE_MAX : 0;

	while (at > limit && is_blank(text[at - 1]))
		at--;
	while (line > limit && text[line - 1] != '\n')
		line--;
	if (line == limit || skip_blanks(text + line - 1) < text + at)
		return at;
	for (at = line; at > limit && is_blank(text[at - 1]);)
		at--;
	return at;
}

/* Does the name from START to END, which may be wrapped, begin with "numpy."? */
static bool is_of_numpy(const char *text, size_t start, size_t end)
{
	const char *wanted = "numpy.";

	for (; *wanted && start < end; start++) {
		if (text[start] != '\n' && text[start] != *wanted++)
			return false;
	}
	return !*wanted;
}

/* The start of the name whose last piece is [START, END), the first one wrapped off. */
static size_t wrapped_start(const char *text, size_t start, size_t end)
{
	size_t first;
	bool whole = memchr(text + start, '.', end - start) != NULL;

	if (!start || text[start - 1] != '\n')
		return start;
	first = name_start(text, start - 1);
	if (first == start - 1)
		return start;
	/* "INFO" on the line before is no piece of a name that has its dot already */
	return !whole || is_of_numpy(text, first, end) ? first : start;
}

size_t explain_name_before(const char *text, size_t at, char *name, size_t size)
{
	size_t end = skip_back(text, at);
	size_t start = wrapped_start(text, name_start(text, end), end);
	size_t length = 0;
	bool dot = false;

	/* "\n" spelled in a log */
	if (start && text[start - 1] == '\\' && start < end && text[start] == 'n')
		start++;
	for (size_t i = start; i < end && length < size - 1; i++) {
		if (text[i] == '\n')
			continue;
		dot = dot || (text[i] == '.' && i > start);
		name[length++] = text[i];
	}
	name[length] = '\0';
	if (dot && name[length - 1] != '.')
		return start;
	name[0] = '\0';
	return at;
}
