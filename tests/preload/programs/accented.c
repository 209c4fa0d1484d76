/* SPDX-License-Identifier: MIT
 *
 * An extension whose module is called "größe": its init function's name is that of
 * PEP 489.  As leaves.c it leaves an exception pending, for CPython to say so.
 */
#include <Python.h>
#include <numpy/arrayobject.h>

static struct PyModuleDef module = {
	PyModuleDef_HEAD_INIT, "accented", 0, -1, 0, 0, 0, 0, 0};

PyMODINIT_FUNC PyInitU_gre_6ka8i(void)
{
	PyObject *made = PyModule_Create(&module);

	_import_array();
	return made;
}
