/* SPDX-License-Identifier: MIT
 *
 * Finds the slots of the imports that matter.  The table is data; everything
 * else that an extension imports is of no concern.
 */
#include "facts/imports.h"

#include <string.h>

#include "elf/names.h"
#include "elf/relocs.h"

struct known_import {
	char name[32]; /* with its NUL: a name that only begins so is another */
	uint8_t id;
};

/* By the length of the name, so that most names are told apart by that alone. */
static const struct known_import known_imports[] = {
	{"exit", IMPORT_NO_RETURN},
	{"abort", IMPORT_NO_RETURN},
	{"mcount", IMPORT_PROFILING},
	{"longjmp", IMPORT_NO_RETURN},
	{"__fentry__", IMPORT_PROFILING},
	{"__cxa_throw", IMPORT_NO_RETURN},
	{"PyErr_Format", IMPORT_RAISE_FORMAT},
	{"PyOS_snprintf", IMPORT_PRINT},
	{"PyObject_Init", IMPORT_OBJECT_INIT},
	{"__assert_fail", IMPORT_NO_RETURN},
	{"__cxa_rethrow", IMPORT_NO_RETURN},
	{"PyCObject_Type", IMPORT_CAPSULE_TYPE},
	{"PyCapsule_Type", IMPORT_CAPSULE_TYPE},
	{"_Unwind_Resume", IMPORT_NO_RETURN},
	{"PyErr_SetString", IMPORT_RAISE_STRING},
	{"PyMem_RawMalloc", IMPORT_RAW_MALLOC},
	{"PyImport_Import", IMPORT_BY_OBJECT},
	{"_ZSt9terminatev", IMPORT_NO_RETURN},
	{"PyErr_WarnFormat", IMPORT_WARN_FORMAT},
	{"_Py_DecRefShared", IMPORT_WITHOUT_GIL},
	{"PyLong_AsSsize_t", IMPORT_AS_SSIZE},
	{"PyModuleDef_Init", IMPORT_MODULE_INIT},
	{"PyObject_GetAttr", IMPORT_GET_ATTRIBUTE_OBJECT},
	{"__stack_chk_fail", IMPORT_NO_RETURN},
	{"PyImport_AddModule", IMPORT_ADD_MODULE},
	{"PyCObject_AsVoidPtr", IMPORT_CAPSULE_POINTER},
	{"PyString_FromString", IMPORT_TEXT},
	{"PyCapsule_GetPointer", IMPORT_CAPSULE_POINTER},
	{"PyDict_SetItemString", IMPORT_SET_ITEM},
	{"PyUnicode_FromString", IMPORT_TEXT},
	{"PyImport_AddModuleRef", IMPORT_ADD_MODULE},
	{"PyImport_ImportModule", IMPORT_MODULE},
	{"PyObject_GetAttrString", IMPORT_GET_ATTRIBUTE},
	{"PyString_InternFromString", IMPORT_TEXT},
	{"PyUnicode_InternFromString", IMPORT_TEXT},
	{"_Py_MergeZeroLocalRefcount", IMPORT_WITHOUT_GIL},
	{"PyImport_ImportModuleNoBlock", IMPORT_MODULE},
};

#define KNOWN_IMPORTS (sizeof(known_imports) / sizeof(known_imports[0]))
#define NAME_MAX_SIZE sizeof(known_imports[0].name)

/* Where in the table the names of each length begin; those of one end with the next. */
struct name_lengths {
	uint8_t first[NAME_MAX_SIZE + 1];
};

static void find_lengths(struct name_lengths *lengths_)
{
	size_t row = 0;

	for (size_t length = 0; length <= NAME_MAX_SIZE; length++) {
		while (row < KNOWN_IMPORTS && strlen(known_imports[row].name) < length)
			row++;
		lengths_->first[length] = (uint8_t)row;
	}
}

static enum import_id classify_name(const struct name_lengths *lengths, const char *name)
{
	size_t length = strnlen(name, NAME_MAX_SIZE);

	if (length == NAME_MAX_SIZE)
		return IMPORT_NONE;
	for (size_t i = lengths->first[length]; i < lengths->first[length + 1]; i++)
		if (!memcmp(name, known_imports[i].name, length))
			return known_imports[i].id;
	return IMPORT_NONE;
}

static unsigned bucket_of(uint64_t address)
{
	return (unsigned)(address / sizeof(uint64_t)) % IMPORT_SLOTS;
}

static void add_slot(struct import_map *map, uint64_t address, enum import_id id)
{
	unsigned i = bucket_of(address);

	for (unsigned tries = 0; tries < IMPORT_SLOTS / 2; tries++) {
		if (!map->slots[i].id) {
			map->slots[i].address = address;
			map->slots[i].id = (uint8_t)id;
			map->present |= UINT32_C(1) << id;
			return;
		}
		i = (i + 1) % IMPORT_SLOTS;
	}
}

static void widen_range(uint64_t *low, uint64_t *high, uint64_t address)
{
	if (!*high || address < *low)
		*low = address;
	if (address >= *high)
		*high = address + 1;
}

/* A slot that code uses itself to call what the object exports; some are enough. */
static void add_own_slot(struct import_map *map, uint64_t address, uint64_t target)
{
	if (!target || map->own_count == IMPORT_OWN_SLOTS)
		return;
	map->own[map->own_count].address = address;
	map->own[map->own_count++].target = target;
}

/* Notes a slot: of an import that matters, or of a function of the image itself. */
static void take_reloc(struct import_map *map, const struct elf_reloc *reloc,
		       const struct elf_names *names, const struct name_lengths *lengths)
{
	const char *name = elf_names_undefined(names, reloc->symbol);
	enum import_id id = classify_name(lengths, name);

	if (id == IMPORT_WITHOUT_GIL) { /* called wherever a reference is dropped */
		map->without_gil = reloc->address;
		return;
	}
	if (id)
		add_slot(map, reloc->address, id);
	if (!name[0] && reloc->kind == ELF_RELOC_SLOT)
		widen_range(&map->own_low, &map->own_high, reloc->address);
	if (!name[0] && reloc->kind == ELF_RELOC_GLOBAL)
		add_own_slot(map, reloc->address,
			     elf_names_function(names, reloc->symbol));
	/* GLOB_DAT of a function: its calls go through the slot (-fno-plt) */
	if (id && id < IMPORT_CAPSULE_TYPE && reloc->kind == ELF_RELOC_GLOBAL)
		widen_range(&map->low, &map->high, reloc->address);
}

void import_map_init(struct import_map *map, const struct elf_image *image)
{
	struct elf_reloc_iter iter;
	struct elf_reloc reloc;
	struct name_lengths lengths;
	struct elf_names names;

	memset(map, 0, sizeof(*map));
	if (!elf_names_init(&names, image))
		return;
	find_lengths(&lengths);
	elf_reloc_iter_init_symbolic(&iter, image);
	while (elf_reloc_next(&iter, &reloc))
		if (reloc.kind == ELF_RELOC_SLOT || reloc.kind == ELF_RELOC_GLOBAL)
			take_reloc(map, &reloc, &names, &lengths);
}

bool import_map_own_target(const struct import_map *map, const struct elf_image *image,
			   uint64_t address, uint64_t *target_)
{
	for (unsigned i = 0; i < map->own_count; i++)
		if (map->own[i].address == address) {
			*target_ = map->own[i].target;
			return true;
		}
	return address >= map->own_low && address < map->own_high &&
	       elf_slot_target(image, address, target_);
}

enum import_id import_map_find(const struct import_map *map, uint64_t address)
{
	unsigned i = bucket_of(address);

	for (unsigned tries = 0; tries < IMPORT_SLOTS && map->slots[i].id; tries++) {
		if (map->slots[i].address == address)
			return map->slots[i].id;
		i = (i + 1) % IMPORT_SLOTS;
	}
	return IMPORT_NONE;
}
