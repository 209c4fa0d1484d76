/* SPDX-License-Identifier: MIT
 *
 * Members of the objects that are written as JSON Lines, and those that all of
 * them begin with.  For record_json.c, and for who writes objects of its own
 * beside the records.
 */
#ifndef NPABI_REPORT_JSON_MEMBERS_H
#define NPABI_REPORT_JSON_MEMBERS_H

#include "report/json.h"

/* Each writes the member KEY; known: "" is null, hex: 0 is null. */
static inline void write_string(struct json *json, const char *key, const char *value)
{
	json_key(json, key);
	json_string(json, value);
}

static inline void write_known(struct json *json, const char *key, const char *value)
{
	json_key(json, key);
	json_string_or_null(json, value);
}

static inline void write_hex(struct json *json, const char *key, uint64_t value)
{
	json_key(json, key);
	json_hex_or_null(json, value);
}

static inline void write_literal(struct json *json, const char *key, const char *literal)
{
	json_key(json, key);
	json_literal(json, literal);
}

static inline void write_unsigned(struct json *json, const char *key, uint64_t value)
{
	json_key(json, key);
	json_unsigned(json, value);
}

/*
 * Opens an object, which the caller closes, and writes what it is (EVENT), when,
 * where and by whom.  In record_json.c.
 */
void write_common(struct json *json, const char *event);

#endif
