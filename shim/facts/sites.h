/* SPDX-License-Identifier: MIT
 *
 * Which functions can matter at all, and where in them: told from raw bytes, by
 * the calls and references to the few imports that the reader looks for.  Most
 * of an extension's init code is thus never decoded.
 */
#ifndef NPABI_FACTS_SITES_H
#define NPABI_FACTS_SITES_H

#include "elf/functions.h"
#include "facts/reader.h"

#define SITES_DEPTH	 2 /* calls within calls that are looked at for what matters */
#define SITES_MAX	 512
#define SITES_RANGES_MAX 6

/* When a place is of interest. */
enum site_turn {
	SITE_FIRST,    /* in any case */
	SITE_RAISES,   /* raises a text: where NumPy's function table has been fetched */
	SITE_PROVIDES, /* puts something into a dictionary: where it has not */
	SITE_TEXT      /* makes a string: where no generator has shown itself */
};

/* A place of interest: its reference field, and a call's end safely before it. */
struct site {
	uint64_t field;
	uint64_t sync;			  /* 0: none, start with the range */
	const struct reader_memo *callee; /* local and may matter, or NULL */
	enum site_turn turn;
	bool hit; /* a size check was read there */
};

/* The places of interest in a function, in order, and the pieces it consists of. */
struct sites {
	unsigned range_count, count;
	uint32_t wanted; /* imports whose calls are of interest, one bit an import_id */
	bool overflow;	 /* more of either than there is room for */
	struct state state; /* for who goes through them */
	struct elf_function ranges[SITES_RANGES_MAX];
	struct site at[SITES_MAX];
};

/*
 * The memo of the function or stub at ADDRESS; what it is is found out, DEPTH
 * calls deep, if it was unknown.  NULL: no room; then the reading is incomplete.
 */
struct reader_memo *sites_classify(struct reader *reader, uint64_t address,
				   unsigned depth);

/* Finds the places of interest in the function at ENTRY; false when it has no bounds. */
bool sites_find(struct reader *reader, uint64_t entry, struct sites *sites);

#endif
