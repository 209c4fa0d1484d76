/* SPDX-License-Identifier: MIT
 *
 * One directory and cache for the suites of facts/owner.  Each test runs in a
 * process of its own.
 */
#include <check.h>

#include "support/owned.h"

struct temp_dir owned_dir;
struct owner_cache *owner_cache;
struct owner owner;

void owned_setup(void)
{
	temp_dir_make(&owned_dir);
	owner_cache = owner_cache_new();
	ck_assert_ptr_nonnull(owner_cache);
}

void owned_teardown(void)
{
	owner_cache_free(owner_cache);
	temp_dir_remove(&owned_dir);
}

void find_owner(const char *name)
{
	owner_find(owner_cache, temp_path(&owned_dir, name), &owner);
}

void assert_owner(const char *module, const char *distribution, const char *version)
{
	ck_assert_str_eq(owner.module, module);
	ck_assert_str_eq(owner.distribution, distribution);
	ck_assert_str_eq(owner.version, version);
}
