/* SPDX-License-Identifier: MIT
 *
 * The verdict's advice in the words of whoever installs things where the
 * extension lies, and such that it breaks nothing else that is known of.
 */
#ifndef NPABI_REPORT_ADVICE_H
#define NPABI_REPORT_ADVICE_H

#include "report/record.h"

#define RECORD_ADVICE_SIZE 1280

/*
 * Writes piece INDEX of the verdict's advice into TEXT, of SIZE bytes
 * (RECORD_ADVICE_SIZE is enough), with the package's name, where that is known
 * and plain, in place of PACKAGE, and the pip of the interpreter that is known.  False,
 * and TEXT "", when that piece does not apply here.
 */
bool record_advice(const struct record_extension *extension, unsigned index, char *text,
		   uint32_t size);

#endif
