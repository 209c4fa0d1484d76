/* SPDX-License-Identifier: MIT
 *
 * The rules as SARIF describes them to those who see a result on their code host.
 */
#ifndef NPABI_SCAN_SARIF_RULES_H
#define NPABI_SCAN_SARIF_RULES_H

#include "report/json.h"
#include "verdict/verdict.h"

/*
 * Writes the member "rules" of the tool: one for each enum verdict_rule but NONE, in
 * that order.  DOCS: the address of the page on rules, "" none.
 */
void sarif_rules_write(struct json *json, const char *docs);

/* Where RULE stands in "rules". */
unsigned sarif_rule_index(enum verdict_rule rule);

/* "error" or "warning". */
const char *sarif_level(enum verdict_kind kind);

#endif
