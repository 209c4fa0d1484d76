/* SPDX-License-Identifier: MIT
 *
 * An extension that gets on with NumPy, and whose import fails for another reason.
 */
#include <Python.h>
#include <numpy/arrayobject.h>

static struct PyModuleDef module = {
	PyModuleDef_HEAD_INIT, "missing", 0, -1, 0, 0, 0, 0, 0};

PyMODINIT_FUNC PyInit_missing(void)
{
	PyObject *imported;

	import_array();
	imported = PyImport_ImportModule("nowhere");
	if (!imported)
		return NULL;
	Py_DECREF(imported);
	return PyModule_Create(&module);
}
