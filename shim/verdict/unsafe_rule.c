/* SPDX-License-Identifier: MIT
 *
 * The silent kinds.  Only certain layouts are told here, and a block that is
 * certainly too small; whether the extension's own code uses the fields concerned is
 * for the message to leave open.  Must not claim that an import fails.  Called by the
 * verdict and the range of releases.
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

static void tell_of_pybind11(const struct facts *facts, struct npabi_textbuf *text)
{
	npabi_textbuf_string(
		text,
		facts->reads_item_size
			? "its code asks for array::itemsize() or nbytes(), which "
			  "give 0 for float64, so wrong results are likely"
			: "array::itemsize() and nbytes() would give 0 for float64, "
			  "but no code that asks for them was found");
	if (facts->makes_arrays)
		npabi_textbuf_string(
			text, "; arrays that it makes from a count, or without telling "
			      "strides, would have strides of 0, which is possible");
	npabi_textbuf_string(
		text, "; reading elements by the array's own strides is not affected");
}

static const char *reader_of(const struct facts *facts)
{
	if (facts->access == FACTS_ACCESS_PYBIND11_OLD)
		return "pybind11 before 2.12";
	if (facts->access == FACTS_ACCESS_RUST_OLD)
		return "rust-numpy before 0.22";
	return passes_by_chance(facts) ? "code compiled with NumPy 1.7 to 1.9" : NULL;
}

bool unsafe_rule(const struct facts *facts, const struct numpy_side *numpy,
		 struct npabi_textbuf *text)
{
	const char *reader = reader_of(facts);

	if (!reader || version_before(&numpy->version, 2, 0))
		return false;
	if (!text)
		return true;
	npabi_textbuf_string(text, "The import succeeds, but ");
	npabi_textbuf_string(text, reader);
	npabi_textbuf_string(text,
			     " reads the dtype of NumPy 2 by the layout of NumPy 1: ");
	if (facts->access == FACTS_ACCESS_PYBIND11_OLD)
		tell_of_pybind11(facts, text);
	else
		npabi_textbuf_string(text,
				     "item sizes and flags read from a dtype are wrong; "
				     "that this extension reads them is possible, no "
				     "more is known");
	return true;
}

bool unsafe_rule_overruns(const struct facts *facts, struct npabi_textbuf *text)
{
	if (!facts->small_multi_iterator)
		return false;
	if (!text)
		return true;
	npabi_textbuf_string(
		text, "The import succeeds, but the extension has code that allocates "
		      "sizeof(PyArrayMultiIterObject), 304 bytes by NumPy 2's headers "
		      "for C, where the iterators begin: storing them overwrites other "
		      "memory, whichever NumPy is there; ");
	npabi_textbuf_string(
		text, facts->uses_multi_iterator
			      ? "where that code runs a crash is likely"
			      : "nothing in the extension was seen to call that code, "
				"so a crash is possible, no more");
	return true;
}
