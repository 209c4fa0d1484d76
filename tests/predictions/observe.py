# SPDX-License-Identifier: MIT
"""Imports one extension and tells as JSON what Python said: observe.py FOLDER MODULE.

Runs on every Python from 2.7 on, with the NumPy that PYTHONPATH leads to.
"""
import json
import sys
import warnings

sys.path.insert(0, sys.argv[1])
shown = []


def note(message, category, *rest, **more):
    shown.append([category.__name__, str(message)])


def tell(error):
    return [type(error).__name__, str(error)]


warnings.showwarning = note
said = {"error": None, "contexts": []}
try:
    __import__(sys.argv[2])
except Exception as error:
    said["error"] = tell(error)
    context = getattr(error, "__context__", None)
    while context is not None:
        said["contexts"].append(tell(context))
        context = context.__context__
said["warnings"] = [pair for pair in shown if "size changed" in pair[1]]
print(json.dumps(said))
