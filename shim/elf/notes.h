/* SPDX-License-Identifier: MIT
 *
 * The GNU build id.
 */
#ifndef NPABI_ELF_NOTES_H
#define NPABI_ELF_NOTES_H

#include "elf/image.h"

#define ELF_BUILD_ID_MAX 64 /* bytes; 20 is usual */

/*
 * Copies the build id as lower-case hex with a final NUL into HEX, which has
 * room for 2 * ELF_BUILD_ID_MAX + 1 characters.  False, and "" there, when the
 * image has none that can be read.
 */
bool elf_build_id(const struct elf_image *image, char *hex);

#endif
