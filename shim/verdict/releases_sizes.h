/* SPDX-License-Identifier: MIT
 *
 * From numbers that an error text shows back to releases: what was compiled
 * with which headers, and what runs.
 */
#ifndef NPABI_VERDICT_RELEASES_SIZES_H
#define NPABI_VERDICT_RELEASES_SIZES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum releases_platform {
	RELEASES_64_BIT,
	RELEASES_32_BIT,
	RELEASES_64_BIT_FREE_THREADED
};

/* The two sides of a size check, in bytes. */
struct releases_pair {
	uint64_t compiled, actual;
	bool exact; /* a larger actual size was refused, too */
};

struct releases_reading {
	char type[24]; /* "numpy.ndarray" */
	enum releases_platform platform;
	bool opaque;	  /* compiled as a bare object: tells nothing of releases */
	char built[64];	  /* releases with such headers: "1.20-1.21 or 2.x targeting
			     1.21"; "" the table has none */
	char running[64]; /* releases in which the type has the actual size; "" none */
	/* what suits an extension whose headers are one of BUILT; see releases_range */
	char minimum[16], below[16];
	bool impossible; /* no release does, by this check alone */
	/* some of RUNNING lie within that; before it; past it */
	bool works, too_old, too_new;
};

/*
 * What PAIR can mean for the type NAME ("numpy.ndarray"), or, for "", for any of
 * the types that Cython's declarations of NumPy check.  Returns how many
 * readings were written, MAX at most.  Readings where both sizes are some
 * release's, of the first platform that has any; where there are none and NAME
 * is given, the one with more of the two.  0 for a type that the table does
 * not have.
 */
unsigned releases_read_sizes(const char *name, const struct releases_pair *pair,
			     struct releases_reading *readings_, unsigned max);

/*
 * Writes the 64-bit sizes of the type NAME by running release into TEXT of SIZE
 * bytes: "80 bytes in 1.7-1.19, 88 in 1.20-1.21, 96 in 1.22-2.5".  "" for a type
 * that the table does not have.
 */
void releases_list_sizes(const char *name, char *text, size_t size);

/*
 * Write the releases that say, when they run, that they have C API version API
 * ("1.20-1.21") or ABI version ABI ("2.0-2.5"); "" none.
 */
void releases_with_api(uint32_t api, char *text, size_t size);
void releases_with_abi(uint32_t abi, char *text, size_t size);

/* The oldest and the newest release of the table, each of SIZE bytes. */
void releases_span(char *first_, char *last_, size_t size);

#endif
