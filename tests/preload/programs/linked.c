/* SPDX-License-Identifier: MIT
 *
 * An extension that lets a library call import_array.
 */
#include <Python.h>

int bring_numpy(void);

static int start(PyObject *module)
{
	(void)module;
	return bring_numpy();
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, start}, {0, NULL}};
static struct PyModuleDef module = {
	PyModuleDef_HEAD_INIT, "linked", 0, 0, 0, slots, 0, 0, 0};

PyMODINIT_FUNC PyInit_linked(void)
{
	return PyModuleDef_Init(&module);
}
