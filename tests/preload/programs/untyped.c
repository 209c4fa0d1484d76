/* SPDX-License-Identifier: MIT
 *
 * An extension that returns a definition which PyModuleDef_Init has not seen: it has no
 * type, and CPython says so.
 */
#include <Python.h>
#include <numpy/arrayobject.h>

static struct PyModuleDef module = {
	PyModuleDef_HEAD_INIT, "untyped", 0, -1, 0, 0, 0, 0, 0};

PyMODINIT_FUNC PyInit_untyped(void)
{
	import_array();
	return (PyObject *)&module;
}
