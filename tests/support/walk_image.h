/* SPDX-License-Identifier: MIT
 *
 * Asks an image everything that there is to ask, for tests with damaged bytes
 * and for the fuzzer: whatever the answers, no byte outside may be touched and
 * each loop must end.
 */
#ifndef NPABI_TESTS_WALK_IMAGE_H
#define NPABI_TESTS_WALK_IMAGE_H

#include <stdlib.h>
#include <string.h>

#include "elf/functions.h"
#include "elf/notes.h"
#include "elf/relocs.h"
#include "elf/symbols.h"

/* As many of each as a test has time for. */
#define WALK_MAX 5000

static inline void walk_symbols(const struct elf_image *image)
{
	uint32_t count = elf_symbol_count(image);
	struct elf_symbol symbol;
	struct elf_symbol found;

	for (uint32_t i = 0; i < count && i < WALK_MAX; i++)
		if (elf_symbol_at(image, i, &symbol) && strlen(symbol.name) < 4096)
			elf_symbol_find(image, symbol.name, &found);
	elf_symbol_at(image, UINT32_MAX, &symbol);
	elf_symbol_find(image, "alpha", &found);
	elf_symbol_find(image, "", &found);
	elf_dynamic_string(image, image->soname);
}

static inline void walk_relocs(const struct elf_image *image)
{
	struct elf_reloc_iter iter;
	struct elf_reloc reloc;
	uint64_t target;

	elf_reloc_iter_init(&iter, image);
	for (int i = 0; i < WALK_MAX && elf_reloc_next(&iter, &reloc); i++)
		if (elf_pointer_at(image, reloc.address, &target) &&
		    !elf_contains(image, target))
			abort();
	elf_reloc_iter_init_symbolic(&iter, image);
	for (int i = 0; i < WALK_MAX && elf_reloc_next(&iter, &reloc); i++)
		;
}

static inline void walk_functions(const struct elf_image *image)
{
	struct elf_functions functions;
	struct elf_function function;
	uint64_t start;

	elf_functions_open(&functions, image);
	for (uint32_t i = 0; i < functions.count && i < WALK_MAX; i++)
		if (elf_functions_start(&functions, i, &start) &&
		    elf_functions_at(&functions, start, &function) &&
		    (start < function.start || start >= function.end))
			abort();
	elf_functions_at(&functions, 0, &function);
	elf_functions_at(&functions, UINT64_MAX, &function);
}

static inline void walk_addresses(const struct elf_image *image)
{
	const struct elf_segment *segment = image->segments;
	uint64_t target;

	for (size_t i = 0; i < image->segment_count; i++, segment++) {
		for (uint64_t at = 0; at < segment->memory_size && at < WALK_MAX;
		     at += 8) {
			elf_pointer_at(image, segment->address + at, &target);
			elf_string(image, segment->address + at, 100);
		}
		elf_at(image, segment->address + segment->memory_size - 1, 2);
		elf_at(image, segment->address, (size_t)segment->memory_size);
	}
}

static inline void check_table(const struct elf_image *image, struct elf_table table)
{
	if (table.size && elf_extent(image, table.address) < table.size)
		abort();
}

/* Ends the process when a table lies outside, or when a sanitizer finds a fault. */
static inline void walk_image(const struct elf_image *image)
{
	char build_id[2 * ELF_BUILD_ID_MAX + 1];

	check_table(image, image->strings);
	check_table(image, image->rela);
	check_table(image, image->plt_rela);
	check_table(image, image->relr);
	check_table(image, image->unwind_index);
	for (size_t i = 0; i < ELF_NOTES_MAX; i++)
		check_table(image, image->notes[i]);
	walk_symbols(image);
	walk_relocs(image);
	walk_functions(image);
	walk_addresses(image);
	elf_build_id(image, build_id);
}

#endif
