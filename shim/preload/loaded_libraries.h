/* SPDX-License-Identifier: MIT
 *
 * The libraries that extensions are linked with, as the loader has loaded them.
 */
#ifndef NPABI_PRELOAD_LOADED_LIBRARIES_H
#define NPABI_PRELOAD_LOADED_LIBRARIES_H

#include "facts/library.h"

/*
 * If FACTS, of the loaded extension behind IMAGE, leave open that a library calls
 * import_array for it, looks for one that does, and adds what it has.  MEMORY as
 * facts_collect has it.  Each library is read once, and no lock is held meanwhile.
 */
void loaded_libraries_add(struct npabi_arena *memory, const struct elf_image *image,
			  struct facts *facts);

#endif
