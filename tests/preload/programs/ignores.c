/* SPDX-License-Identifier: MIT
 *
 * An extension that does not heed that its import_array has failed, as onnxruntime's.
 */
#include <Python.h>
#include <numpy/arrayobject.h>

static struct PyModuleDef module = {
	PyModuleDef_HEAD_INIT, "ignores", 0, -1, 0, 0, 0, 0, 0};

PyMODINIT_FUNC PyInit_ignores(void)
{
	if (_import_array() < 0)
		PyErr_Clear();
	return PyModule_Create(&module);
}
