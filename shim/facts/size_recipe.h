/* SPDX-License-Identifier: MIT
 *
 * What one probe of a checking function teaches about its other calls: which
 * arguments are the module, the type and the size.  A call that differs in
 * nothing else has the same policy, and need not be probed.
 */
#ifndef NPABI_FACTS_SIZE_RECIPE_H
#define NPABI_FACTS_SIZE_RECIPE_H

#include "facts/reader.h"

/*
 * Is the function entered in START given what a check needs: two names and a size?
 * Cheap, and says nothing of what the function does.
 */
bool size_recipe_may_fit(const struct reader *reader, const struct state *start);

/*
 * Learns from CHECK, which the function entered in START was probed to make.
 * MODULE and NAME are where its two texts lie.  Learns nothing when the
 * arguments do not tell the three apart.
 */
void size_recipe_learn(struct reader *reader, const struct state *start, uint64_t module,
		       uint64_t name, const struct facts_size_check *check);

/*
 * The check that a function entered in START makes, if a recipe covers it: all
 * of CHECK but its address.  False: probe it.
 */
bool size_recipe_apply(const struct reader *reader, const struct state *start,
		       struct facts_size_check *check_);

#endif
