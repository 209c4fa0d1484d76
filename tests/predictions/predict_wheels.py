#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds predictions for real wheels against Python: predict_wheels.py NPABI [--match TEXT].

Each extension of each wheel is imported alone on each NumPy, and where that fails,
which may be for want of its package, with it; what Python says of NumPy must be what `npabi
scan --numpy` said of the file.  Where both stop for reasons of their own (a
missing dependency), nothing is proved, and the pair is not counted.  Everything
lies under build/predictions.  Exit status 1 when one differs.
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

# what the packages need in order to be imported; none has anything of NumPy
NEEDED = ["python-dateutil==2.8.2", "pytz==2023.3", "six==1.16.0", "tzdata==2023.3",
          "joblib==1.1.1", "threadpoolctl==3.1.0", "smart-open==5.2.1", "packaging==21.3",
          "pyparsing==3.0.9", "cycler==0.11.0"]
NEEDED_2 = ["python-dateutil==2.8.2", "pytz==2023.3", "six==1.16.0", "enum34==1.1.10"]

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
    # these do with import_array's failure what others do not
    ("onnxruntime", "1.15.1", "3.9", ["1.19.5", "1.26.4", "2.0.2"]),
    ("ml_dtypes", "0.1.0", "3.9", ["1.19.5", "1.26.4", "2.0.2"]),
    ("ml_dtypes", "0.2.0", "3.9", ["1.19.5", "2.0.2"]),
    ("numba", "0.56.4", "3.9", ["1.19.5", "1.22.4", "2.0.2"]),
    ("astropy", "5.2.2", "3.9", ["1.19.5", "1.24.4", "2.0.2"]),
    ("h5py", "3.1.0", "3.9", ["1.19.5", "2.0.2"]),
    ("rasterio", "1.3.6", "3.9", ["1.19.5", "2.0.2"]),
    # Python 2
    ("scipy", "1.2.3", "2.7", ["1.8.2", "1.13.3", "1.16.6"]),
    ("pandas", "0.24.2", "2.7", ["1.13.3", "1.16.6"]),
    ("scikit-learn", "0.20.4", "2.7", ["1.8.2", "1.13.3", "1.16.6"]),
    ("gensim", "3.8.3", "2.7", ["1.9.3", "1.13.3", "1.16.6"]),
    ("netCDF4", "1.5.3", "2.7", ["1.11.3", "1.13.3", "1.16.6"]),
    ("numba", "0.47.0", "2.7", ["1.8.2", "1.16.6"]),
    # a library calls import_array for this one
    ("pyarrow", "12.0.1", "3.9", ["1.19.5", "1.26.4", "2.0.2"]),
    ("pyarrow", "17.0.0", "3.9", ["1.19.5", "2.0.2"]),
]
# Of some only those that begin so: pyarrow's others are linked with the library as well,
# but leave it to this one, and are "unknown".
ONLY = {"pyarrow": "lib."}


def needed_by(python):
    return NEEDED_2 if python == "2.7" else NEEDED


def extensions_of(folder, start):
    """Paths of up to EXTENSIONS_MAX extensions, always the same of one wheel."""
    found = [os.path.join(base, name) for base, _, names in os.walk(folder)
             for name in names if name.startswith(start) and
             re.search(r"^\w+(\.cpython-\S+|\.abi3)?\.so$", name)]
    found.sort(key=lambda path: (zlib.crc32(os.path.relpath(path, folder).encode()), path))
    return found[:EXTENSIONS_MAX]


def scan(command, numpy, paths):
    """Verdicts by path."""
    done = subprocess.run([command, "scan", "--all", "--format", "jsonl", "--numpy", numpy]
                          + paths, stdout=subprocess.PIPE, universal_newlines=True)
    records = [json.loads(line) for line in done.stdout.splitlines()]
    return {r["path"]: {k: "" if v is None else v for k, v in r.items()}
            for r in records if r["event"] == "extension"}


def import_one(manner, case):
    folder, python, numpy, path = case
    needed = [predict.install(*item.split("=="), python) for item in needed_by(python)]
    where = os.pathsep.join([predict.install("numpy", numpy, python)] + needed)
    done = subprocess.run(
        [predict.TABLE.python_of(python), os.path.join(predict.HERE, "observe_file.py"),
         manner, folder, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        universal_newlines=True, errors="replace", cwd=predict.WORK, timeout=300,
        env=dict(os.environ, PYTHONPATH=where))
    try:
        said = json.loads(done.stdout.splitlines()[-1])
    except (ValueError, IndexError):
        said = {"error": ["exit status", str(done.returncode)], "contexts": [], "warnings": []}
    said["stderr"] = done.stderr
    return said


def observe(case):
    """What Python said of NumPy; None when neither manner came to an answer."""
    said = import_one("alone", case)
    if not said["error"]:
        return said
    whole = import_one("whole", case)
    if not whole["error"]:
        return whole
    # else it is of NumPy, perhaps, but then of another extension
    return said if OF_NUMPY.search(said["error"][1]) else None


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
        for item in needed_by(python):
            predict.install(*item.split("=="), python)
        folder = predict.install(name, version, python)
        paths = extensions_of(folder, ONLY.get(name, ""))
        for numpy in numpys:
            predict.install("numpy", numpy, python)
            found = scan(options.npabi, numpy, paths)
            cases += [(folder, python, numpy, path) for path in paths]
            verdicts += [found.get(path, {"verdict": "none"}) for path in paths]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        said = list(pool.map(observe, cases))
    told = [(case, verdict, truth) for case, verdict, truth in zip(cases, verdicts, said)
            if truth is not None]
    wrong = predict.report(
        "real extensions",
        [(argparse.Namespace(name=os.path.relpath(c[3], predict.WORK)), c[2]) for c, _, _ in told],
        [{k: v for k, v in verdict.items() if not isinstance(v, (list, dict))}
         for _, verdict, _ in told], [truth for _, _, truth in told])
    print("%d more pairs prove nothing: dependencies are missing" % (len(cases) - len(told)))
    sys.exit(1 if wrong or not told else 0)


if __name__ == "__main__":
    main()
