/* SPDX-License-Identifier: MIT
 *
 * Advice in the words of who has installed what fails, as far as paths tell.
 */
#ifndef NPABI_SCAN_EXPLAIN_MANAGER_H
#define NPABI_SCAN_EXPLAIN_MANAGER_H

#include "scan/explanation.h"

/*
 * Replaces EXPLANATION's advice on a mismatch by Debian's, where FINDING's file is one
 * of Debian's or Ubuntu's packages.
 */
void explain_manager_advise(const struct explain_finding *finding,
			    struct explanation *explanation);

/* Adds a newer release of the package, which is known, by conda, with SENTENCE on it. */
void explain_manager_upgrade(struct explanation *explanation, const char *sentence);

#endif
