/* SPDX-License-Identifier: MIT
 *
 * Makes the text of a refusal and raises it.  Of CPython only what raises is
 * called, with no exception pending: where CPython would call the extension's
 * init function, or where an import of the extension's has just succeeded.
 * Called by inspect.c and the hooks.
 */
#include <sys/mman.h>

#include "preload/emit.h"
#include "preload/guard.h"
#include "preload/refuse.h"

static bool is_refusable(const struct workspace *workspace)
{
	enum verdict_kind kind = workspace->verdict.kind;

	return workspace->facts.numpy_dependent == FACTS_YES &&
	       (kind == VERDICT_ERROR || kind == VERDICT_UNSAFE);
}

static bool can_raise(const struct cpython *python)
{
	const struct cpython_functions *functions = &python->functions;

	return !python->missing[0] && functions->set_error && functions->import_error &&
	       *functions->import_error;
}

const struct refusal *refuse_judged(struct workspace *workspace,
				    const struct cpython *python, const char *path)
{
	struct refusal *refusal;

	if (!emit_is_strict() || !python || !is_refusable(workspace))
		return NULL;
	if (!can_raise(python)) {
		emit_note(LEVEL_ERROR, path,
			  "cannot be refused: the interpreter's PyErr_SetString or "
			  "PyExc_ImportError is not to be found");
		return NULL;
	}
	refusal = mmap(NULL, sizeof(*refusal), PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (refusal == MAP_FAILED)
		return NULL;
	if (emit_refusal(workspace, path, refusal->text, sizeof(refusal->text)))
		return refusal;
	munmap(refusal, sizeof(*refusal));
	return NULL;
}

static void raise_refusal(const struct cpython *python, const struct refusal *refusal)
{
	if (python && refusal && can_raise(python))
		python->functions.set_error(*python->functions.import_error,
					    refusal->text);
}

/* In the place of an extension's init function. */
static PyObject *run_refused(void)
{
	raise_refusal(cpython_of((uintptr_t)__builtin_return_address(0)), guard_kept());
	return NULL;
}

void *refuse_init(const struct refusal *refusal)
{
	guard_keep(refusal);
	return (void *)(uintptr_t)run_refused;
}

PyObject *refuse_import(const struct cpython *python, const struct refusal *refusal,
			PyObject *module)
{
	if (module)
		python->functions.decref(module);
	raise_refusal(python, refusal);
	return NULL;
}
