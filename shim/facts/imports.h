/* SPDX-License-Identifier: MIT
 *
 * The functions outside an extension that mean something to the reader, and
 * the slots through which the extension reaches them.
 */
#ifndef NPABI_FACTS_IMPORTS_H
#define NPABI_FACTS_IMPORTS_H

#include "elf/image.h"

enum import_id {
	IMPORT_NONE,
	IMPORT_MODULE,		     /* PyImport_ImportModule(name) and kin */
	IMPORT_BY_OBJECT,	     /* PyImport_Import(object) */
	IMPORT_GET_ATTRIBUTE,	     /* PyObject_GetAttrString(object, name) */
	IMPORT_GET_ATTRIBUTE_OBJECT, /* PyObject_GetAttr(object, object) */
	IMPORT_TEXT,		     /* PyUnicode_FromString(text) and kin */
	IMPORT_AS_SSIZE,	     /* PyLong_AsSsize_t(object) */
	IMPORT_RAISE_FORMAT,	     /* PyErr_Format(type, format, ...) */
	IMPORT_RAISE_STRING,	     /* PyErr_SetString(type, text) */
	IMPORT_PRINT,		     /* PyOS_snprintf(buffer, size, format, ...) */
	IMPORT_WARN_FORMAT,	     /* PyErr_WarnFormat(type, level, format, ...) */
	IMPORT_MODULE_INIT,	     /* PyModuleDef_Init(definition) */
	IMPORT_ADD_MODULE,	     /* PyImport_AddModule(name) and kin */
	IMPORT_SET_ITEM,	     /* PyDict_SetItemString(dictionary, name, object) */
	IMPORT_CAPSULE_POINTER,	     /* PyCapsule_GetPointer(capsule, name) and kin */
	IMPORT_NO_RETURN,	     /* abort and kin */
	IMPORT_WITHOUT_GIL,	     /* what only a CPython without the GIL has */
	/* those that are not looked for by their slots: */
	IMPORT_CAPSULE_TYPE, /* the type object, PyCapsule_CheckExact needs it */
	IMPORT_OBJECT_INIT,  /* PyObject_Init(block, type) */
	IMPORT_RAW_MALLOC,   /* PyMem_RawMalloc(size) */
	IMPORT_PROFILING,    /* mcount and kin: keep all registers */
	IMPORT_ID_MAX
};

#define IMPORT_OWN_SLOTS 32  /* to functions of the object itself, without a stub */
#define IMPORT_SLOTS	 128 /* a power of two, twice what is ever used */

struct import_map {
	struct {
		uint64_t address;
		uint8_t id;
	} slots[IMPORT_SLOTS];
	struct {
		uint64_t address, target;
	} own[IMPORT_OWN_SLOTS];
	unsigned own_count;
	uint32_t present;     /* one bit an import_id */
	uint64_t without_gil; /* a slot of IMPORT_WITHOUT_GIL, which slots leave out; 0:
				 none */
	uint64_t own_low,
		own_high;   /* of the PLT slots to functions of the image itself */
	uint64_t low, high; /* of the slots that code uses without a stub; equal: none */
};

/* Reads which slots of IMAGE lead to the functions above. */
void import_map_init(struct import_map *map, const struct elf_image *image);

/* The import behind the slot at ADDRESS, or IMPORT_NONE. */
enum import_id import_map_find(const struct import_map *map, uint64_t address);

/*
 * The function of IMAGE itself that the slot at ADDRESS leads to, if it is such a
 * slot: what an object exports it calls by way of a slot.
 */
bool import_map_own_target(const struct import_map *map, const struct elf_image *image,
			   uint64_t address, uint64_t *target_);

static inline bool import_map_has(const struct import_map *map, enum import_id id)
{
	return map->present & (UINT32_C(1) << id);
}

#endif
