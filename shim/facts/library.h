/* SPDX-License-Identifier: MIT
 *
 * Libraries that call import_array for the extensions that are linked with them
 * (pyarrow's libarrow_python).
 */
#ifndef NPABI_FACTS_LIBRARY_H
#define NPABI_FACTS_LIBRARY_H

#include "base/arena.h"
#include "elf/image.h"
#include "facts/facts.h"

#define LIBRARY_FUNCTIONS_MAX 4
#define LIBRARY_IMPORTS_MAX   4

/* What one library has of NumPy's C API.  No pointers: it can be kept. */
struct library {
	bool imports_array; /* with versions that could be read; else the rest is unset */
	char name[64];	    /* as extensions need it */
	uint32_t abi_version, api_version;
	char api_release[16];
	bool versions_without_prefix, api_text_points_to_docs, keeps_import_error;
	unsigned import_count, function_count;
	char imports[LIBRARY_IMPORTS_MAX][64];
	uint64_t address; /* where _ARRAY_API is fetched, first */
	/* that call import_array, and can be called by others */
	struct facts_function functions[LIBRARY_FUNCTIONS_MAX];
};

/*
 * Does FACTS leave open that a library calls import_array?  Where not, what the
 * extension is linked with does not matter.
 */
bool library_is_wanted(const struct facts *facts);

/* May the library NAME, "libm.so.6", be one?  False for those of C and its compilers. */
bool library_is_candidate(const char *name);

/*
 * Reads the library NAME behind IMAGE.  Costs next to nothing where it does not import
 * modules.  MEMORY as facts_collect has it.
 */
void library_read(struct npabi_arena *memory, const struct elf_image *image,
		  const char *name, struct library *library_);

/* Adds what LIBRARY has to FACTS of the extension behind IMAGE, which needs it. */
void library_apply(const struct library *library, const struct elf_image *image,
		   struct facts *facts);

#endif
