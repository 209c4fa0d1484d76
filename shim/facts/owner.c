/* SPDX-License-Identifier: MIT
 *
 * The owner of an extension: puts together where it lies (owner_place.c) and
 * what is installed there (owner_index.c), and remembers both, as a program may
 * import hundreds of extensions from a handful of directories.  Called by both
 * front ends.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "facts/owner.h"
#include "facts/owner_index.h"
#include "facts/owner_place.h"
#include "facts/owner_system.h"

#define INDEXES_MAX	64
#define DIRECTORIES_MAX 512

/* How far above an extension metadata is looked for, where no name tells. */
#define CLIMB_MAX 8

/* What is known of a directory with extensions in it. */
struct directory {
	uint64_t hash;	/* of its path */
	size_t root;	/* length of the root above it, 0: none known */
	size_t package; /* see owner_package_root */
};

struct owner_cache {
	unsigned index_count;
	struct owner_index *indexes[INDEXES_MAX];
	unsigned directory_count;
	struct directory directories[DIRECTORIES_MAX];
	struct owner_systems *systems; /* NULL: not asked yet, or no memory */
};

struct owner_cache *owner_cache_new(void)
{
	return calloc(1, sizeof(struct owner_cache));
}

void owner_cache_free(struct owner_cache *cache)
{
	if (!cache)
		return;
	for (unsigned i = 0; i < cache->index_count; i++)
		owner_index_free(cache->indexes[i]);
	owner_systems_free(cache->systems);
	free(cache);
}

/*
 * The index of the first LENGTH bytes of PATH, made if need be.  NULL: no
 * memory, no room, or, where ANY is wanted, no distribution there.
 */
static struct owner_index *get_index(struct owner_cache *cache, const char *path,
				     size_t length, bool any)
{
	struct owner_index *index;
	unsigned place = 0;

	while (place < cache->index_count &&
	       !owner_index_is_of(cache->indexes[place], path, length))
		place++;
	if (place == INDEXES_MAX)
		return NULL;
	if (place < cache->index_count && !owner_index_is_stale(cache->indexes[place]))
		return cache->indexes[place];
	index = owner_index_new(path, length);
	if (!index || (any && !owner_index_has_any(index))) {
		owner_index_free(index);
		return NULL;
	}
	if (place < cache->index_count)
		owner_index_free(cache->indexes[place]);
	else
		cache->index_count++;
	cache->indexes[place] = index;
	return index;
}

/* The nearest directory above CLEAN that has metadata in it: its length, or 0. */
static size_t climb_to_metadata(struct owner_cache *cache, const char *clean,
				size_t length)
{
	for (int i = 0; i < CLIMB_MAX && length; i++) {
		if (get_index(cache, clean, length, true))
			return length;
		while (length && clean[--length] != '/')
			;
	}
	return 0;
}

/* What is known of the directory that CLEAN lies in and that no name gives away. */
static struct directory get_directory(struct owner_cache *cache, const char *clean)
{
	size_t length = (size_t)(strrchr(clean, '/') - clean);
	struct directory directory = {.hash = owner_hash(clean, length)};

	for (unsigned i = 0; i < cache->directory_count; i++) {
		if (cache->directories[i].hash == directory.hash)
			return cache->directories[i];
	}
	directory.root = climb_to_metadata(cache, clean, length);
	directory.package = owner_package_root(clean);
	if (cache->directory_count < DIRECTORIES_MAX)
		cache->directories[cache->directory_count++] = directory;
	return directory;
}

static void name_module(const char *relative, struct owner *owner_)
{
	owner_module_name(relative, owner_->module, sizeof(owner_->module));
}

/* An extension in a directory that Python is known to import from. */
static enum owner_claim find_in_root(struct owner_cache *cache, const char *clean,
				     size_t root, struct owner *owner_)
{
	struct owner_index *index = get_index(cache, clean, root, false);

	name_module(clean + root + 1, owner_);
	if (!index)
		return OWNER_UNCLAIMED;
	return owner_index_find(index, clean + root + 1, owner_);
}

/* An extension anywhere else: a source tree, pip install --target, a lone file. */
static enum owner_claim find_elsewhere(struct owner_cache *cache, const char *clean,
				       struct owner *owner_)
{
	struct directory directory = get_directory(cache, clean);
	enum owner_claim claim = OWNER_UNCLAIMED;
	struct owner_index *index;

	name_module(clean + directory.package + 1, owner_);
	if (!directory.root)
		return claim;
	index = get_index(cache, clean, directory.root, true);
	if (index)
		claim = owner_index_find(index, clean + directory.root + 1, owner_);
	/* a list of files is relative to where Python imports from */
	if (claim == OWNER_BY_FILE)
		name_module(clean + directory.root + 1, owner_);
	return claim;
}

static void find_manager(struct owner_cache *cache, const char *clean,
			 enum owner_claim claim, struct owner *owner_)
{
	if (!cache->systems)
		cache->systems = owner_systems_new();
	if (cache->systems)
		owner_systems_find(cache->systems, clean, claim == OWNER_BY_FILE, owner_);
}

static void find_with(struct owner_cache *cache, const char *path, struct owner *owner_)
{
	char clean[OWNER_PATH_MAX];
	enum owner_claim claim;
	size_t root;

	if (!owner_clean_path(path, clean))
		return;
	root = owner_named_root(clean);
	claim = root ? find_in_root(cache, clean, root, owner_)
		     : find_elsewhere(cache, clean, owner_);
	find_manager(cache, clean, claim, owner_);
}

void owner_find(struct owner_cache *cache, const char *path, struct owner *owner_)
{
	int saved_errno = errno;
	struct owner_cache *used = cache ? cache : owner_cache_new();

	memset(owner_, 0, sizeof(*owner_));
	if (used)
		find_with(used, path, owner_);
	if (used != cache)
		owner_cache_free(used);
	errno = saved_errno;
}

static size_t find_root(struct owner_cache *cache, const char *clean)
{
	size_t root = owner_named_root(clean);
	struct directory directory;

	if (root)
		return root;
	directory = get_directory(cache, clean);
	return directory.root ? directory.root : directory.package;
}

bool owner_root(struct owner_cache *cache, const char *path, char *root, size_t size)
{
	int saved_errno = errno;
	struct owner_cache *used = cache ? cache : owner_cache_new();
	char clean[OWNER_PATH_MAX];
	size_t length = 0;

	if (used && owner_clean_path(path, clean))
		length = find_root(used, clean);
	if (used != cache)
		owner_cache_free(used);
	errno = saved_errno;
	if (!length || length >= size)
		return false;
	memcpy(root, clean, length);
	root[length] = '\0';
	return true;
}
