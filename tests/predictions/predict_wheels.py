#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds predictions for real wheels against Python: predict_wheels.py NPABI [--match TEXT].

Each extension of each wheel is imported alone on each NumPy; what Python says of
NumPy must be what `npabi scan --numpy` said of the file.  Other troubles (a
missing dependency, a package whose own code has not run) are no matter of ours.
Everything lies under build/predictions.  Exit status 1 when one differs.
"""
import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import zlib

import predict

OF_NUMPY = re.compile(r"size changed|wrong size|multiarray failed to import|"
                      r"umath failed to import|compiled against|_ARRAY_API|_UFUNC_API|"
                      r"compiled using NumPy")
EXTENSIONS_MAX = 12  # of one wheel

# distribution, version, Python, NumPys
WHEELS = [
    ("pandas", "2.0.3", "3.9", ["1.20.3", "1.22.4", "1.26.4", "2.0.2"]),
    ("pandas", "1.1.5", "3.7", ["1.15.4", "1.16.6", "1.21.6"]),
    ("pandas", "2.2.3", "3.12", ["1.26.4", "2.0.2", "2.5.5"]),
    ("scikit-learn", "1.2.2", "3.9", ["1.19.5", "1.22.4", "2.0.2"]),
    ("scipy", "1.9.3", "3.9", ["1.19.5", "1.24.4", "2.0.2"]),
    ("scipy", "1.14.1", "3.13", ["2.1.3", "2.5.5"]),
    ("scipy", "1.2.3", "3.6", ["1.12.1", "1.13.3", "1.19.5"]),
    ("h5py", "3.8.0", "3.9", ["1.19.5", "1.26.4", "2.0.2"]),
    ("PyWavelets", "1.4.1", "3.9", ["1.19.5", "1.20.3", "2.0.2"]),
    ("gensim", "4.3.2", "3.9", ["1.19.5", "1.26.4", "2.0.2"]),
    ("gensim", "3.8.3", "3.6", ["1.12.1", "1.13.3", "1.19.5"]),
    ("statsmodels", "0.14.0", "3.9", ["1.20.3", "1.22.4", "1.26.4", "2.0.2"]),
    ("Bottleneck", "1.3.7", "3.9", ["1.19.5", "1.22.4", "1.24.4", "2.0.2"]),
    ("numexpr", "2.8.4", "3.9", ["1.19.5", "1.26.4", "2.0.2"]),
    ("matplotlib", "3.7.1", "3.9", ["1.19.5", "1.20.3", "1.26.4", "2.0.2"]),
    ("netCDF4", "1.6.5", "3.9", ["1.20.3", "1.26.4", "2.0.2"]),
    ("cftime", "1.6.2", "3.9", ["1.19.5", "1.26.4", "2.0.2"]),
    ("thinc", "8.2.2", "3.9", ["1.19.5", "1.26.4", "2.0.2"]),
    ("pycocotools", "2.0.6", "3.9", ["1.19.5", "1.20.3", "2.0.2"]),
    ("contourpy", "1.0.7", "3.9", ["1.19.5", "2.0.2"]),
    ("numcodecs", "0.11.0", "3.9", ["1.19.5", "2.0.2"]),
    ("shapely", "2.0.1", "3.9", ["1.19.5", "1.24.4", "2.0.2"]),
    ("fastparquet", "2023.4.0", "3.9", ["1.19.5", "1.22.4", "2.0.2"]),
    ("opencv-python-headless", "4.8.1.78", "3.9", ["1.19.5", "1.22.4", "2.0.2"]),
]


def extensions_of(folder):
    """Paths of up to EXTENSIONS_MAX extensions, always the same of one wheel."""
    found = [os.path.join(base, name) for base, _, names in os.walk(folder)
             for name in names if re.search(r"\.(cpython-\S+|abi3)\.so$", name)]
    found.sort(key=lambda path: (zlib.crc32(os.path.relpath(path, folder).encode()), path))
    return found[:EXTENSIONS_MAX]


def scan(command, numpy, paths):
    """Verdicts by path."""
    done = subprocess.run([command, "scan", "--all", "--format", "jsonl", "--numpy", numpy]
                          + paths, stdout=subprocess.PIPE, universal_newlines=True)
    records = [json.loads(line) for line in done.stdout.splitlines()]
    return {r["path"]: {k: "" if v is None else v for k, v in r.items()}
            for r in records if r["event"] == "extension"}


def observe(case):
    folder, python, numpy, path = case
    done = subprocess.run(
        [predict.TABLE.python_of(python), os.path.join(predict.HERE, "observe_file.py"),
         folder, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        universal_newlines=True, errors="replace", cwd=predict.WORK, timeout=300,
        env=dict(os.environ, PYTHONPATH=predict.install("numpy", numpy, python)))
    try:
        said = json.loads(done.stdout.splitlines()[-1])
    except (ValueError, IndexError):
        said = {"error": ["exit status", str(done.returncode)], "contexts": [], "warnings": []}
    if said["error"] and not OF_NUMPY.search(said["error"][1]):
        said["other"], said["error"] = said["error"], None
    said["stderr"] = done.stderr
    return said


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("npabi")
    parser.add_argument("--match", default="")
    options = parser.parse_args()
    os.makedirs(os.path.join(predict.WORK, "installed"), exist_ok=True)
    cases, verdicts = [], []
    for name, version, python, numpys in WHEELS:
        if options.match not in name + "-" + version:
            continue
        folder = predict.install(name, version, python)
        paths = extensions_of(folder)
        for numpy in numpys:
            predict.install("numpy", numpy, python)
            found = scan(options.npabi, numpy, paths)
            cases += [(folder, python, numpy, path) for path in paths]
            verdicts += [found.get(path, {"verdict": "none"}) for path in paths]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        said = list(pool.map(observe, cases))
    subjects = [(argparse.Namespace(name=os.path.relpath(c[3], predict.WORK)), c[2])
                for c in cases]
    wrong = predict.report("real extensions", subjects, [
        {k: v for k, v in verdict.items() if not isinstance(v, (list, dict))}
        for verdict in verdicts], said)
    others = sum("other" in s for s in said)
    print("of these, %d stopped after their checks for reasons of their own" % others)
    sys.exit(1 if wrong or not cases else 0)


if __name__ == "__main__":
    main()
