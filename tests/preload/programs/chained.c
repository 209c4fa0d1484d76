/* SPDX-License-Identifier: MIT
 *
 * An extension that gets on with NumPy, and imports one that does not.
 */
#include <Python.h>
#include <numpy/arrayobject.h>

static struct PyModuleDef module = {
	PyModuleDef_HEAD_INIT, "chained", 0, -1, 0, 0, 0, 0, 0};

PyMODINIT_FUNC PyInit_chained(void)
{
	PyObject *imported;

	import_array();
	imported = PyImport_ImportModule("explicit");
	if (!imported)
		return NULL;
	Py_DECREF(imported);
	return PyModule_Create(&module);
}
