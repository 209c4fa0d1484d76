# SPDX-License-Identifier: MIT
"""The small extensions that predictions are held against."""

PLAIN_C = r"""
#include <Python.h>
#include "numpy/arrayobject.h"
#if PY_MAJOR_VERSION >= 3
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "subject", NULL, -1, NULL};
PyMODINIT_FUNC PyInit_subject(void)
{
	PyObject *module = PyModule_Create(&definition);
	import_array();
	return module;
}
#else
PyMODINIT_FUNC initsubject(void)
{
	Py_InitModule("subject", NULL);
	import_array();
}
#endif
"""

PLAIN_UMATH = PLAIN_C.replace("arrayobject.h", "arrayobject.h\"\n#include \"numpy/ufuncobject.h") \
    .replace("import_array", "import_umath")

PLAIN_INIT = "\timport_array();\n\treturn module;\n}"
PLAIN_INIT_2 = "\timport_array();\n}"  # returns nothing


def with_init(init, before=""):
    """Plain C whose init function does INIT once its module is made."""
    init_2 = init.replace("return module", "return").replace("return NULL", "return")
    three, two = PLAIN_C.split("#else\n")
    return "#else\n".join([
        three.replace(PLAIN_INIT, init + "}").replace("PyMODINIT", before + "PyMODINIT"),
        before + two.replace(PLAIN_INIT_2, init_2 + "}")])


WITH_UMATH = "#include \"numpy/ufuncobject.h\"\n"
HELPER = "static void set_up(void)\n{\n\timport_array1();\n}\n"

# What is done when import_array fails, and how that is told to the judge: when
# NumPy has no tables, and when the versions in them do not fit.
HEED_C = {
    "ignores": with_init("\t_import_array();\n\treturn module;\n"),
    "ignores-helper": with_init("\tset_up();\n\treturn module;\n", HELPER),
    "clears": with_init("\tif (_import_array() < 0)\n\t\tPyErr_Clear();\n"
                        "\treturn module;\n"),
    "prints": with_init("\tif (_import_array() < 0)\n\t\tPyErr_Print();\n"
                        "\treturn module;\n"),
    "own-words": with_init("\tif (_import_array() < 0) {\n\t\tPyErr_SetString("
                           "PyExc_RuntimeError, \"no NumPy for us\");\n\t\treturn NULL;\n"
                           "\t}\n\treturn module;\n"),
    "cause": with_init("\tif (_import_array() < 0)\n\t\treturn NULL;\n"
                       "\treturn module;\n"),
    "asks": with_init("\tset_up();\n\tif (PyErr_Occurred())\n\t\treturn NULL;\n"
                      "\treturn module;\n", HELPER),
    "to-umath": with_init("\tset_up();\n\timport_umath();\n\treturn module;\n",
                          WITH_UMATH + HELPER),
    "umath-first": with_init("\timport_umath();\n\timport_array();\n\treturn module;\n",
                             WITH_UMATH),
    "clears-to-umath": with_init("\tif (_import_array() < 0)\n\t\tPyErr_Clear();\n"
                                 "\timport_umath();\n\treturn module;\n", WITH_UMATH),
}
OF_ARRAY = "+fails ImportError numpy.%s.multiarray failed to import"
OF_UMATH = "fails ImportError numpy.%s.umath failed to import"
# "+" where the cause is printed on the way
HEED = {
    "ignores": ("unreported", "unreported"),
    "ignores-helper": ("+unreported", "+unreported"),
    "clears": ("carries-on", "carries-on"),
    "prints": ("carries-on", "carries-on"),
    "own-words": ("fails RuntimeError no NumPy for us",) * 2,
    "cause": ("cause", "cause"),
    "asks": (OF_ARRAY, OF_ARRAY),
    "to-umath": ("+" + OF_UMATH, "+" + OF_UMATH),
    "umath-first": (OF_UMATH, OF_ARRAY),
    "clears-to-umath": (OF_UMATH, "carries-on"),
    "macro": ("+unreported-exec", "+unreported-exec"),
}
# Python 2 asks for nothing but the exception, and code that runs while one is set may
# do anything ("to-umath" is left out)
HEED_2 = dict(HEED, ignores=HEED["cause"], **{"ignores-helper": (OF_ARRAY, OF_ARRAY)})

EXPLICIT = """
cimport numpy as np
np.import_array()
def length(np.ndarray a):
    return a.shape[0]
"""

# Cython 3 inserts import_array here; older ones leave it out
SILENT = """
cimport numpy as np
def length(np.ndarray a):
    return a.shape[0]
"""

WITHOUT = """
cimport numpy as np
<void>np._import_array
def length(np.ndarray a):
    return a.shape[0]
"""

# a strict check in Cython 0.28 and before
SUBCLASS = """
cimport numpy as np
np.import_array()
cdef class Longer(np.ndarray):
    cdef int more
"""

# the C macro as if it were a function: it returns NULL, 0 to an exec function
MACRO = """
cdef extern from "numpy/arrayobject.h":
    void import_array()
import_array()
"""

OWN = """
cdef extern from "numpy/arrayobject.h":
    ctypedef class numpy.ndarray [object PyArrayObject%(policy)s]:
        pass
    ctypedef class numpy.flatiter [object PyArrayIterObject%(policy)s]:
        pass
    ctypedef class numpy.broadcast [object PyArrayMultiIterObject%(policy)s]:
        pass
    ctypedef class numpy.dtype [object PyArray_Descr%(policy)s]:
        pass
cdef extern from "numpy/arrayscalars.h":
    ctypedef class numpy.void [object PyVoidScalarObject%(policy)s]:
        pass
def same(ndarray a, dtype d, flatiter f, broadcast b):
    return a
"""

# each on its own tells what an old pybind11 gets wrong on NumPy 2, or gets right
PYBIND11_SIZES = """
#include <pybind11/numpy.h>
namespace py = pybind11;
PYBIND11_MODULE(sizes, m)
{
	m.def("itemsize", [](const py::array &a) { return a.itemsize(); });
	m.def("nbytes", [](const py::array &a) { return a.nbytes(); });
	m.def("copy", [](py::array_t<double, py::array::c_style> a) {
		return py::array(std::vector<py::ssize_t>{a.size()}, a.data());
	});
}
"""
PYBIND11_READS = """
#include <pybind11/numpy.h>
namespace py = pybind11;
PYBIND11_MODULE(reads, m)
{
	m.def("total", [](py::array_t<double> a) {
		double total = 0;
		for (py::ssize_t i = 0; i < a.size(); i++)
			total += a.at(i);
		return total;
	});
}
"""

# Three ways to make a multi-iterator of two arrays; the first overwrites memory when
# it is compiled as C with NumPy 2's headers.
MULTI_ITERATOR = """
#define NPY_NO_DEPRECATED_API NPY_1_7_API_VERSION
#include <Python.h>
#include <numpy/arrayobject.h>
#define ALLOCATED PyArray_malloc(sizeof(PyArrayMultiIterObject))
#define SIZED PyArray_malloc(PyArrayMultiIter_Type.tp_basicsize)
static PyObject *filled(PyArrayMultiIterObject *multi, PyObject *a, PyObject *b)
{
	PyObject_Init((PyObject *)multi, &PyArrayMultiIter_Type);
	multi->numiter = 2;
	multi->iters[0] = (PyArrayIterObject *)PyArray_IterNew(a);
	multi->iters[1] = (PyArrayIterObject *)PyArray_IterNew(b);
	if (PyArray_Broadcast(multi) < 0)
		return NULL;
	PyArray_MultiIter_RESET(multi);
	return (PyObject *)multi;
}
static PyObject *make(PyObject *self, PyObject *args)
{
	PyObject *a, *b;
	if (!PyArg_ParseTuple(args, "OO", &a, &b))
		return NULL;
	return MADE;
}
static PyMethodDef methods[] = {{"make", make, METH_VARARGS, ""}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "multi", NULL, -1, methods};
PyMODINIT_FUNC PyInit_multi(void)
{
	import_array();
	return PyModule_Create(&definition);
}
"""

CYTHON = {
    "explicit": EXPLICIT,
    "silent": SILENT,
    "without": WITHOUT,
    "subclass": SUBCLASS,
    "macro": MACRO,
    "own": OWN % {"policy": ""},
    "own-error": OWN % {"policy": ", check_size error"},
    "own-ignore": OWN % {"policy": ", check_size ignore"},
}
# CPython refuses what it gives: an object without a type
UNTYPED = with_init("\timport_array();\n\tPy_DECREF(module);\n"
                    "\treturn (PyObject *)&definition;\n")
C = {"plain": PLAIN_C, "umath": PLAIN_UMATH, "untyped": UNTYPED, **HEED_C}

# Plain C by compiler and level, besides "c", which is gcc -O1.
BUILDS = ["c@gcc@O0", "c@gcc@O2", "c@gcc@O3", "c@gcc@Os", "c@clang@O0", "c@clang@O1",
          "c@clang@O2", "c@clang@O3", "c@clang@Os"]

# Which are built: Python, headers (release or release:target), Cython releases
# ("c" for plain C, see BUILDS), sources, and the NumPys that each is run on.
MATRIX = [
    ("2.7", ["1.7.2", "1.8.2", "1.9.3", "1.10.4", "1.11.3", "1.16.6"], ["c"], ["plain", "umath"],
     ["1.7.2", "1.8.2", "1.9.3", "1.10.4", "1.11.3", "1.13.3", "1.16.6"]),
    ("2.7", ["1.9.3", "1.13.3", "1.16.6"], ["0.28.6", "0.29.37"],
     ["explicit", "silent", "subclass", "own", "own-error"],
     ["1.8.2", "1.11.3", "1.13.3", "1.15.0", "1.16.6"]),
    ("2.7", ["1.16.6"], ["c", "c@gcc@O0", "c@gcc@O3", "c@clang@O2"],
     [name for name in HEED_C if name != "to-umath"], ["1.11.3", "1.13.3", "1.16.6"]),
    ("3.6", ["1.10.4", "1.12.1", "1.13.3", "1.15.0", "1.19.5"], ["c", "0.28.6"],
     ["plain", "explicit", "own"],
     ["1.12.1", "1.13.3", "1.14.6", "1.15.0", "1.16.6", "1.19.5"]),
    ("3.7", ["1.9.3", "1.12.1", "1.14.6", "1.16.6", "1.20.3", "1.21.6"],
     ["0.28.6", "0.29.21"], ["explicit", "silent", "subclass", "own"],
     ["1.14.6", "1.15.0", "1.15.4", "1.16.6", "1.20.3", "1.21.6"]),
    ("3.8", ["1.16.6", "1.20.3", "1.23.5"], ["c", "0.29.37"], ["plain", "explicit", "own"],
     ["1.17.5", "1.18.5", "1.23.5"]),
    ("3.11", ["1.23.5", "1.25.2", "1.25.2:0x11"], ["c", "3.0.12"],
     ["plain", "explicit", "silent"], ["1.23.5", "1.24.4", "1.25.2"]),
    ("3.9", ["1.9.3", "1.15.4", "1.19.5", "1.20.3", "1.22.4", "1.24.4", "1.26.0", "1.26.4",
             "1.26.4:0x11", "2.0.2", "2.0.2:0x12"], ["c"], ["plain", "umath"],
     ["1.19.5", "1.20.3", "1.22.4", "1.24.4", "1.26.4", "2.0.2"]),
    ("3.9", ["1.9.3", "1.15.4", "1.19.5", "1.20.3", "1.22.4", "1.26.4"],
     ["0.29.21", "0.29.37"], ["explicit", "silent", "own", "own-error"],
     ["1.19.5", "1.20.3", "1.22.4", "1.24.4", "1.26.4", "2.0.2"]),
    ("3.9", ["2.0.2"], ["0.29.37"], ["explicit", "silent", "own", "own-error"],
     ["1.19.5", "1.20.3", "1.22.4", "1.24.4", "1.26.4", "2.0.2"]),
    ("3.9", ["1.15.4", "1.20.3", "1.22.4", "1.26.4", "1.26.4:0x11", "2.0.2", "2.0.2:0x12"],
     ["3.0.12"], ["explicit", "silent", "without", "own", "own-error"],
     ["1.19.5", "1.20.3", "1.22.4", "1.24.4", "1.26.4", "2.0.2"]),
    ("3.9", ["1.20.3", "1.26.4", "2.0.2:0x12"],
     ["3.1.0", "3.1.8", "3.2.4"], ["explicit", "silent", "own-error"],
     ["1.19.5", "1.20.3", "1.22.4", "1.24.4", "1.26.4", "2.0.2"]),
    ("3.9", ["1.24.4", "1.26.4:0x11", "2.0.2:0x12"], ["c", "0.29.37", "3.0.12"],
     list(HEED_C) + ["macro"], ["1.19.5", "1.26.4", "2.0.2"]),
    ("3.9", ["1.24.4", "2.0.2:0x12"], BUILDS, list(HEED_C), ["1.19.5", "2.0.2"]),
    ("3.6", ["1.15.0", "1.19.5"], ["c"], list(HEED_C), ["1.12.1", "1.13.3", "1.19.5"]),
    ("3.13", ["2.1.3:0x13", "2.5.5:0x16"], ["c"], list(HEED_C), ["2.1.3", "2.5.5"]),
    ("3.12", ["1.26.4"], ["c", "3.2.4"], list(HEED_C) + ["macro"], ["1.26.4", "2.5.5"]),
    ("3.12", ["1.9.3"], ["c", "0.29.37"], ["plain", "explicit", "silent", "own"],
     ["1.26.4", "2.0.2", "2.1.3", "2.5.5"]),
    ("3.12", ["1.26.4", "2.0.2:0x12", "2.2.6:0x13"],
     ["c", "0.29.37", "3.2.4"], ["plain", "explicit", "silent", "own"],
     ["1.26.4", "2.0.2", "2.1.3", "2.5.5"]),
    ("3.13", ["2.0.2:0x12", "2.1.3", "2.1.3:0x13", "2.3.5:0x14", "2.4.6:0x15", "2.5.5",
              "2.5.5:0x16"], ["c", "3.2.4"], ["plain", "explicit", "silent", "own-error"],
     ["2.1.3", "2.2.6", "2.3.5", "2.4.6", "2.5.5"]),
]

# The same without the GIL: NumPy has it since 2.1, Cython since 3.1.
FREE_THREADED = [
    ("3.13t", ["2.0.2", "2.1.3", "2.1.3:0x12", "2.1.3:0x13", "2.3.5:0x14", "2.4.6:0x15",
               "2.5.5", "2.5.5:0x16"],
     ["c", "3.1.8", "3.2.4"], ["plain", "umath", "explicit", "silent", "own", "own-error",
                               "own-ignore"], ["2.1.3", "2.2.6", "2.3.5", "2.4.6"]),
    ("3.13t", ["2.3.5:0x14", "2.5.5:0x16"], ["c", "c@gcc@O2", "c@clang@O2", "3.2.4"],
     list(HEED_C) + ["macro"], ["2.1.3", "2.4.6"]),
]

# A few rows of that kind for each Python that a system may have; one is used.
SAMPLES = {
    python: [(python, headers, ["c", "3.0.12"], ["plain", "explicit", "silent",
              "ignores", "clears", "to-umath", "clears-to-umath", "macro"], numpys)]
    for python, headers, numpys in [
        ("3.11", ["1.23.5", "1.25.2", "2.0.2:0x12"], ["1.23.5", "1.26.4", "2.0.2"]),
        ("3.12", ["1.26.4", "2.0.2:0x12", "2.2.6:0x13"], ["1.26.4", "2.0.2", "2.2.6"]),
        ("3.13", ["2.1.3", "2.1.3:0x13", "2.3.5:0x14"], ["2.1.3", "2.2.6", "2.3.5"]),
        ("3.10", ["1.21.6", "1.22.4", "2.0.2:0x12"], ["1.21.6", "1.26.4", "2.0.2"]),
        ("3.9", ["1.19.5", "1.22.4", "2.0.2:0x12"], ["1.19.5", "1.26.4", "2.0.2"]),
    ]
}
