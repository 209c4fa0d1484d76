# SPDX-License-Identifier: MIT
"""Imports one extension of an installed distribution and tells as JSON what Python
said: observe_file.py alone|whole ROOT PATH.

"alone" puts empty stand-ins in place of its packages, which only know where they
lie, so that the extension's own init code is the first to run; "whole" imports
as everybody does.  Runs on Python 2.7, and 3.6 and later.
"""
import json
import os
import sys
import types
import warnings

try:
    from importlib.machinery import EXTENSION_SUFFIXES
except ImportError:  # Python 2
    EXTENSION_SUFFIXES = [".so"]

manner, root, path = sys.argv[1:4]
sys.path.insert(0, root)
shown = []


def note(message, category, *rest, **more):
    shown.append([category.__name__, str(message)])


def tell(error):
    return [type(error).__name__, str(error)]


warnings.showwarning = note
parts = os.path.relpath(path, root).split(os.sep)
suffix = next(s for s in EXTENSION_SUFFIXES if path.endswith(s))
parts[-1] = parts[-1][:-len(suffix)]
for depth in range(1, len(parts) if manner == "alone" else 1):
    package = types.ModuleType(".".join(parts[:depth]))
    package.__path__ = [os.path.join(root, *parts[:depth])]
    sys.modules[package.__name__] = package
said = {"error": None, "contexts": [], "module": ".".join(parts)}
try:
    __import__(said["module"])
except BaseException as error:
    said["error"] = tell(error)
    context = getattr(error, "__context__", None)
    while context is not None:
        said["contexts"].append(tell(context))
        context = context.__context__
said["warnings"] = [pair for pair in shown if "size changed" in pair[1]]
print("\n" + json.dumps(said))
