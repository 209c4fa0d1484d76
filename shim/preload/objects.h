/* SPDX-License-Identifier: MIT
 *
 * What the loader has put into this process, by its own account.
 */
#ifndef NPABI_PRELOAD_OBJECTS_H
#define NPABI_PRELOAD_OBJECTS_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elf/image.h"

/* One loaded object; what it points to lives for as long as it stays loaded. */
struct object {
	uintptr_t bias;	      /* run-time minus link-time address */
	uintptr_t start, end; /* from the first to behind the last load segment */
	const Elf64_Phdr *headers;
	size_t header_count;
	const char *name; /* path as it was loaded; "" for the executable */
};

/*
 * Is OBJECT, whose start and end are not worked out yet, the one that is looked
 * for?  DATA is what the caller handed on.
 */
typedef bool object_test(const struct object *object, void *data);

/*
 * The first object in load order that passes TEST; false when none does.  TEST
 * runs under the loader's lock: it must not allocate, lock, log or call the
 * loader.
 */
bool object_find(object_test *test, void *data, struct object *object_);

/* The object that ADDRESS lies in. */
bool object_at(uintptr_t address, struct object *object_);

/*
 * The object behind a HANDLE of dlopen.  Believes the handle only when an
 * object of the loader's list has the base and the name that it leads to.
 */
bool object_of_handle(const void *handle, struct object *object_);

/* Does ADDRESS lie between the ends of OBJECT? */
bool object_covers(const struct object *object, uintptr_t address);

/* Is OBJECT this library, the loader or the vDSO, which nobody must change? */
bool object_is_untouchable(const struct object *object);

/* The ELF view of OBJECT. */
enum npabi_status object_image(const struct object *object, struct elf_image *image_);

/*
 * The address of the function NAME that a plain lookup would find: defined in
 * the first object in load order, this library left out.  0: none.
 */
uintptr_t object_function(const char *name);

/* How many objects have been unloaded so far; 0 where the loader keeps no count. */
unsigned long long object_unload_count(void);

#endif
