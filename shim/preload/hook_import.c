/* SPDX-License-Identifier: MIT
 *
 * The way in through imports.  In a process whose libpython comes late, the
 * first call here is also what starts npabi.  Nothing is held across the real
 * call, and a caller that nothing is left to be done for costs one look into a
 * table.  Called by extensions, through symbol lookup or through slots that
 * inspect.c has rewritten.
 */
#include <string.h>

#include "preload/guard.h"
#include "preload/hook_import.h"
#include "preload/inspect.h"
#include "preload/startup.h"

/* What a hook needs to know between its two halves. */
struct import_call {
	struct cpython *python;
	struct loaded *caller; /* NULL: nothing is known of it */
	struct loaded *entry;  /* the same, if it waits for NumPy; else NULL */
	uintptr_t next;	       /* the function to call, 0: none */
};

static uintptr_t find_usual(const struct cpython *python, enum import_hook hook)
{
	switch (hook) {
	case HOOK_IMPORT_MODULE:
		/* without the interpreter's own, what a plain lookup finds */
		if (!python)
			return object_function("PyImport_ImportModule");
		return (uintptr_t)python->functions.import_module;
	case HOOK_IMPORT:
		return python ? (uintptr_t)python->functions.import : 0;
	case HOOK_IMPORT_LEVEL:
		return python ? (uintptr_t)python->functions.import_level : 0;
	case IMPORT_HOOKS:
		break;
	}
	return 0;
}

/* The entry of the object that CALLER lies in, after all that has to be done first. */
static struct loaded *look_at_caller(uintptr_t caller)
{
	struct loaded *entry = NULL;

	if (loaded_is_quiet(caller) || !guard_enter())
		return NULL;
	startup_run();
	entry = inspect_caller(caller);
	guard_leave();
	return entry;
}

/* With several interpreters, the one that has loaded the caller. */
static struct cpython *find_python(uintptr_t caller)
{
	const struct loaded *entry = cpython_count() > 1 ? loaded_find(caller) : NULL;

	if (entry && entry->python && !entry->python->gone)
		return entry->python;
	return cpython_of(caller);
}

static struct import_call begin(enum import_hook hook, uintptr_t caller)
{
	struct loaded *entry = look_at_caller(caller);
	struct import_call call = {.python = find_python(caller), .caller = entry};

	if (entry)
		call.next = entry->previous[hook];
	if (entry && atomic_load(&entry->state) != LOADED_SETTLED) {
		call.entry = entry;
		atomic_fetch_add(&entry->imports_running, 1);
	} else if (entry && !call.next && !atomic_load(&entry->refusal)) {
		loaded_set_quiet(caller);
	}
	if (!call.next)
		call.next = find_usual(call.python, hook);
	return call;
}

/* LAST: what was imported is all that the extension needs to compare. */
static void look_at_waiting(const struct import_call *call, bool last)
{
	atomic_fetch_sub(&call->entry->imports_running, 1);
	if (!call->python || !guard_enter())
		return;
	inspect_import_returned(call->python, call->entry, last);
	guard_leave();
}

/*
 * What the hook returns for MODULE.  Where the extension is refused, that is NULL
 * for the import that has shown it, and for each of NumPy, since some try again.
 */
static PyObject *end(const struct import_call *call, PyObject *module, bool numpy)
{
	const struct refusal *refusal;

	if (call->entry)
		look_at_waiting(call, numpy);
	refusal = call->caller ? atomic_load(&call->caller->refusal) : NULL;
	if (!refusal || !module || !call->python || !(call->entry || numpy))
		return module;
	return refuse_import(call->python, refusal, module);
}

/* NumPy itself or the part of it that has the C API, under any of its names. */
static bool is_numpy(const char *name)
{
	if (strncmp(name, "numpy", 5) != 0)
		return false;
	return !name[5] || strstr(name, "multiarray") || strstr(name, ".umath");
}

PyObject *hook_import_module(const char *name)
{
	struct import_call call =
		begin(HOOK_IMPORT_MODULE, (uintptr_t)__builtin_return_address(0));
	PyObject *module;

	if (!call.next)
		return NULL;
	module = ((PyObject * (*)(const char *)) call.next)(name);
	return end(&call, module, is_numpy(name));
}

PyObject *hook_import(PyObject *name)
{
	struct import_call call =
		begin(HOOK_IMPORT, (uintptr_t)__builtin_return_address(0));
	PyObject *module;

	if (!call.next)
		return NULL;
	module = ((PyObject * (*)(PyObject *)) call.next)(name);
	return end(&call, module, false);
}

PyObject *hook_import_level(PyObject *name, PyObject *globals, PyObject *locals,
			    PyObject *names, int level)
{
	struct import_call call =
		begin(HOOK_IMPORT_LEVEL, (uintptr_t)__builtin_return_address(0));
	PyObject *module;

	if (!call.next)
		return NULL;
	module = ((PyObject * (*)(PyObject *, PyObject *, PyObject *, PyObject *, int))
			  call.next)(name, globals, locals, names, level);
	return end(&call, module, false);
}

/* The same function: to whom it is bound by name, it is bound at this address. */
PyObject *PyImport_ImportModule(const char *name)
	__attribute__((alias("hook_import_module"), visibility("default")));
