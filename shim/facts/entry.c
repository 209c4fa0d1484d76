/* SPDX-License-Identifier: MIT
 *
 * Multi-phase initialisation (PEP 489): PyInit_NAME only returns a PyModuleDef,
 * whose slot array names the functions that run.
 */
#include "facts/entry.h"

#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "base/span.h"
#include "base/textbuf.h"
#include "elf/relocs.h"
#include "elf/symbols.h"
#include "facts/follow.h"

#define PYTHON2_NAME_MAX 200 /* of what Python 2 puts behind "init" */

#define SLOT_SIZE 16 /* struct PyModuleDef_Slot: int, pointer */

const uint8_t entry_slots_offsets[ENTRY_LAYOUTS] = {72, 88};

/* PEP 489: the second where NAME is not ASCII, which then stands in punycode. */
static bool is_init_name(const char *name)
{
	return strncmp(name, "PyInit_", 7) == 0 || strncmp(name, "PyInitU_", 8) == 0;
}

/* Py_InitModule and its kin, as the linker sees them; Python 2, Include/modsupport.h. */
static bool makes_python2_module(const char *import)
{
	return strncmp(import, "Py_InitModule4", 14) == 0;
}

static uint64_t take_init(struct reader *reader, const struct elf_symbol *symbol)
{
	struct facts *facts = reader->facts;

	npabi_text_copy(facts->init_name, sizeof(facts->init_name), symbol->name);
	return symbol->address;
}

/* The function "init" and the LENGTH bytes at NAME; 0: there is none. */
static uint64_t find_python2(struct reader *reader, const char *name, size_t length)
{
	char init_name[sizeof("init") + PYTHON2_NAME_MAX];
	struct elf_symbol symbol;

	if (!length || length > PYTHON2_NAME_MAX)
		return 0;
	snprintf(init_name, sizeof(init_name), "init%.*s", (int)length, name);
	if (!elf_symbol_find(reader->image, init_name, &symbol) ||
	    !elf_is_code(reader->image, symbol.address))
		return 0;
	reader->facts->python2 = true;
	return take_init(reader, &symbol);
}

/* Python 2 finds NAME in NAME.so and NAMEmodule.so alike: Python/dynload_shlib.c. */
static uint64_t find_python2_by_path(struct reader *reader)
{
	const char *path = reader->image->path ? reader->image->path : "";
	const char *name = npabi_file_name(path);
	size_t length = strcspn(name, ".");
	uint64_t found = find_python2(reader, name, length);

	if (found || length < 6 || memcmp(name + length - 6, "module", 6) != 0)
		return found;
	return find_python2(reader, name, length - 6);
}

uint64_t entry_find(struct reader *reader)
{
	const struct elf_image *image = reader->image;
	uint32_t count = elf_symbol_count(image);
	struct elf_symbol symbol;
	bool python2 = false;

	for (uint32_t i = count; i-- > 1;) {
		if (!elf_symbol_at(image, i, &symbol))
			continue;
		if (!symbol.defined)
			python2 |= makes_python2_module(symbol.name);
		else if (is_init_name(symbol.name) && elf_is_code(image, symbol.address))
			return take_init(reader, &symbol);
	}
	return python2 ? find_python2_by_path(reader) : 0;
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
	reader->facts->exec_count = 0;
	for (unsigned i = 0; i < count && i < FACTS_EXECS_MAX; i++)
		reader->facts->execs[reader->facts->exec_count++] = functions[i];
	for (unsigned i = 0; i < count; i++)
		follow_function(reader, functions[i]);
}
