/* SPDX-License-Identifier: MIT
 *
 * Text that others made on its way into a page: none of it may become markup.
 */
#ifndef NPABI_SCAN_HTML_TEXT_H
#define NPABI_SCAN_HTML_TEXT_H

#include <stdio.h>

#include "report/json.h"

#define HTML_TEXT_MAX  32768
#define HTML_VALUE_MAX (HTML_TEXT_MAX + 16)

/*
 * Writes TEXT as escape_text shows it, of which at most HTML_TEXT_MAX bytes, such that
 * it is text in an element or in an attribute between double quotes.
 */
void html_text(FILE *output, const char *text);

/* Writes TEXT, as escape_text shows it, as a JSON string. */
void html_json_text(struct json *json, const char *text);

/* The same, cut to HTML_TEXT_MAX bytes, as a value of its own, for VALUE_. */
void html_json_value(char value_[HTML_VALUE_MAX], const char *text);

/* Writes JSON such that it may stand in a script element: it cannot end it. */
void html_json(FILE *output, const char *json);

#endif
