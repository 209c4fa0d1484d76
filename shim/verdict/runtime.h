/* SPDX-License-Identifier: MIT
 *
 * The side that an extension meets: a Python and a NumPy, running (sizes read
 * from the interpreter) or only named by version (sizes from the table of
 * releases).
 */
#ifndef NPABI_VERDICT_RUNTIME_H
#define NPABI_VERDICT_RUNTIME_H

#include <stdbool.h>
#include <stdint.h>

#define RUNTIME_TYPES_MAX 192

struct runtime_type {
	char name[160]; /* "numpy.ndarray" */
	uint64_t basic_size, item_size;
};

struct runtime {
	char python[24];		   /* "3.8.18", "" unknown */
	char executable[512];		   /* its path; "" unknown, or another program */
	char numpy[32];			   /* "1.19.5", "" unknown: no NumPy known */
	char numpy_path[1024];		   /* file of numpy/__init__, "" unknown */
	uint32_t abi_version, api_version; /* 0: unknown */
	unsigned type_count;
	struct runtime_type types[RUNTIME_TYPES_MAX];
};

/* The entry of RUNTIME's types called NAME, or NULL when its size is not known. */
const struct runtime_type *runtime_find_type(const struct runtime *runtime,
					     const char *name);

#endif
