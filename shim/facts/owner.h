/* SPDX-License-Identifier: MIT
 *
 * Whose file it is: the dotted module name from where the file lies, and the
 * distribution that installed it, by the metadata beside it (*.dist-info with
 * RECORD, *.egg-info), or the package of the system or of conda.  Reads directories and
 * files, never runs anything.
 */
#ifndef NPABI_FACTS_OWNER_H
#define NPABI_FACTS_OWNER_H

#include <stdbool.h>
#include <stddef.h>

#define OWNER_PACKAGE_MAX 96

/* Who else than pip installs files: the system's package manager, or conda. */
enum owner_manager { OWNER_NO_MANAGER, OWNER_DPKG, OWNER_APK, OWNER_RPM, OWNER_CONDA };

struct owner {
	char module[256];	/* "pywt._extensions._pywt"; "" unknown */
	char distribution[128]; /* "PyWavelets"; "" unknown */
	char version[64];	/* "1.4.1"; "" unknown */
	/* the manager that has the file, or (package "") only the place it lies in */
	enum owner_manager manager;
	char package[OWNER_PACKAGE_MAX]; /* its name there: "python3-pandas-lib" */
};

/* What is remembered between look-ups; one per front end. */
struct owner_cache;

/*
 * Makes and frees a cache.  NULL (no memory) is a valid cache: look-ups then
 * remember nothing.  It grows with the number of extensions installed, about
 * 400 bytes a distribution and 16 an extension file.
 */
struct owner_cache *owner_cache_new(void);
void owner_cache_free(struct owner_cache *cache);

/*
 * Finds the owner of the extension at PATH.  All fields are "" where nothing
 * is known; hostile or huge metadata is unknown, not an error.  Not
 * thread-safe on one cache.  Allocates; errno is kept.
 */
void owner_find(struct owner_cache *cache, const char *path, struct owner *owner_);

/*
 * The directory that PATH's module is imported from (site-packages ...), into
 * ROOT of SIZE bytes.  False where it is not known or does not fit.
 */
bool owner_root(struct owner_cache *cache, const char *path, char *root, size_t size);

#endif
