/* SPDX-License-Identifier: MIT
 *
 * Parts of a text that is read from one byte to another: [FROM, END).  For the
 * files that read what stands around an error.
 */
#ifndef NPABI_SCAN_EXPLAIN_BYTES_H
#define NPABI_SCAN_EXPLAIN_BYTES_H

#include <string.h>

#include "base/textbuf.h"

/* Where WORDS first are, or NULL. */
static inline const char *bytes_find(const char *from, const char *end, const char *words)
{
	return memmem(from, (size_t)(end - from), words, strlen(words));
}

/*
 * Copies the bytes into TO, of SIZE bytes, as a string, cut where it is too long;
 * "" where END is not past FROM.
 */
static inline void bytes_copy(const char *from, const char *end, char *to, size_t size)
{
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, to, size);
	if (end > from)
		npabi_textbuf_bytes(&buf, from, (size_t)(end - from));
}

#endif
