/* SPDX-License-Identifier: MIT
 *
 * What the system's package manager, or conda, says of a file: by the lists that
 * they keep (dpkg's info/NAME.list, apk's db/installed, conda-meta), never by
 * running them.
 */
#ifndef NPABI_FACTS_OWNER_SYSTEM_H
#define NPABI_FACTS_OWNER_SYSTEM_H

#include <stdbool.h>

#include "facts/owner.h"

struct owner_systems;

/*
 * Makes and frees what is remembered of the lists, which are read once; NULL: no
 * memory.  An image that was unpacked somewhere has its own lists, below the
 * directory that its /usr is in.
 */
struct owner_systems *owner_systems_new(void);
void owner_systems_free(struct owner_systems *systems);

/*
 * Fills in the manager and package of *OWNER_ for the file at CLEAN, an absolute
 * path: conda's where CLEAN is in an environment of it, and, unless the
 * distribution LISTS the file as its own, the system's where CLEAN is below /usr
 * and not /usr/local.  package stays "" where the manager does not have the file
 * or (rpm) keeps no list that can be read.
 */
void owner_systems_find(struct owner_systems *systems, const char *clean, bool lists,
			struct owner *owner_);

#endif
