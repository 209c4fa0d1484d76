/* SPDX-License-Identifier: MIT
 *
 * The way in through the interpreter: between loading an extension and running
 * it, CPython looks up "PyInit_NAME" in it, or "initNAME".  This look-up is where we step
 * in, and not the dlopen before it: nothing comes after the real call, so that it is
 * called as the last thing, with its return address, errno and dlerror in
 * CPython's hands only; other objects that CPython loads cost one comparison;
 * and it tells what is loaded as an extension.  Called by CPython, with the GIL
 * held, through slots that hook_dlsym_install has rewritten.
 */
#include <string.h>

#include "preload/guard.h"
#include "preload/hook_dlsym.h"
#include "preload/inspect.h"
#include "preload/slots.h"
#include "preload/watch.h"

typedef void *dlsym_function(void *handle, const char *name);

/* The lock is held.  What became of the slots, as a text. */
static const char *take_slots(struct cpython *python)
{
	struct slot_change change = {.name = "dlsym",
				     .replacement = (uintptr_t)hook_dlsym};
	enum npabi_status status = slots_change(&python->object, &change, 1);

	/* before, there was the plain one, for calls that came in between */
	if (change.previous_)
		python->dlsym = (dlsym_function *)change.previous_;
	if (status != NPABI_OK)
		return npabi_status_text(status);
	if (!change.found_)
		return "no dlsym slot: extensions are seen at their first import only";
	if (change.refused_)
		return "a dlsym slot could not be rewritten";
	return change.changed_ ? "dlsym slot" : NULL;
}

const char *hook_dlsym_install(struct cpython *python)
{
	uintptr_t plain = object_function("dlsym");
	const char *outcome;

	if (!plain)
		return "no dlsym: extensions are seen at their first import only";
	if (!guard_lock())
		return "not hooked: the lock is not to be had";
	python->hooked = true;
	if (!python->dlsym)
		python->dlsym = (dlsym_function *)plain;
	outcome = take_slots(python);
	guard_unlock();
	return outcome;
}

static dlsym_function *find_next(const struct cpython *python)
{
	dlsym_function *next = python ? python->dlsym : NULL;

	return next ? next : (dlsym_function *)object_function("dlsym");
}

static bool is_init_name(const struct cpython *python, const char *name)
{
	return strncmp(name, "PyInit", 6) == 0 ||
	       (python->is_python2 && strncmp(name, "init", 4) == 0);
}

void *hook_dlsym(void *handle, const char *name)
{
	struct cpython *python = cpython_of((uintptr_t)__builtin_return_address(0));
	const struct refusal *refusal = NULL;
	struct watched *watched = NULL;

	if (python && name && is_init_name(python, name) && guard_enter()) {
		refusal = inspect_extension(python, handle, &watched);
		guard_leave();
	}
	if (refusal)
		return refuse_init(refusal);
	if (watched)
		return watch_init(watched, find_next(python)(handle, name));
	return find_next(python)(handle, name);
}
