/* SPDX-License-Identifier: MIT
 *
 * The distributions that are installed in one directory, and which of them each
 * extension file there belongs to.  What is read is remembered; a RECORD is
 * read when the search comes to it, and no sooner.
 */
#ifndef NPABI_FACTS_OWNER_INDEX_H
#define NPABI_FACTS_OWNER_INDEX_H

#include <stdbool.h>
#include <stddef.h>

#include "facts/owner.h"

struct owner_index;

/* How sure a find is. */
enum owner_claim {
	OWNER_UNCLAIMED,
	OWNER_BY_NAME, /* the distribution lists no files, but its packages' names fit */
	OWNER_BY_FILE  /* the distribution's list of files has this one */
};

/*
 * Makes the index of the directory that is the first LENGTH bytes of PATH.  One
 * without any distribution is sound; NULL: no memory.  Freed with
 * owner_index_free, which takes NULL.
 */
struct owner_index *owner_index_new(const char *path, size_t length);
void owner_index_free(struct owner_index *index);

/* Is this the index of the first LENGTH bytes of PATH?  Has it any distribution? */
bool owner_index_is_of(const struct owner_index *index, const char *path, size_t length);
bool owner_index_has_any(const struct owner_index *index);

/* Has something been installed or removed since the index was made? */
bool owner_index_is_stale(const struct owner_index *index);

/*
 * Finds the distribution of the file at RELATIVE, a path below the directory,
 * and fills in the distribution and version of *OWNER_; both "" where it is
 * unclaimed or its metadata has no name.
 */
enum owner_claim owner_index_find(struct owner_index *index, const char *relative,
				  struct owner *owner_);

#endif
