/* SPDX-License-Identifier: MIT
 *
 * A JSON record as RECORDS.md has it, read back as far as explain needs it.
 */
#ifndef NPABI_SCAN_EXPLAIN_JSON_H
#define NPABI_SCAN_EXPLAIN_JSON_H

#include "scan/explain_context.h"

/*
 * If [LINE, END) is an extension record, fills what it tells into CONTEXT and returns
 * true.  It comes from a paste, so that anything may be missing or cut.
 */
bool explain_json_record(const char *line, const char *end,
			 struct explain_context *context);

#endif
