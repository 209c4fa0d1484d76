/* SPDX-License-Identifier: MIT
 *
 * A warning's place is found by Python frames, of which we have none, so that a call
 * through us is the same call.  What has variable arguments cannot be passed on as it
 * is: the text is made by CPython's own formatter, as PyErr_WarnFormat does
 * (CPython Python/_warnings.c), and passed on as "%U".  Called by extensions, through
 * slots rewritten here, with the GIL held.
 */
#include "preload/guard.h"
#include "preload/hook_warn.h"
#include "preload/pending.h"
#include "preload/slots.h"

typedef int warn_text_function(PyObject *category, const char *text, ptrdiff_t level);
typedef int warn_format_function(PyObject *category, ptrdiff_t level, const char *format,
				 ...);

/* What a hook needs to know. */
struct warn_call {
	struct watched *watched;		   /* NULL: the caller is not known */
	const struct cpython_functions *functions; /* NULL: nor is its interpreter */
	uintptr_t next;				   /* the function to call, 0: none */
};

static struct warn_call begin(enum warn_hook hook, uintptr_t caller)
{
	struct loaded *entry = loaded_find(caller);
	struct watched *watched = entry ? atomic_load(&entry->watched) : NULL;
	struct cpython *python = watched ? watched->python : cpython_of(caller);
	struct warn_call call = {.watched = watched};

	if (!python)
		return call;
	call.functions = &python->functions;
	call.next = hook == HOOK_WARN_TEXT ? (uintptr_t)python->functions.warn_text
					   : (uintptr_t)python->functions.warn_format;
	if (watched && watched->warn_next[hook])
		call.next = watched->warn_next[hook];
	return call;
}

static void name_category(const struct warn_call *call, PyObject *category)
{
	struct outcome *outcome = &call->watched->outcome;
	struct npabi_textbuf name;

	npabi_textbuf_init(&name, outcome->type, sizeof(outcome->type));
	if (category)
		pending_name_class(call->functions, category, &name);
	else /* as CPython has it */
		npabi_textbuf_string(&name, "RuntimeWarning");
}

/* The first warning about sizes of an extension that is being imported. */
static void note(const struct warn_call *call, PyObject *category, const char *text)
{
	struct watched *watched = call->watched;
	struct npabi_textbuf buf;

	if (!watched || !text || !watch_is_running(watched) ||
	    watched->outcome.observed != VERDICT_UNKNOWN ||
	    !outcome_is_of_mismatch(text) || call->functions->error_occurred() ||
	    !guard_enter())
		return;
	npabi_textbuf_init(&buf, watched->outcome.message,
			   sizeof(watched->outcome.message));
	npabi_textbuf_string(&buf, text);
	name_category(call, category);
	watched->outcome.observed = VERDICT_WARN;
	guard_leave();
}

int hook_warn_text(PyObject *category, const char *text, ptrdiff_t level)
{
	struct warn_call call =
		begin(HOOK_WARN_TEXT, (uintptr_t)__builtin_return_address(0));

	if (!call.next)
		return -1;
	note(&call, category, text);
	return ((warn_text_function *)call.next)(category, text, level);
}

int hook_warn_format(PyObject *category, ptrdiff_t level, const char *format, ...)
{
	struct warn_call call =
		begin(HOOK_WARN_FORMAT, (uintptr_t)__builtin_return_address(0));
	PyObject *message = NULL;
	va_list values;
	int result;

	va_start(values, format);
	if (call.next)
		message = call.functions->format_text(format, values);
	va_end(values);
	if (!message)
		return -1;
	if (outcome_is_of_mismatch(format)) /* only names are put into those: all text */
		note(&call, category, call.functions->text_value(message));
	result = ((warn_format_function *)call.next)(category, level, "%U", message);
	call.functions->decref(message);
	return result;
}

bool hook_warn_install(struct watched *watched)
{
	const struct cpython_functions *functions = &watched->python->functions;
	struct slot_change changes[WARN_HOOKS] = {
		{.name = "PyErr_WarnEx", .replacement = (uintptr_t)hook_warn_text},
		{.name = "PyErr_WarnFormat", .replacement = (uintptr_t)hook_warn_format},
	};
	const uintptr_t usual[WARN_HOOKS] = {
		(uintptr_t)functions->warn_text,
		(uintptr_t)functions->warn_format,
	};
	enum npabi_status status = NPABI_OK;
	bool found = false;
	uintptr_t next;

	if (!functions->warn_text || !functions->warn_format || !functions->format_text ||
	    !guard_lock())
		return false;
	status = slots_change(&watched->object, changes, WARN_HOOKS);
	for (int i = 0; i < WARN_HOOKS; i++) {
		found |= changes[i].found_ > 0 && !changes[i].refused_;
		next = slots_next(&changes[i]);
		if (next != usual[i])
			watched->warn_next[i] = next;
	}
	guard_unlock();
	return status == NPABI_OK && found;
}
