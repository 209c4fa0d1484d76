/* SPDX-License-Identifier: MIT
 *
 * The interpreters of this process: where they are, and those of their
 * functions that we call.  There is one but in odd hosts.
 */
#ifndef NPABI_PRELOAD_CPYTHON_H
#define NPABI_PRELOAD_CPYTHON_H

#include <stdarg.h>

#include "preload/objects.h"

#define CPYTHONS_MAX 4

typedef struct _object PyObject;

/*
 * As declared in CPython's headers, 3.6 to 3.13, or those of 2.7 that do the same.
 * Found by our own lookup in the interpreter's object, so never one of ours; NULL
 * where a release has none.
 */
struct cpython_functions {
	PyObject *(*import_module)(const char *name);
	PyObject *(*import)(PyObject *name);
	PyObject *(*import_level)(PyObject *name, PyObject *globals, PyObject *locals,
				  PyObject *names, int level);

	int (*is_initialized)(void);
	const char *(*version)(void);
	void *(*current_thread_state)(void); /* NULL: this thread has no GIL */
	void *const *current_thread;	     /* Python 2: where that is kept */
	void *(*own_thread_state)(void);

	void (*decref)(PyObject *object);
	void (*clear_error)(void);
	void (*fetch_error)(PyObject **type_, PyObject **value_, PyObject **traceback_);
	void (*restore_error)(PyObject *type, PyObject *value, PyObject *traceback);
	PyObject *(*get_exception)(void); /* 3.12+ */
	void (*set_exception)(PyObject *exception);

	PyObject *(*sys_object)(const char *name);		 /* borrowed */
	PyObject *(*dict_item)(PyObject *dict, const char *key); /* borrowed, no error */
	PyObject *(*module_dict)(PyObject *module);		 /* borrowed */
	PyObject *(*generic_attribute)(PyObject *object, PyObject *name);
	PyObject *(*type_of)(PyObject *object);
	int (*is_subtype)(PyObject *type, PyObject *other);
	ptrdiff_t (*long_value)(PyObject *number);
	PyObject *(*interned_text)(const char *utf8);
	const char *(*text_value)(PyObject *text);
	void *(*capsule_pointer)(PyObject *capsule, const char *name);

	/* only wanted where outcomes are watched; the same in all releases */
	PyObject *(*error_occurred)(void); /* borrowed */
	unsigned long (*type_flags)(PyObject *type);
	ptrdiff_t (*tuple_size)(PyObject *tuple);
	PyObject *(*tuple_item)(PyObject *tuple, ptrdiff_t index); /* borrowed */
	PyObject *(*format_text)(const char *format, va_list values);
	int (*warn_text)(PyObject *category, const char *utf8, ptrdiff_t level);
	int (*warn_format)(PyObject *category, ptrdiff_t level, const char *format, ...);
	const PyObject *definition_type;	 /* PyModuleDef_Type */
	void (*decref_shared)(PyObject *object); /* only where there is no GIL */

	/* only wanted where extensions are refused */
	void (*set_error)(PyObject *type, const char *utf8);
	PyObject *const *import_error; /* where the class is kept */
};

struct cpython {
	struct object object;
	struct cpython_functions functions;
	char missing[40]; /* "": all there; else one that is needed to look into it */
	char path[1024];  /* of the object; "/proc/self/exe" for the executable */

	bool is_python2;   /* which looks up "initNAME" in extensions */
	_Atomic bool gone; /* it has been unloaded */

	bool hooked; /* its dlsym slots have been seen to */

	/* what its dlsym slots held; NULL until they are ours */
	void *(*dlsym)(void *handle, const char *name);
};

/* The state of the thread that has the GIL; NULL: this one has not, or is not known. */
static inline void *cpython_thread_state(const struct cpython_functions *functions)
{
	if (functions->current_thread_state)
		return functions->current_thread_state();
	return functions->current_thread ? *functions->current_thread : NULL;
}

/* Looks for interpreters that are not known yet.  Takes the lock. */
void cpython_scan(void);

/* How many are known, and number INDEX of them. */
unsigned cpython_count(void);
struct cpython *cpython_at(unsigned index);

/* Copies the version number of PYTHON, "3.8.18", into TEXT of SIZE bytes; "": unknown. */
void cpython_version(const struct cpython *python, char *text, size_t size);

/*
 * The one that OBJECT is or calls: what it is linked with, else the last to be
 * found that this thread runs.  That is who a plain lookup would find but for
 * us.  NULL: none is known.  No locks.
 */
struct cpython *cpython_of_object(const struct object *object);

/* The same for the object that CALLER lies in. */
struct cpython *cpython_of(uintptr_t caller);

#endif
