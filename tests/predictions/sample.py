# SPDX-License-Identifier: MIT
"""What the short tests share: which Python to use, and how to skip."""
import os
import sys

import predict
import sources

COMMAND = os.path.join(predict.ROOT, "build", "npabi")


def skip(reason):
    print("skip: " + reason)
    sys.exit(77)


def can_compile(python):
    return predict.TABLE.find_python(python) and os.path.isfile(
        os.path.join(predict.TABLE.python_include(python), "Python.h"))


def find_python(*without):
    """The first suitable version, "3.11", but none of WITHOUT; skips where there is none."""
    if not os.path.isfile(COMMAND):
        skip("there is no build/npabi: run make")
    for python in sources.SAMPLES:
        if python not in without and can_compile(python):
            return python
    return skip("there is no Python %s with its headers" % ", ".join(sources.SAMPLES))


def numpy_2(python):
    """The release of NumPy 2 to run on PYTHON."""
    return "2.1.3" if python == "3.13" else "2.0.2"


def has_numpy_1(python):
    """Is there a NumPy 1.26.4 that runs on PYTHON?"""
    return python != "3.13"


def installed(action):
    """Does ACTION, which installs packages; skips where one cannot be had."""
    os.makedirs(os.path.join(predict.WORK, "installed"), exist_ok=True)
    try:
        return action()
    except SystemExit as failure:
        return skip("a package cannot be had: " + " ".join(str(failure).split())[-300:])
