/* SPDX-License-Identifier: MIT
 *
 * The dynamic section: inner part of elf/image, for no other file.
 */
#ifndef NPABI_ELF_DYNAMIC_H
#define NPABI_ELF_DYNAMIC_H

#include "elf/image.h"

/*
 * Fills the fields of IMAGE that come from PT_DYNAMIC, which is SECTION.  The
 * segments must be there already.  NPABI_OK only when every table that is
 * named lies inside the load segments.  No allocation, no locks.
 */
enum npabi_status elf_read_dynamic(struct elf_image *image, struct elf_table section);

#endif
