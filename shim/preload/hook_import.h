/* SPDX-License-Identifier: MIT
 *
 * The import functions that stand in for CPython's.
 */
#ifndef NPABI_PRELOAD_HOOK_IMPORT_H
#define NPABI_PRELOAD_HOOK_IMPORT_H

#include "preload/cpython.h"

/*
 * Each calls the function that it stands in for and returns what that returns,
 * errors and errno included.  Before, the calling object is inspected if it is
 * new; after, an extension that has waited for NumPy gets its record.  The first
 * is also exported as PyImport_ImportModule.  To an extension that is refused
 * they return NULL, with an ImportError.
 */
PyObject *hook_import_module(const char *name);
PyObject *hook_import(PyObject *name);
PyObject *hook_import_level(PyObject *name, PyObject *globals, PyObject *locals,
			    PyObject *names, int level);

PyObject *PyImport_ImportModule(const char *name);

#endif
