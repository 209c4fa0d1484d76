/* SPDX-License-Identifier: MIT
 *
 * An extension that has nothing to do with NumPy and imports a module in its init
 * function.  Linked with libpython where there is one, so that it also loads in a
 * host that keeps libpython to itself.
 */
#include <Python.h>

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "plain", 0, -1, 0, 0, 0, 0, 0};

PyMODINIT_FUNC PyInit_plain(void)
{
	PyObject *imported = PyImport_ImportModule("sys");

	if (!imported)
		return NULL;
	Py_DECREF(imported);
	return PyModule_Create(&module);
}
