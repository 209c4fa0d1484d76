/* SPDX-License-Identifier: MIT
 *
 * Known wordings, found in a text whatever blanks and line breaks it has got.
 */
#ifndef NPABI_SCAN_EXPLAIN_MATCH_H
#define NPABI_SCAN_EXPLAIN_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXPLAIN_NUMBERS_MAX  3
#define EXPLAIN_VERSIONS_MAX 2

/* Where a pattern was found, and what stood in its fields. */
struct explain_match {
	size_t start, end; /* in the text; END is past the last byte */
	unsigned number_count, version_count;
	uint64_t numbers[EXPLAIN_NUMBERS_MAX];
	bool bare_hex; /* a %x had no 0x */
	char name[160];
	char versions[EXPLAIN_VERSIONS_MAX][24];
};

/*
 * Does PATTERN stand in TEXT, a C string, at the byte AT?  Fills *match_ if so.
 *
 * Blanks count neither in PATTERN nor in TEXT; a line break in TEXT counts as a
 * blank, together with the marks of quoting at the start of the next line ("> ",
 * "E   ", "web_1  | ").  In PATTERN
 *	%d	is a decimal number, %x one in hexadecimal with or without 0x,
 *	%w	a dotted name, %v a version,
 *	%*	anything, up to 400 bytes,
 *	'	a quotation mark of any kind, or none; at the end of PATTERN also
 *		the end of a name,
 *	"	is a quotation mark that must be there,
 *	?	ends what must be there; the rest may be missing.
 */
bool explain_match(const char *pattern, const char *text, size_t at,
		   struct explain_match *match_);

/*
 * Copies the dotted name that ends before byte AT of TEXT, which may have been
 * wrapped, into NAME of SIZE bytes; returns where it starts.  "" and AT where
 * there is none with a dot.
 */
size_t explain_name_before(const char *text, size_t at, char *name, size_t size);

/* Can C be part of a dotted name? */
bool explain_is_name_char(char c);

#endif
