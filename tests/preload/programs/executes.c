/* SPDX-License-Identifier: MIT
 *
 * An extension whose import_array is called by its exec function, which heeds it.
 */
#include <Python.h>
#include <numpy/arrayobject.h>

static int start(PyObject *module)
{
	(void)module;
	import_array1(-1);
	return 0;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, start}, {0, NULL}};
static struct PyModuleDef module = {
	PyModuleDef_HEAD_INIT, "executes", 0, 0, 0, slots, 0, 0, 0};

PyMODINIT_FUNC PyInit_executes(void)
{
	return PyModuleDef_Init(&module);
}
