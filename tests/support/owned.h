/* SPDX-License-Identifier: MIT
 *
 * Whose a file is: a directory to install into, a cache, and the last answer of
 * facts/owner.
 */
#ifndef NPABI_TESTS_OWNED_H
#define NPABI_TESTS_OWNED_H

#include "facts/owner.h"
#include "support/site_packages.h"
#include "support/temp_dir.h"

extern struct temp_dir owned_dir;
extern struct owner_cache *owner_cache;
extern struct owner owner;

/* The fixture of each test. */
void owned_setup(void);
void owned_teardown(void);

/* Asks for the owner of the file NAME in the directory; there may be no such file. */
void find_owner(const char *name);

/* Fails unless the last answer was this; "" is for unknown. */
void assert_owner(const char *module, const char *distribution, const char *version);

#endif
