/* SPDX-License-Identifier: MIT
 *
 * Finding rows in the table of releases; for files of this folder.
 */
#ifndef NPABI_VERDICT_RELEASES_LOOKUP_H
#define NPABI_VERDICT_RELEASES_LOOKUP_H

#include "verdict/releases_table.h"
#include "verdict/version.h"

/* The row of VERSION's minor release, or NULL when the table does not have it. */
const struct release_runtime *releases_row(const struct version *version);

/*
 * The size that the type NAME ("numpy.ndarray") has in ROW; 0 when the table
 * does not know that type.
 */
uint64_t releases_size(const struct release_runtime *row, const char *name);

/* The row of API version API, or NULL. */
const struct release_api *releases_api(uint32_t api);

#endif
