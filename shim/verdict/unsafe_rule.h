/* SPDX-License-Identifier: MIT
 *
 * The silent kinds: extensions that no check stops and that read a NumPy of
 * another layout, or write where they must not.
 */
#ifndef NPABI_VERDICT_UNSAFE_RULE_H
#define NPABI_VERDICT_UNSAFE_RULE_H

#include "base/textbuf.h"
#include "facts/facts.h"
#include "verdict/numpy_side.h"

/*
 * Does FACTS' extension read NUMPY's structs by a layout that is not theirs,
 * with no check that would stop it?  If so, the operations concerned and how
 * sure that is are appended to TEXT, unless that is NULL.
 */
bool unsafe_rule(const struct facts *facts, const struct numpy_side *numpy,
		 struct npabi_textbuf *text);

/*
 * Does FACTS' extension write past a block, which no NumPy saves it from?  If so,
 * where and how sure that is goes to TEXT in the same way.
 */
bool unsafe_rule_overruns(const struct facts *facts, struct npabi_textbuf *text);

#endif
