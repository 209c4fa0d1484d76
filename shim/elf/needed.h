/* SPDX-License-Identifier: MIT
 *
 * The libraries that an object is linked with, and where it has them looked for.
 */
#ifndef NPABI_ELF_NEEDED_H
#define NPABI_ELF_NEEDED_H

#include "elf/image.h"

/*
 * The name of the next library that IMAGE needs (DT_NEEDED); NULL: there is none.
 * *cursor is 0 at first, and moves on.  The name lives as long as the image's bytes.
 */
const char *elf_needed_next(const struct elf_image *image, unsigned *cursor);

/*
 * The folders that they are looked for in first, with ':' between them (DT_RUNPATH,
 * where there is none DT_RPATH); "" when it names none.
 */
const char *elf_library_path(const struct elf_image *image);

#endif
