/* SPDX-License-Identifier: MIT
 *
 * The error texts that explain must know, each with where it was seen.
 */
#ifndef NPABI_TESTS_KNOWN_TEXTS_H
#define NPABI_TESTS_KNOWN_TEXTS_H

#include "scan/explain_texts.h"

struct known_text {
	const char *text;
	enum explain_kind kind;
	enum explain_form form;
	uint64_t numbers[3];
	const char *name, *version;
};

extern const struct known_text known_texts[];

int known_texts_count(void);

#endif
