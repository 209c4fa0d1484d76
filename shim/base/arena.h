/* SPDX-License-Identifier: MIT
 *
 * Working memory that is handed out from the bottom up and given back all at
 * once, or down to a mark.  What is in it when it is handed out is undefined.
 */
#ifndef NPABI_BASE_ARENA_H
#define NPABI_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

/* So much is kept when an arena is cleared; the rest goes back to the system. */
#define ARENA_KEPT (512u << 10)

struct npabi_arena {
	uint8_t *bytes; /* NULL: not open */
	size_t size, used;
	size_t touched; /* the most that was in use */
};

/* Reserves SIZE bytes, of which only those used cost memory.  -1: none to be had. */
static inline int npabi_arena_open(struct npabi_arena *arena, size_t size)
{
	void *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	arena->bytes = bytes == MAP_FAILED ? NULL : bytes;
	arena->size = bytes == MAP_FAILED ? 0 : size;
	arena->used = arena->touched = 0;
	return bytes == MAP_FAILED ? -1 : 0;
}

/* SIZE bytes, aligned for any object, or NULL when the arena is used up. */
static inline void *npabi_arena_take(struct npabi_arena *arena, size_t size)
{
	size_t rounded = (size + 15) & ~(size_t)15;
	void *taken;

	if (rounded < size || rounded > arena->size - arena->used)
		return NULL;
	taken = arena->bytes + arena->used;
	arena->used += rounded;
	if (arena->used > arena->touched)
		arena->touched = arena->used;
	return taken;
}

/* Takes everything back; the pages that are used first stay warm. */
static inline void npabi_arena_clear(struct npabi_arena *arena)
{
	if (arena->touched > ARENA_KEPT)
		madvise(arena->bytes + ARENA_KEPT, arena->size - ARENA_KEPT,
			MADV_DONTNEED);
	arena->used = arena->touched = 0;
}

static inline void npabi_arena_close(struct npabi_arena *arena)
{
	if (arena->bytes)
		munmap(arena->bytes, arena->size);
	arena->bytes = NULL;
	arena->size = arena->used = arena->touched = 0;
}

#endif
