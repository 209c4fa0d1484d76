/* SPDX-License-Identifier: MIT
 *
 * Whose file it is: the dotted module name from where the file lies, and the
 * distribution that installed it, by the metadata beside it (*.dist-info with
 * RECORD, *.egg-info).  Reads directories and files, never runs anything.
 */
#ifndef NPABI_FACTS_OWNER_H
#define NPABI_FACTS_OWNER_H

struct owner {
	char module[256];	/* "pywt._extensions._pywt"; "" unknown */
	char distribution[128]; /* "PyWavelets"; "" unknown */
	char version[64];	/* "1.4.1"; "" unknown */
};

/* What is remembered between look-ups; one per front end, zeroed at the start. */
struct owner_cache;

/*
 * Makes and frees a cache.  NULL (no memory) is a valid cache: look-ups then
 * remember nothing.
 */
struct owner_cache *owner_cache_new(void);
void owner_cache_free(struct owner_cache *cache);

/*
 * Finds the owner of the extension at PATH.  All fields are "" where nothing
 * is known; hostile or huge metadata is unknown, not an error.  Not
 * thread-safe on one cache.
 */
void owner_find(struct owner_cache *cache, const char *path, struct owner *owner_);

#endif
