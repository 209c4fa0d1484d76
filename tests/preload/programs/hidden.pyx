# cython: language_level=3
"""Was compiled for a smaller dtype than any NumPy has: NumPy hides the warning."""
cdef extern from *:
    """
    typedef struct { PyObject_HEAD } small_dtype;
    """
    ctypedef class numpy.dtype [object small_dtype]:
        pass


def is_dtype(value):
    return isinstance(value, dtype)
