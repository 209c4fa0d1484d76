/* SPDX-License-Identifier: MIT
 *
 * What each NumPy release is made of: the table behind release names, the
 * scanner's sizes and the advice.
 */
#ifndef NPABI_VERDICT_RELEASES_H
#define NPABI_VERDICT_RELEASES_H

#include "facts/facts.h"
#include "verdict/runtime.h"

/*
 * Fills RUNTIME with the sizes and versions of NumPy VERSION ("1.19.5", "2.0"),
 * 64-bit, GIL build.  False, and RUNTIME untouched, when the table does not
 * cover that release.
 */
bool releases_runtime(const char *version, struct runtime *runtime);

/*
 * Writes which NumPy releases' headers the compiled-in sizes and versions of
 * FACTS come from, as "1.16-1.19" or "2.x targeting 1.21", into TEXT of SIZE
 * bytes; "" when they do not tell.
 */
void releases_built_against(const struct facts *facts, char *text, size_t size);

/*
 * The NumPy releases that FACTS' checks all pass on: [*minimum_, *below_), each
 * "" where there is no bound; both of SIZE bytes.
 */
void releases_range(const struct facts *facts, char *minimum_, char *below_, size_t size);

#endif
