/* SPDX-License-Identifier: MIT
 *
 * NumPy's rules for import_array and import_umath: which NumPy lets which
 * extension in, and in which words it refuses.  Source: numpy/numpy,
 * generate_numpy_api.py and generate_ufunc_api.py of each release.
 *
 * The exception that leaves the import statement is nearly always the same
 * ImportError; the reason is printed before it (the C macro) or chained to it
 * (Cython).  Both are told.
 */
#ifndef NPABI_VERDICT_IMPORT_ARRAY_RULE_H
#define NPABI_VERDICT_IMPORT_ARRAY_RULE_H

#include "facts/facts.h"
#include "verdict/numpy_side.h"
#include "verdict/verdict.h"

/* Which headers' import_array is compiled in. */
enum header_era {
	HEADER_ERA_UNKNOWN,
	HEADER_ERA_1_7,	 /* to 1.15: asks numpy.core.multiarray */
	HEADER_ERA_1_16, /* 1.16 to 1.26: asks numpy.core._multiarray_umath */
	HEADER_ERA_2_0	 /* asks numpy._core._multiarray_umath, then the former */
};

/*
 * The headers that FACTS' import_array or import_umath comes from, by ABI
 * version, API version or else the modules asked for.  HEADER_ERA_UNKNOWN for an
 * extension that does not use NumPy's own import_array or import_umath.
 */
enum header_era import_array_era(const struct facts *facts);

/*
 * What FACTS' import_array or import_umath comes to on NUMPY: VERDICT_OK,
 * VERDICT_ERROR or VERDICT_UNKNOWN.  For an error, error_type, message,
 * cause_type and cause of *verdict_ are written, each "" where the facts do not
 * tell it; nothing else is.  NULL for verdict_: only the outcome is wanted.
 */
enum verdict_kind import_array_rule(const struct facts *facts,
				    const struct numpy_side *numpy,
				    struct verdict *verdict_);

/*
 * Is it for want of its function table that FACTS' import_array fails on NUMPY,
 * and not for a version in the table?
 */
bool import_array_is_refused(const struct facts *facts, const struct numpy_side *numpy);

#endif
