/* SPDX-License-Identifier: MIT
 *
 * An extension that leaves the exception of its failed import_array pending, and yet
 * returns a module.
 */
#include <Python.h>
#include <numpy/arrayobject.h>

static struct PyModuleDef module = {
	PyModuleDef_HEAD_INIT, "leaves", 0, -1, 0, 0, 0, 0, 0};

PyMODINIT_FUNC PyInit_leaves(void)
{
	PyObject *made = PyModule_Create(&module);

	_import_array();
	return made;
}
