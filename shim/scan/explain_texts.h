/* SPDX-License-Identifier: MIT
 *
 * The texts that explain knows, and what each is.
 */
#ifndef NPABI_SCAN_EXPLAIN_TEXTS_H
#define NPABI_SCAN_EXPLAIN_TEXTS_H

#include <stdbool.h>
#include <stddef.h>

#include "scan/explain_match.h"

enum explain_kind {
	EXPLAIN_SIZE_CHANGED,	 /* Cython: an error or a warning, by the numbers */
	EXPLAIN_SIZE_WRONG,	 /* Cython to 0.28: an error */
	EXPLAIN_NOT_A_TYPE,	 /* Cython: there is something else of that name */
	EXPLAIN_FUNCTION,	 /* Cython: another package's function does not fit */
	EXPLAIN_API_VERSION,	 /* import_array */
	EXPLAIN_ABI_VERSION,	 /* import_array */
	EXPLAIN_BYTE_ORDER,	 /* import_array */
	EXPLAIN_BANNER,		 /* NumPy 2 on what was compiled for 1.x */
	EXPLAIN_NO_TABLE,	 /* import_array: _ARRAY_API not found */
	EXPLAIN_BAD_TABLE,	 /* import_array: _ARRAY_API is no such thing */
	EXPLAIN_NO_MODULE,	 /* numpy.core._multiarray_umath, of NumPy 1.16 on */
	EXPLAIN_IMPORT_FAILED,	 /* import_array's last word, without the reason */
	EXPLAIN_AUTOMATIC,	 /* the same from Cython 3's own call */
	EXPLAIN_F2PY,		 /* the same from f2py */
	EXPLAIN_BROKEN_NUMPY,	 /* NumPy cannot load its own extension */
	EXPLAIN_NO_NUMPY,	 /* no module named numpy */
	EXPLAIN_NEW_NAME,	 /* numpy._core, of NumPy 2 */
	EXPLAIN_REMOVED_NAME,	 /* a Python name that NumPy no longer has */
	EXPLAIN_PYBIND11_1_7,	 /* pybind11: the table that was found is too old */
	EXPLAIN_PYBIND11_1_ONLY, /* pybind11: built for NumPy 1 on purpose */
	EXPLAIN_PYBIND11_TABLE,	 /* pybind11: no table */
	EXPLAIN_RUST,		 /* rust-numpy: no table */
	EXPLAIN_NUMBA_NEW,	 /* Numba: NumPy is newer than it knows */
	EXPLAIN_NUMBA_OLD,	 /* Numba: NumPy is older than it takes */
	EXPLAIN_NUMBA_SILENT,	 /* Numba: its extension failed without a word */
	EXPLAIN_TORCH,		 /* torch: import_array failed, a warning only */
	EXPLAIN_TORCH_LATER,	 /* torch: what follows from that */
	EXPLAIN_TENSORFLOW,	 /* TensorFlow: what follows from a failed import_array */
	EXPLAIN_GDAL,		 /* GDAL: built without NumPy */
	EXPLAIN_RECORD,		 /* npabi's own */
	EXPLAIN_KINDS
};

/* What differs among the texts of a kind. */
enum explain_form {
	EXPLAIN_PLAIN,	    /* nothing */
	EXPLAIN_UNNUMBERED, /* size: no numbers */
	EXPLAIN_HEADER,	    /* size: compiled, actual */
	EXPLAIN_RANGE,	    /* size: compiled, actual, and that with items */
	EXPLAIN_SWAPPED,    /* size: actual, compiled */
	EXPLAIN_OLDEST,	    /* size: Cython to 0.12; ABI version: NumPy to 1.3 */
	EXPLAIN_DOCS,	    /* API version: headers 1.24 to 1.26 */
	EXPLAIN_HEADERS_1,  /* by headers 1.x */
	EXPLAIN_HEADERS_2,  /* by headers 2.x */
	EXPLAIN_MISSING,    /* torch: NumPy is not there */
	EXPLAIN_OK,	    /* records, by verdict; in the order of the verdicts */
	EXPLAIN_WARN,
	EXPLAIN_ERROR,
	EXPLAIN_UNSAFE,
	EXPLAIN_UNKNOWN
};

struct explain_text {
	const char *pattern; /* see explain_match; "@": a dotted name stands before */
	enum explain_kind kind;
	enum explain_form form;
};

/*
 * The known text that begins at byte AT of TEXT, with its fields in *match_ (a
 * name that stands before it is counted in); NULL: none does.
 */
const struct explain_text *explain_texts_find(const char *text, size_t at,
					      struct explain_match *match_);

/* The name of KIND, as in "kind" of the JSON form: "size-changed". */
const char *explain_kind_name(enum explain_kind kind);

#endif
