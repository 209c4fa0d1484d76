/* SPDX-License-Identifier: MIT
 *
 * An extension with two exec functions; the second one fails where sys has the
 * attribute "fail_phases".
 */
#include <Python.h>
#include <numpy/arrayobject.h>

static int start(PyObject *module)
{
	(void)module;
	return _import_array();
}

static int finish(PyObject *module)
{
	if (PySys_GetObject("fail_phases")) {
		PyErr_SetString(PyExc_KeyError, "phases");
		return -1;
	}
	return PyModule_AddIntConstant(module, "answer", 42);
}

static PyModuleDef_Slot slots[] = {
	{Py_mod_exec, start}, {Py_mod_exec, finish}, {0, NULL}};
static struct PyModuleDef module = {
	PyModuleDef_HEAD_INIT, "phases", 0, 0, 0, slots, 0, 0, 0};

PyMODINIT_FUNC PyInit_phases(void)
{
	return PyModuleDef_Init(&module);
}
