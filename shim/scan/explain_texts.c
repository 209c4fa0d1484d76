/* SPDX-License-Identifier: MIT
 *
 * The table of known texts.  Sources, of all releases of each: Cython's
 * Utility/ImportExport.c (before 0.16 Compiler/ModuleNode.py) and
 * Utility/NumpyImportArray.c; NumPy's code_generators/generate_numpy_api.py and
 * generate_ufunc_api.py, core/_multiarray_umath.py and core/__init__.py;
 * pybind11's numpy.h; rust-numpy's src/npyffi; f2py's rules.py; Numba's
 * __init__.py; torch's csrc/utils/tensor_numpy.cpp.  Where one text begins as
 * another does, the longer one stands first.  Called by explain_findings.c.
 */
#include <string.h>

#include "scan/explain_texts.h"

#define CHANGED	    "@ size changed, may indicate binary incompatibility"
#define WRONG	    "@ has the wrong size, try recompiling"
#define COMPILED    "module compiled against "
#define BUT_THIS_IS " but this version of numpy is "

static const struct explain_text texts[] = {
	{CHANGED ". Expected %d from C header, got %d-%d? from PyObject",
	 EXPLAIN_SIZE_CHANGED, EXPLAIN_RANGE},
	{CHANGED ". Expected %d from C header, got %d? from PyObject",
	 EXPLAIN_SIZE_CHANGED, EXPLAIN_HEADER},
	{CHANGED ". Expected %d, got %d", EXPLAIN_SIZE_CHANGED, EXPLAIN_SWAPPED},
	{CHANGED, EXPLAIN_SIZE_CHANGED, EXPLAIN_UNNUMBERED},
	{"Expected %d from C header, got %d-%d? from PyObject", EXPLAIN_SIZE_CHANGED,
	 EXPLAIN_RANGE},
	{"Expected %d from C header, got %d? from PyObject", EXPLAIN_SIZE_CHANGED,
	 EXPLAIN_HEADER},
	{WRONG ". Expected %d, got %d", EXPLAIN_SIZE_WRONG, EXPLAIN_SWAPPED},
	{WRONG, EXPLAIN_SIZE_WRONG, EXPLAIN_UNNUMBERED},
	{"@ does not appear to be the correct type object", EXPLAIN_SIZE_WRONG,
	 EXPLAIN_OLDEST},
	{"@ is not a type object", EXPLAIN_NOT_A_TYPE, EXPLAIN_PLAIN},
	{"@ does not export expected C function %w", EXPLAIN_FUNCTION, EXPLAIN_PLAIN},
	{"@ does not export expected C variable %w", EXPLAIN_FUNCTION, EXPLAIN_PLAIN},
	{"C function %w has wrong signature", EXPLAIN_FUNCTION, EXPLAIN_PLAIN},
	{"C variable %w has wrong signature", EXPLAIN_FUNCTION, EXPLAIN_PLAIN},

	{COMPILED "version %x of C-API" BUT_THIS_IS "%x", EXPLAIN_ABI_VERSION,
	 EXPLAIN_OLDEST},
	{COMPILED "ABI version %x" BUT_THIS_IS "%x", EXPLAIN_ABI_VERSION, EXPLAIN_PLAIN},
	{COMPILED "API version %x" BUT_THIS_IS "%x . Check the section C-API",
	 EXPLAIN_API_VERSION, EXPLAIN_DOCS},
	{COMPILED "API version %x" BUT_THIS_IS "%x", EXPLAIN_API_VERSION,
	 EXPLAIN_HEADERS_1},
	{"module was compiled against NumPy C-API version %x (NumPy %v) but the running "
	 "NumPy has C-API version %x? . Check the section",
	 EXPLAIN_API_VERSION, EXPLAIN_HEADERS_2},
	{"FATAL: module compiled as %w endian, but detected different endianness",
	 EXPLAIN_BYTE_ORDER, EXPLAIN_PLAIN},
	{"A module that was compiled using NumPy 1.x cannot be run in NumPy %v? as it "
	 "may crash",
	 EXPLAIN_BANNER, EXPLAIN_PLAIN},
	/* each line of it with a log's prefix */
	{"A module that was compiled using NumPy 1.x cannot be run in %* NumPy %v as it "
	 "may crash",
	 EXPLAIN_BANNER, EXPLAIN_PLAIN},
	{"A module that was compiled using NumPy 1.x cannot be run", EXPLAIN_BANNER,
	 EXPLAIN_PLAIN},
	{"_ARRAY_API not found", EXPLAIN_NO_TABLE, EXPLAIN_PLAIN},
	{"_UFUNC_API not found", EXPLAIN_NO_TABLE, EXPLAIN_PLAIN},
	{"has no attribute '_ARRAY_API'", EXPLAIN_NO_TABLE, EXPLAIN_PLAIN},
	{"has no attribute '_UFUNC_API'", EXPLAIN_NO_TABLE, EXPLAIN_PLAIN},
	{"_ARRAY_API is not PyCapsule object", EXPLAIN_BAD_TABLE, EXPLAIN_PLAIN},
	{"_ARRAY_API is not PyCObject object", EXPLAIN_BAD_TABLE, EXPLAIN_PLAIN},
	{"_ARRAY_API is NULL pointer", EXPLAIN_BAD_TABLE, EXPLAIN_PLAIN},
	{"_UFUNC_API is NULL pointer", EXPLAIN_BAD_TABLE, EXPLAIN_PLAIN},
	{"No module named 'numpy.core._multiarray_umath'", EXPLAIN_NO_MODULE,
	 EXPLAIN_PLAIN},
	{"No module named '_multiarray_umath'", EXPLAIN_NO_MODULE, EXPLAIN_PLAIN},
	{"numpy.core.multiarray failed to import (auto-generated because you didn't "
	 "call? 'numpy.import_array()' after cimporting numpy",
	 EXPLAIN_AUTOMATIC, EXPLAIN_PLAIN},
	{"numpy.core.multiarray failed to import", EXPLAIN_IMPORT_FAILED,
	 EXPLAIN_HEADERS_1},
	{"numpy._core.multiarray failed to import", EXPLAIN_IMPORT_FAILED,
	 EXPLAIN_HEADERS_2},
	{"numpy.core.umath failed to import", EXPLAIN_IMPORT_FAILED, EXPLAIN_HEADERS_1},
	{"numpy._core.umath failed to import", EXPLAIN_IMPORT_FAILED, EXPLAIN_HEADERS_2},
	{"numpy.core._multiarray_umath failed to import", EXPLAIN_IMPORT_FAILED,
	 EXPLAIN_HEADERS_1},
	{"_multiarray_umath failed to import", EXPLAIN_IMPORT_FAILED, EXPLAIN_HEADERS_2},
	{"can't initialize module %w (failed to import numpy)", EXPLAIN_F2PY,
	 EXPLAIN_PLAIN},
	{"Cannot initialize module %w (failed to import numpy)", EXPLAIN_F2PY,
	 EXPLAIN_PLAIN},
	{"(failed to import numpy)", EXPLAIN_F2PY, EXPLAIN_PLAIN},

	{"Importing the numpy C-extensions failed", EXPLAIN_BROKEN_NUMPY, EXPLAIN_PLAIN},
	{"Importing the numpy c-extensions failed", EXPLAIN_BROKEN_NUMPY, EXPLAIN_PLAIN},
	{"Importing the multiarray numpy extension module failed", EXPLAIN_BROKEN_NUMPY,
	 EXPLAIN_PLAIN},
	{"No module named 'numpy'", EXPLAIN_NO_NUMPY, EXPLAIN_PLAIN},
	{"No module named 'numpy._core.%w\"", EXPLAIN_NEW_NAME, EXPLAIN_PLAIN},
	{"No module named 'numpy._core'", EXPLAIN_NEW_NAME, EXPLAIN_PLAIN},
	{"module 'numpy' has no attribute '%w\"", EXPLAIN_REMOVED_NAME, EXPLAIN_PLAIN},
	{"'np.%w' was removed in the NumPy 2.0 release", EXPLAIN_REMOVED_NAME,
	 EXPLAIN_HEADERS_2},

	{"pybind11 numpy support requires numpy >= 1.7.0", EXPLAIN_PYBIND11_1_7,
	 EXPLAIN_PLAIN},
	{"numpy support requires numpy >= 1.7.0", EXPLAIN_PYBIND11_1_7, EXPLAIN_PLAIN},
	{"This extension was built with PYBIND11_NUMPY_1_ONLY defined, but NumPy 2 is "
	 "used in this process",
	 EXPLAIN_PYBIND11_1_ONLY, EXPLAIN_PLAIN},
	{"PYBIND11_NUMPY_1_ONLY", EXPLAIN_PYBIND11_1_ONLY, EXPLAIN_PLAIN},
	{"FAILURE obtaining numpy _ARRAY_API pointer", EXPLAIN_PYBIND11_TABLE,
	 EXPLAIN_PLAIN},
	{"Failed to access NumPy array API capsule", EXPLAIN_RUST, EXPLAIN_PLAIN},
	{"Failed to access NumPy ufunc API capsule", EXPLAIN_RUST, EXPLAIN_PLAIN},
	{"Numba needs NumPy %v or less. Got NumPy %v", EXPLAIN_NUMBA_NEW, EXPLAIN_PLAIN},
	{"Numba needs NumPy %v or less", EXPLAIN_NUMBA_NEW, EXPLAIN_PLAIN},
	{"Numba needs NumPy %v or greater. Got NumPy %v", EXPLAIN_NUMBA_OLD,
	 EXPLAIN_PLAIN},
	{"Numba needs NumPy %v or greater", EXPLAIN_NUMBA_OLD, EXPLAIN_PLAIN},
	{"initialization of _internal failed without raising an exception",
	 EXPLAIN_NUMBA_SILENT, EXPLAIN_PLAIN},
	{"Failed to initialize NumPy: _ARRAY_API not found", EXPLAIN_TORCH,
	 EXPLAIN_HEADERS_1},
	{"Failed to initialize NumPy: No module named 'numpy'", EXPLAIN_TORCH,
	 EXPLAIN_MISSING},
	{"Failed to initialize NumPy", EXPLAIN_TORCH, EXPLAIN_PLAIN},
	{"Numpy is not available", EXPLAIN_TORCH_LATER, EXPLAIN_PLAIN},
	{"Unable to convert function return value to a Python type! The signature was "
	 "() -> handle",
	 EXPLAIN_TENSORFLOW, EXPLAIN_PLAIN},
	{"cannot import name '_gdal_array'", EXPLAIN_GDAL, EXPLAIN_PLAIN},
	{"No module named '_gdal_array'", EXPLAIN_GDAL, EXPLAIN_PLAIN},

	{"npabi[%d]: ok: ", EXPLAIN_RECORD, EXPLAIN_OK},
	{"npabi[%d]: warn: ", EXPLAIN_RECORD, EXPLAIN_WARN},
	{"npabi[%d]: error: ", EXPLAIN_RECORD, EXPLAIN_ERROR},
	{"npabi[%d]: unsafe: ", EXPLAIN_RECORD, EXPLAIN_UNSAFE},
	{"npabi[%d]: unknown: ", EXPLAIN_RECORD, EXPLAIN_UNKNOWN},
	{"'event': 'extension'", EXPLAIN_RECORD, EXPLAIN_PLAIN},
};

static const char *const kind_names[] = {
	[EXPLAIN_SIZE_CHANGED] = "size-changed",
	[EXPLAIN_SIZE_WRONG] = "wrong-size",
	[EXPLAIN_NOT_A_TYPE] = "not-a-type",
	[EXPLAIN_FUNCTION] = "c-function",
	[EXPLAIN_API_VERSION] = "api-version",
	[EXPLAIN_ABI_VERSION] = "abi-version",
	[EXPLAIN_BYTE_ORDER] = "byte-order",
	[EXPLAIN_BANNER] = "numpy-2-banner",
	[EXPLAIN_NO_TABLE] = "array-api-not-found",
	[EXPLAIN_BAD_TABLE] = "array-api-unusable",
	[EXPLAIN_NO_MODULE] = "no-multiarray-umath",
	[EXPLAIN_IMPORT_FAILED] = "import-failed",
	[EXPLAIN_AUTOMATIC] = "import-failed-cython-3",
	[EXPLAIN_F2PY] = "import-failed-f2py",
	[EXPLAIN_BROKEN_NUMPY] = "numpy-broken",
	[EXPLAIN_NO_NUMPY] = "no-numpy",
	[EXPLAIN_NEW_NAME] = "no-numpy-2-module",
	[EXPLAIN_REMOVED_NAME] = "removed-name",
	[EXPLAIN_PYBIND11_1_7] = "pybind11-numpy-1.7",
	[EXPLAIN_PYBIND11_1_ONLY] = "pybind11-numpy-1-only",
	[EXPLAIN_PYBIND11_TABLE] = "pybind11-array-api",
	[EXPLAIN_RUST] = "rust-numpy-array-api",
	[EXPLAIN_NUMBA_NEW] = "numba-numpy-too-new",
	[EXPLAIN_NUMBA_OLD] = "numba-numpy-too-old",
	[EXPLAIN_NUMBA_SILENT] = "numba-internal",
	[EXPLAIN_TORCH] = "torch-numpy",
	[EXPLAIN_TORCH_LATER] = "torch-numpy-not-available",
	[EXPLAIN_TENSORFLOW] = "tensorflow-handle",
	[EXPLAIN_GDAL] = "gdal-array",
	[EXPLAIN_RECORD] = "npabi-record",
};

static bool may_begin(const char *pattern, char c)
{
	while (*pattern == '@' || *pattern == ' ')
		pattern++;
	/* a quotation mark may be missing, so what follows it may come first */
	return *pattern == c ||
	       (*pattern == '\'' && (pattern[1] == c || c == '"' || c == '`' ||
				     c == '\\' || (unsigned char)c == 0xe2));
}

static bool match_text(const struct explain_text *row, const char *text, size_t at,
		       struct explain_match *match)
{
	const char *pattern = row->pattern + (row->pattern[0] == '@');

	while (*pattern == ' ')
		pattern++;
	if (!explain_match(pattern, text, at, match))
		return false;
	if (row->pattern[0] == '@')
		match->start =
			explain_name_before(text, at, match->name, sizeof(match->name));
	return true;
}

const struct explain_text *explain_texts_find(const char *text, size_t at,
					      struct explain_match *match_)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (may_begin(texts[i].pattern, text[at]) &&
		    match_text(&texts[i], text, at, match_))
			return &texts[i];
	}
	return NULL;
}

const char *explain_kind_name(enum explain_kind kind)
{
	return kind_names[kind];
}
