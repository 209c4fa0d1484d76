/* SPDX-License-Identifier: MIT
 *
 * What comes of a failure of import_array, by what the extension does with it.
 */
#ifndef NPABI_VERDICT_HEED_RULE_H
#define NPABI_VERDICT_HEED_RULE_H

#include "base/textbuf.h"
#include "facts/facts.h"
#include "verdict/numpy_side.h"
#include "verdict/verdict.h"

/* Does what the failure of FACTS' function comes to hang on facts->heed? */
bool heed_rule_applies(const struct facts *facts);

/*
 * Can that failure still come, on the NumPy that RUNTIME is known to have by now?  As
 * long as NumPy itself has not said its versions it can.
 */
bool heed_rule_may_apply(const struct facts *facts, const struct runtime *runtime);

/*
 * *VERDICT_ holds the error that import_array_rule foretells on NUMPY.  By
 * facts->heed, which must have been read, it stays one, perhaps in other words
 * ("" where they are not known): VERDICT_ERROR; or the import goes on:
 * VERDICT_UNSAFE, with a message; or nobody knows: VERDICT_UNKNOWN.  For the last
 * the error's texts are taken away, for UNSAFE the rule is another one; the explanation
 * is written for all that import_array_rule's own does not fit.
 */
enum verdict_kind heed_rule(const struct facts *facts, const struct numpy_side *numpy,
			    struct verdict *verdict_);

/*
 * Appends what CPython says where the init function INIT_NAME ("PyInit_x") has left an
 * exception set and yet given a module; nothing for a name of another form.
 */
void heed_rule_append_unreported(struct npabi_textbuf *buf, const char *init_name);

#endif
