# cython: language_level=3
"""Was compiled for other sizes than any NumPy has, and insists on them."""
cdef extern from *:
    """
    typedef struct { PyObject_HEAD } small_dtype;
    typedef struct { PyObject_HEAD } small_flatiter;
    """
    ctypedef class numpy.flatiter [object small_flatiter, check_size error]:
        pass
    ctypedef class numpy.dtype [object small_dtype, check_size error]:
        pass


def is_dtype(value):
    return isinstance(value, dtype) and not isinstance(value, flatiter)
