/* SPDX-License-Identifier: MIT
 *
 * An object compiled for a test and opened as an image, in one step.
 */
#ifndef NPABI_TESTS_COMPILED_H
#define NPABI_TESTS_COMPILED_H

#include <stdbool.h>

#include "elf/image.h"
#include "support/temp_dir.h"

struct compiled {
	struct temp_dir dir;
	char path[TEMP_PATH_MAX];
	struct npabi_source source;
	struct elf_image image;
};

/*
 * Compiles SOURCE by COMPILER (as build_object_with has it) with FLAGS and opens
 * the result; the caller closes it.  False when the compiler is not here or does
 * not know the flags: then there is nothing to close.
 */
bool compiled_open(struct compiled *object, const char *compiler, const char *flags,
		   const char *source);

/* The same with an object that is there already, and stays. */
void compiled_load(struct compiled *object, const char *path);

void compiled_close(struct compiled *object);

/* The address of the exported symbol NAME, which must be there. */
uint64_t compiled_symbol(const struct compiled *object, const char *name);

/*
 * The address of the slot for the imported symbol NAME, by a relocation of the
 * kind KIND (as readelf names it: "R_X86_64_JUMP_SLO"); 0 when there is none.
 */
uint64_t compiled_slot(const struct compiled *object, const char *kind, const char *name);

#endif
