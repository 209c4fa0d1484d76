/* SPDX-License-Identifier: MIT
 *
 * What each NumPy release is made of: the table behind release names, the
 * scanner's sizes and the advice.
 */
#ifndef NPABI_VERDICT_RELEASES_H
#define NPABI_VERDICT_RELEASES_H

#include <stdbool.h>
#include <stddef.h>

#include "facts/facts.h"
#include "verdict/runtime.h"

/*
 * Fills RUNTIME with the sizes and versions of NumPy VERSION ("1.19.5", "2.0"),
 * 64-bit, on any Python with the GIL or, FREE_THREADED, without; patch numbers do
 * not matter.  Sizes that depend on the Python (bytes_, str_) are left out, and all
 * of them where no such build was released.  False, and RUNTIME untouched, when the
 * table does not cover that release.
 */
bool releases_runtime(const char *version, bool free_threaded, struct runtime *runtime);

/*
 * Writes which NumPy releases' headers the compiled-in sizes and versions of
 * FACTS come from into TEXT of SIZE bytes: "1.16-1.19", "1.16-1.19 or 1.25-1.26"
 * where only the sizes are known, "1.25-1.26 targeting 1.19", "2.x targeting
 * 1.21" (the target as those headers call their own choice).  "" when the facts
 * do not tell, or contradict each other.
 */
void releases_built_against(const struct facts *facts, char *text, size_t size);

/*
 * The NumPy releases that FACTS' extension works with, by its size checks, its
 * import_array and its binding library: [*minimum_, *below_), each "" where the
 * table shows no bound; both of SIZE bytes.  Where there is more than one such
 * range, the newest.  False, and both "", when no release of the table will do.
 */
bool releases_range(const struct facts *facts, char *minimum_, char *below_, size_t size);

#endif
