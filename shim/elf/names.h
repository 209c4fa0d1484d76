/* SPDX-License-Identifier: MIT
 *
 * The names of dynamic symbols by index, for who asks for many: the tables are
 * looked up and checked once.
 */
#ifndef NPABI_ELF_NAMES_H
#define NPABI_ELF_NAMES_H

#include "elf/image.h"

struct elf_names {
	const uint8_t *symbols;
	uint32_t symbol_count;
	const char *strings; /* ends with a NUL */
	uint64_t strings_size;
};

/* Reads the tables of IMAGE, which must outlive *names_; false: unreadable. */
bool elf_names_init(struct elf_names *names_, const struct elf_image *image);

/* The name of symbol INDEX; "" when there is none. */
const char *elf_names_any(const struct elf_names *names, uint32_t index);

/* The name of the undefined symbol INDEX; "" when it is defined or not there. */
const char *elf_names_undefined(const struct elf_names *names, uint32_t index);

/* The address of the function INDEX that the object defines; 0: it is none. */
uint64_t elf_names_function(const struct elf_names *names, uint32_t index);

#endif
