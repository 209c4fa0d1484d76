# cython: language_level=3
"""Goes on without NumPy's function table where import_array fails."""
cdef extern from "numpy/arrayobject.h":
    int _import_array() except -1

try:
    _import_array()
    has_table = True
except Exception:
    has_table = False
