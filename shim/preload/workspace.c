/* SPDX-License-Identifier: MIT
 *
 * Workspaces are mappings, so that nothing here meets the host's allocator, and
 * cost only the pages that are written to.  Called by inspect.c and emit.c.
 */
#include <stdatomic.h>
#include <sys/mman.h>

#include "preload/workspace.h"

static struct {
	_Atomic(struct workspace *) spare;
} pool;

struct workspace *workspace_take(void)
{
	struct workspace *workspace = atomic_exchange(&pool.spare, NULL);
	void *bytes;

	if (workspace)
		return workspace;
	bytes = mmap(NULL, sizeof(*workspace), PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return bytes == MAP_FAILED ? NULL : bytes;
}

void workspace_give(struct workspace *workspace)
{
	struct workspace *none = NULL;

	if (workspace && !atomic_compare_exchange_strong(&pool.spare, &none, workspace))
		munmap(workspace, sizeof(*workspace));
}
