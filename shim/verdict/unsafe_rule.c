/* SPDX-License-Identifier: MIT
 *
 * The silent kind.  Only certain layouts are told here; whether the extension's
 * own code uses the fields concerned is for the message to leave open.  Must
 * not claim that an import fails.  Called by the verdict and the range of
 * releases.
 */
#include <string.h>

#include "verdict/unsafe_rule.h"

/* sizeof(PyArray_Descr) in headers 1.7 to 1.9, and __basicsize__ in NumPy 2 */
#define DTYPE_SIZE_1_7 88
/* sizeof(PyUFuncObject) in headers 1.8, 1.9; later ones have more */
#define UFUNC_SIZE_1_8 192

/*
 * Headers 1.7 to 1.9: their dtype has by chance the size of NumPy 2's, so the
 * size checks pass; import_array would refuse, but is not called.
 */
static bool passes_by_chance(const struct facts *facts)
{
	bool old_dtype = false, old_ufunc = false;

	if (facts->abi_version || facts->access == FACTS_ACCESS_IMPORT_ARRAY)
		return false;
	for (unsigned i = 0; i < facts->check_count && i < FACTS_CHECKS_MAX; i++) {
		const struct facts_size_check *check = &facts->checks[i];

		if (strcmp(check->type, "numpy.dtype") == 0)
			old_dtype = check->expected == DTYPE_SIZE_1_7;
		if (strcmp(check->type, "numpy.ufunc") == 0)
			old_ufunc = check->expected <= UFUNC_SIZE_1_8;
	}
	return old_dtype && old_ufunc;
}

bool unsafe_rule(const struct facts *facts, const struct numpy_side *numpy,
		 struct npabi_textbuf *text)
{
	const char *reader, *what;

	if (version_before(&numpy->version, 2, 0))
		return false;
	if (facts->access == FACTS_ACCESS_PYBIND11_OLD)
		reader = "pybind11 before 2.12";
	else if (facts->access == FACTS_ACCESS_RUST_OLD)
		reader = "rust-numpy before 0.22";
	else if (passes_by_chance(facts))
		reader = "code compiled with NumPy 1.7 to 1.9";
	else
		return false;
	what = facts->access == FACTS_ACCESS_PYBIND11_OLD
		       ? "array::itemsize() and nbytes() are certainly wrong (0 for "
			 "float64); "
			 "buffers, strides and Eigen matrices made from them may be "
			 "wrong or "
			 "crash; plain reading through data pointers is possibly right"
		       : "item sizes and flags read from a dtype are wrong; whether this "
			 "extension reads them is not known";
	if (!text)
		return true;
	npabi_textbuf_string(text, "The import succeeds, but ");
	npabi_textbuf_string(text, reader);
	npabi_textbuf_string(text,
			     " reads the dtype of NumPy 2 by the layout of NumPy 1: ");
	npabi_textbuf_string(text, what);
	return true;
}
