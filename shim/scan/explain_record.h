/* SPDX-License-Identifier: MIT
 *
 * What npabi's own records and rows say of the text in them.
 */
#ifndef NPABI_SCAN_EXPLAIN_RECORD_H
#define NPABI_SCAN_EXPLAIN_RECORD_H

#include "scan/explain_context.h"

/*
 * If byte AT of the cleaned TEXT lies in a record of npabi, text or JSON, or in
 * a row of "npabi scan", fills what that tells into CONTEXT and returns true.
 */
bool explain_record_read(const char *text, size_t at, struct explain_context *context);

#endif
