/* SPDX-License-Identifier: MIT
 *
 * What has been read is kept in one mapping, which who works with it takes away: a
 * second one at the same time, or a child of fork, begins anew.  An object is known by
 * where it starts, as long as none has been unloaded.  Called by inspect.c.
 */
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include "base/path.h"
#include "elf/needed.h"
#include "preload/loaded_libraries.h"
#include "preload/objects.h"

#define READ_MAX 32 /* objects that are remembered; then all is forgotten */
#define KEPT_MAX 2  /* of those, that call import_array */

struct libraries {
	unsigned long long unloads; /* of objects, when it was read */
	unsigned read_count, kept_count;
	uintptr_t read[READ_MAX]; /* where each starts */
	struct {
		uintptr_t start;
		struct library library;
	} kept[KEPT_MAX];
};

static _Atomic(struct libraries *) spare;

/* The caller's alone until it is given back; NULL: no memory. */
static struct libraries *take_libraries(void)
{
	struct libraries *libraries = atomic_exchange(&spare, NULL);
	void *bytes;

	if (libraries)
		return libraries;
	bytes = mmap(NULL, sizeof(*libraries), PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return bytes == MAP_FAILED ? NULL : bytes;
}

static void give_libraries(struct libraries *libraries)
{
	struct libraries *none = NULL;

	if (!atomic_compare_exchange_strong(&spare, &none, libraries))
		munmap(libraries, sizeof(*libraries));
}

/* Was the object loaded by the name that DATA is?  The loader adds a folder. */
static bool test_name(const struct object *object, void *data)
{
	return strcmp(npabi_file_name(object->name), data) == 0;
}

static bool is_read(const struct libraries *libraries, uintptr_t start)
{
	for (unsigned i = 0; i < libraries->read_count; i++)
		if (libraries->read[i] == start)
			return true;
	return false;
}

static void forget_all(struct libraries *libraries, unsigned long long unloads)
{
	libraries->unloads = unloads;
	libraries->read_count = libraries->kept_count = 0;
}

/* Reads OBJECT, which is needed as NAME, for the first time. */
static void read_object(struct libraries *libraries, struct npabi_arena *memory,
			const struct object *object, const char *name)
{
	struct library *library;
	struct elf_image image;

	if (libraries->read_count == READ_MAX || libraries->kept_count == KEPT_MAX)
		forget_all(libraries, libraries->unloads);
	libraries->read[libraries->read_count++] = object->start;
	if (object_image(object, &image) != NPABI_OK)
		return;
	library = &libraries->kept[libraries->kept_count].library;
	library_read(memory, &image, name, library);
	if (library->imports_array)
		libraries->kept[libraries->kept_count++].start = object->start;
}

/* What is known of the library NAME, if it calls import_array; else NULL. */
static const struct library *find_library(struct libraries *libraries,
					  struct npabi_arena *memory, const char *name)
{
	struct object object;

	if (!object_find(test_name, (void *)(uintptr_t)name, &object))
		return NULL;
	if (!is_read(libraries, object.start))
		read_object(libraries, memory, &object, name);
	for (unsigned i = 0; i < libraries->kept_count; i++)
		if (libraries->kept[i].start == object.start)
			return &libraries->kept[i].library;
	return NULL;
}

static void add_from(struct libraries *libraries, struct npabi_arena *memory,
		     const struct elf_image *image, struct facts *facts)
{
	unsigned long long unloads = object_unload_count();
	const struct library *found;
	const char *name;
	unsigned cursor = 0;

	if (unloads != libraries->unloads)
		forget_all(libraries, unloads);
	while (!facts->library[0] && (name = elf_needed_next(image, &cursor)) != NULL) {
		found = library_is_candidate(name) ? find_library(libraries, memory, name)
						   : NULL;
		if (found)
			library_apply(found, image, facts);
	}
}

void loaded_libraries_add(struct npabi_arena *memory, const struct elf_image *image,
			  struct facts *facts)
{
	struct libraries *libraries;

	if (!library_is_wanted(facts))
		return;
	libraries = take_libraries();
	if (!libraries)
		return;
	add_from(libraries, memory, image, facts);
	give_libraries(libraries);
}
