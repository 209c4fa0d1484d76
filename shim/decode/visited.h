/* SPDX-License-Identifier: MIT
 *
 * The set of code addresses that one walk has been at.
 */
#ifndef NPABI_DECODE_VISITED_H
#define NPABI_DECODE_VISITED_H

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"

#define VISITED_PAGE	512 /* code bytes a page of bits */
#define VISITED_BUCKETS 32

struct visited_page {
	uint64_t number;
	struct visited_page *next;
	uint64_t bits[VISITED_PAGE / 64];
};

struct visited {
	struct npabi_arena *arena;
	bool full; /* there was no memory for some address */
	struct visited_page *buckets[VISITED_BUCKETS];
};

static inline struct visited_page *visited_page(struct visited *set, uint64_t number)
{
	struct visited_page **bucket = &set->buckets[number % VISITED_BUCKETS];
	struct visited_page *page;

	for (page = *bucket; page; page = page->next)
		if (page->number == number)
			return page;
	page = npabi_arena_take(set->arena, sizeof(*page));
	if (!page)
		return NULL;
	memset(page, 0, sizeof(*page));
	page->number = number;
	page->next = *bucket;
	*bucket = page;
	return page;
}

/* Puts ADDRESS into SET; true when it was there, or without memory: a walk ends. */
static inline bool visited_mark(struct visited *set, uint64_t address)
{
	struct visited_page *page = visited_page(set, address / VISITED_PAGE);
	uint64_t bit = UINT64_C(1) << (address % 64);
	uint64_t *word;

	if (!page) {
		set->full = true;
		return true;
	}
	word = &page->bits[address % VISITED_PAGE / 64];
	if (*word & bit)
		return true;
	*word |= bit;
	return false;
}

#endif
