/* SPDX-License-Identifier: MIT
 *
 * C code that reaches NumPy's C API as its headers of each line do, written
 * anew: what is asked for, compared and said, in which order (numpy/numpy,
 * code_generators/generate_numpy_api.py of 1.9 to 2.2).
 */
#ifndef NPABI_TESTS_FAKE_NUMPY_H
#define NPABI_TESTS_FAKE_NUMPY_H

#include <stdbool.h>
#include <stddef.h>

struct fake_header {
	const char *release;	/* of NumPy, for a name */
	const char *modules[2]; /* asked for in turn; "": none */
	unsigned abi, api;
	const char *number;    /* how versions are printed: "0x%x" */
	const char *api_words; /* what stands around the two numbers */
	bool overwrites_error; /* "_ARRAY_API not found" */
};

extern const struct fake_header fake_headers[];
extern const int fake_header_count;

/*
 * Appends to SOURCE (of SIZE bytes) a function NAME, exported, that imports the
 * function table as HEADER does.  To follow fake_python.
 */
void fake_import_array_write(char *source, size_t size, const char *name,
			     const struct fake_header *header);

#endif
