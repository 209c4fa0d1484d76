/* SPDX-License-Identifier: MIT
 *
 * Where an extension lies: the directory that Python imports it from, and the
 * name that it has there.  Looks at paths and for __init__.py, at no metadata.
 */
#ifndef NPABI_FACTS_OWNER_PLACE_H
#define NPABI_FACTS_OWNER_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OWNER_PATH_MAX 4096

/* FNV-1a, by which paths are remembered. */
static inline uint64_t owner_hash(const char *bytes, size_t length)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
	return hash;
}

/*
 * Makes PATH absolute, without empty, "." and ".." components, into CLEAN of
 * OWNER_PATH_MAX bytes.  False when it is too long or, with "..", not there.
 */
bool owner_clean_path(const char *path, char *clean);

/*
 * The length of the innermost directory in CLEAN that has the name of one that
 * modules are imported from (site-packages, dist-packages, lib-dynload, an
 * .egg); 0: none.  Asks the file system nothing.
 */
size_t owner_named_root(const char *clean);

/*
 * The length of the directory that holds the outermost package around CLEAN:
 * the nearest one above it without __init__.py.
 */
size_t owner_package_root(const char *clean);

/*
 * The dotted name of the module at RELATIVE, a path below the directory that it
 * is imported from, into MODULE of SIZE bytes; "" when that is no name that
 * Python could import.
 */
void owner_module_name(const char *relative, char *module, size_t size);

#endif
