/* SPDX-License-Identifier: MIT
 *
 * Where the library comes to life and where it ends.  A process that is not
 * Python pays for one comparison: nothing is read, allocated or remembered.
 * Called by the loader only.
 */
#include <stddef.h>

#include "preload/emit.h"
#include "preload/guard.h"
#include "preload/inspect.h"
#include "preload/startup.h"

/* Bound by the loader where the executable is Python or is linked with it. */
extern int Py_IsInitialized(void) __attribute__((weak, visibility("default")));

__attribute__((constructor)) static void start_with_process(void)
{
	if (!Py_IsInitialized || !guard_enter())
		return;
	startup_run();
	guard_leave();
}

__attribute__((destructor)) static void end_with_process(void)
{
	if (!startup_is_done() || !guard_enter())
		return;
	inspect_at_exit();
	emit_summary();
	guard_leave();
}
