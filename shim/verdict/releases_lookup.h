/* SPDX-License-Identifier: MIT
 *
 * Finding rows in the table of releases; for files of this folder.
 */
#ifndef NPABI_VERDICT_RELEASES_LOOKUP_H
#define NPABI_VERDICT_RELEASES_LOOKUP_H

#include "base/textbuf.h"
#include "verdict/releases_table.h"
#include "verdict/version.h"

/* The row of VERSION's minor release, or NULL when the table does not have it. */
const struct release_runtime *releases_row(const struct version *version);

#define RELEASES_NO_COLUMN RELEASES_COLUMNS

/* The column of the type NAME ("numpy.ndarray"), or RELEASES_NO_COLUMN. */
enum release_column releases_column(const char *name);

/* The sizes in ROW by column, of its build with the GIL or FREE_THREADED. */
static inline const uint16_t *releases_build(const struct release_runtime *row,
					     bool free_threaded)
{
	return free_threaded ? row->free_threaded : row->size;
}

/*
 * The size that the type NAME ("numpy.ndarray") has in that build; 0 when the table
 * does not know that type, or has no such build.
 */
uint64_t releases_size(const struct release_runtime *row, bool free_threaded,
		       const char *name);

/* The structs that a type check may measure. */
struct release_structs {
	uint8_t whole; /* enum release_struct */
	uint8_t other; /* in C++, or where it is opaque; or the same */
};

/*
 * Those that declarations of the type NAME ("numpy.ndarray") measure.  False, and
 * *structs_ untouched, for a type whose struct the table does not have.
 */
bool releases_structs(const char *name, struct release_structs *structs_);

/* May headers of ROW show SIZE for a type of STRUCTS? */
bool releases_header_fits(const struct release_headers *row,
			  const struct release_structs *structs, uint64_t size);

/* Appends " targeting 1.20" or " targeting 1.20-1.23" for API versions FIRST to LAST. */
void releases_append_target(struct npabi_textbuf *buf, uint32_t first, uint32_t last);

/* The row of API version API, or NULL. */
const struct release_api *releases_api(uint32_t api);

#endif
