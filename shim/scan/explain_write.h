/* SPDX-License-Identifier: MIT
 *
 * Explanations, written out.
 */
#ifndef NPABI_SCAN_EXPLAIN_WRITE_H
#define NPABI_SCAN_EXPLAIN_WRITE_H

#include <stdio.h>

#include "report/record.h"
#include "scan/explanation.h"

/*
 * Writes what FINDING is and EXPLANATION of it to OUTPUT: paragraphs for people,
 * or one JSON object on one line, with the event "explanation".  No control
 * character of the pasted text gets there.
 */
void explain_write(FILE *output, enum record_format format,
		   const struct explain_finding *finding,
		   const struct explanation *explanation);

#endif
