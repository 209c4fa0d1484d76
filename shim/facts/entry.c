/* SPDX-License-Identifier: MIT
 *
 * Multi-phase initialisation (PEP 489): PyInit_NAME only returns a PyModuleDef,
 * whose slot array names the functions that run.
 */
#include "facts/entry.h"

#include <stdio.h>
#include <string.h>

#include "base/span.h"
#include "elf/relocs.h"
#include "elf/symbols.h"
#include "facts/follow.h"

#define SLOT_SIZE 16 /* struct PyModuleDef_Slot: int, pointer */

const uint8_t entry_slots_offsets[ENTRY_LAYOUTS] = {72, 88};

/* PEP 489: the second where NAME is not ASCII, which then stands in punycode. */
static bool is_init_name(const char *name)
{
	return strncmp(name, "PyInit_", 7) == 0 || strncmp(name, "PyInitU_", 8) == 0;
}

uint64_t entry_find(struct reader *reader)
{
	const struct elf_image *image = reader->image;
	uint32_t count = elf_symbol_count(image);
	struct elf_symbol symbol;

	for (uint32_t i = count; i-- > 1;) {
		if (!elf_symbol_at(image, i, &symbol) || !symbol.defined ||
		    !is_init_name(symbol.name) || !elf_is_code(image, symbol.address))
			continue;
		snprintf(reader->facts->init_name, sizeof(reader->facts->init_name), "%s",
			 symbol.name);
		return symbol.address;
	}
	return 0;
}

/* Appends the exec functions of the array at SLOTS; gives how many there are then. */
static unsigned add_slot_array(const struct reader *reader, uint64_t slots,
			       uint64_t *functions, unsigned count)
{
	for (unsigned i = 0; i < ENTRY_ARRAY_MAX; i++) {
		uint64_t slot = slots + i * SLOT_SIZE;
		const uint8_t *bytes = elf_at(reader->image, slot, sizeof(uint32_t));

		if (!bytes || npabi_load32(bytes) == 0)
			return count;
		if (npabi_load32(bytes) != ENTRY_SLOT_EXEC || count == ENTRY_SLOTS_MAX)
			continue;
		if (elf_pointer_at(reader->image, slot + SLOT_SIZE / 2,
				   &functions[count]))
			count++;
	}
	return count;
}

unsigned entry_exec_functions(const struct reader *reader, uint64_t definition,
			      uint64_t *functions)
{
	unsigned count = 0;
	uint64_t slots;

	for (size_t i = 0; i < ENTRY_LAYOUTS; i++)
		if (elf_pointer_at(reader->image, definition + entry_slots_offsets[i],
				   &slots))
			count = add_slot_array(reader, slots, functions, count);
	return count;
}

void entry_follow_slots(struct reader *reader)
{
	uint64_t functions[ENTRY_SLOTS_MAX];
	unsigned count;

	if (!reader->module_definition)
		return;
	count = entry_exec_functions(reader, reader->module_definition, functions);
	for (unsigned i = 0; i < count; i++)
		follow_function(reader, functions[i]);
}
