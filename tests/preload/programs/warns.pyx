# cython: language_level=3
"""Was compiled for a smaller flatiter than any NumPy has, and warns of it."""
cdef extern from *:
    """
    typedef struct { PyObject_HEAD } small_flatiter;
    """
    ctypedef class numpy.flatiter [object small_flatiter]:
        pass


def is_flatiter(value):
    return isinstance(value, flatiter)
