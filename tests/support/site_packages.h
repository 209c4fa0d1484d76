/* SPDX-License-Identifier: MIT
 *
 * A site-packages directory as pip leaves it.
 */
#ifndef NPABI_TESTS_SITE_PACKAGES_H
#define NPABI_TESTS_SITE_PACKAGES_H

#include "support/temp_dir.h"

#define SITE "lib/python3.11/site-packages/"

/*
 * Installs the metadata of distribution NAME, version 1.2, as the directory
 * ENTRY in SITE; its RECORD has the file RECORDED, written as CSV wants it.
 */
void site_install(const struct temp_dir *dir, const char *entry, const char *name,
		  const char *recorded);

#endif
