/* SPDX-License-Identifier: MIT
 *
 * Workspaces are mappings, so that nothing here meets the host's allocator, and
 * cost only the pages that are written to.  Called by inspect.c and emit.c.
 */
#include <stdatomic.h>
#include <sys/mman.h>

#include "preload/workspace.h"

/* As many as one thread has at a time, which is two, and some for others. */
#define SPARES 4

static struct {
	_Atomic(struct workspace *) spares[SPARES];
} pool;

struct workspace *workspace_take(void)
{
	struct workspace *workspace;
	void *bytes;

	for (int i = 0; i < SPARES; i++) {
		workspace = atomic_exchange(&pool.spares[i], NULL);
		if (workspace)
			return workspace;
	}
	bytes = mmap(NULL, sizeof(*workspace), PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return bytes == MAP_FAILED ? NULL : bytes;
}

void workspace_give(struct workspace *workspace)
{
	struct workspace *none;

	if (!workspace)
		return;
	for (int i = 0; i < SPARES; i++) {
		none = NULL;
		if (atomic_compare_exchange_strong(&pool.spares[i], &none, workspace))
			return;
	}
	npabi_arena_close(&workspace->memory);
	munmap(workspace, sizeof(*workspace));
}
