/* SPDX-License-Identifier: MIT
 *
 * What to do about a verdict.
 */
#ifndef NPABI_VERDICT_ADVICE_H
#define NPABI_VERDICT_ADVICE_H

#include "base/textbuf.h"
#include "verdict/numpy_side.h"
#include "verdict/verdict.h"

/*
 * Appends to VERDICT's advice, best first, what makes an extension of its range
 * work: POSSIBLE says whether there is a range at all, NUMPY which NumPy is
 * there (NULL: not known).  It is not known here who owns the extension, nor which
 * interpreter it is for: its package is called PACKAGE, and pip "python -m pip".
 */
void advice_on_numpy(struct verdict *verdict, bool possible,
		     const struct numpy_side *numpy);

/* Appends bounds as pip has them: ">=1.20,<2"; nothing where there are none. */
void advice_append_bounds(struct npabi_textbuf *buf, const char *minimum,
			  const char *below);

/* The same for a size check on TYPE of another package than NumPy. */
void advice_on_sibling(struct verdict *verdict, const char *type);

/*
 * The same for an extension that allocates too little on any NumPy; the range is taken
 * back, since none makes it work.
 */
void advice_on_overrun(struct verdict *verdict);

#endif
