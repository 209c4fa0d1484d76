/* SPDX-License-Identifier: MIT
 *
 * What the rules ask of a NumPy: its version and what it says of its C API.
 * It is made from a run time or from a row of the table of releases.
 */
#ifndef NPABI_VERDICT_NUMPY_SIDE_H
#define NPABI_VERDICT_NUMPY_SIDE_H

#include "verdict/releases_table.h"
#include "verdict/runtime.h"
#include "verdict/version.h"

struct numpy_side {
	struct version version;
	uint32_t abi, api;
	const char *name; /* the whole version text; borrowed */
};

/*
 * The NumPy of RUNTIME, which *numpy_ borrows from.  ABI and API version come
 * from the table where RUNTIME lacks them.  False when RUNTIME is NULL, names
 * no version, or one whose ABI and API versions nobody knows.
 */
bool numpy_side_of_runtime(const struct runtime *runtime, struct numpy_side *numpy_);

/* The NumPy of a row of the table. */
void numpy_side_of_row(const struct release_runtime *row, struct numpy_side *numpy_);

/*
 * Does NUMPY, as imported and with no filter set after it, hide Cython's
 * "TYPE size changed" warning?  numpy/__init__.py does so for dtype and ufunc
 * since 1.7.0 and ndarray since 1.10.0; 1.15.0 forgot to.
 */
bool numpy_side_hides_warning(const struct numpy_side *numpy, const char *type);

#endif
