#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds predictions against what Python says: predict.py [--match TEXT] [--scan NPABI].

Builds the small extensions of sources.py with each Cython and each NumPy's
headers, imports each on every NumPy, and compares exception, text and visible
warnings with the verdict.  The verdict's facts come from the compiler and the
generated C, never from our own reader; with --scan the command reads the
extension itself and is held against the same truth.  Everything lies under
build/predictions.  Exit status 1 when one prediction differs.
"""
import argparse
import concurrent.futures
import importlib.machinery
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys

import sources

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HERE = os.path.join(ROOT, "tests", "predictions")
WORK = os.path.join(ROOT, "build", "predictions")
NOTHING = {"verdict": "none", "error_type": "", "message": ""}


def load_generator():
    loader = importlib.machinery.SourceFileLoader(
        "gen_numpy_table", os.path.join(ROOT, "scripts", "gen-numpy-table"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


TABLE = load_generator()


def numbers_of(release):
    return tuple(int(part) for part in re.findall(r"\d+", release)[:3])


def interpreter_with_pip(python):
    """PYTHON's interpreter, or one in a virtual environment of it: Debian's has no pip."""
    found = TABLE.python_of(python)
    if subprocess.run([found, "-m", "pip", "--version"], stdout=subprocess.DEVNULL,
                      stderr=subprocess.DEVNULL).returncode == 0:
        return found
    folder = os.path.join(WORK, "venv-" + python)
    if not os.path.isdir(folder):
        TABLE.run([found, "-m", "venv", folder + ".part"])
        os.rename(folder + ".part", folder)
    return os.path.join(folder, "bin", "python")


def install(what, version, python, runner=None):
    """The folder with WHAT VERSION for PYTHON, made by its own pip where it is new, or by
    that of RUNNER, which need not be the same Python, from a wheel."""
    folder = os.path.join(WORK, "installed", "%s-%s-%s" % (what, version, python))
    if not os.path.isdir(folder):
        shutil.rmtree(folder + ".part", ignore_errors=True)
        foreign = ["--python-version", python, "--only-binary=:all:"] if runner else []
        TABLE.run([interpreter_with_pip(runner or python), "-m", "pip", "install", "-q",
                   "--no-deps", "--disable-pip-version-check", "--target", folder + ".part",
                   "%s==%s" % (what, version)] + foreign)
        os.rename(folder + ".part", folder)
    return folder


def header_folder(version, python):
    """A folder with NumPy VERSION, for its headers and declarations only."""
    pythons = [p for _, patches in TABLE.RELEASES for v, p in patches if v == version]
    pythons = [p for p in pythons if TABLE.find_python(p)]
    return install("numpy", version, pythons[0] if pythons else python)


class Subject:
    """One extension: how it is built, and the facts about it."""

    def __init__(self, python, headers, tool, source):
        self.python, self.source = python, source
        # "c" for plain C, "c@clang@O3" with another compiler and level than gcc -O1
        self.tool, *built = tool.split("@")
        self.compiler, level = built or ("gcc", "O1")
        self.release, _, self.target = headers.partition(":")
        name = "-".join([python, tool, source, headers.replace(":", "-target")])
        self.folder = os.path.join(WORK, "subjects", name)
        self.name = name
        self.headers = header_folder(self.release, python)
        self.flags = ["-w", "-" + level, "-fPIC", "-fwrapv", "-I" + TABLE.include_of(self.headers),
                      "-I" + TABLE.python_include(python)]
        if self.target:
            self.flags.append("-DNPY_TARGET_VERSION=" + self.target)

    @property
    def c_file(self):
        return os.path.join(self.folder, "subject.c")

    @property
    def extension(self):
        return os.path.join(self.folder, "subject.so")

    def cythonize(self):
        pyx = os.path.join(self.folder, "subject.pyx")
        with open(pyx, "w") as file:
            file.write(sources.CYTHON[self.source])
        cython = install("Cython", self.tool, self.python)
        command = [TABLE.python_of(self.python), os.path.join(cython, "cython.py"), "-3",
                   pyx, "-o", self.c_file]
        if not self.tool.startswith("0.28"):  # NumPy's declarations say check_size: 0.29
            command += ["-I", self.headers]
        TABLE.run(command, env=dict(os.environ, PYTHONPATH=cython))

    def compile(self):
        os.makedirs(self.folder, exist_ok=True)
        if self.tool == "c":
            with open(self.c_file, "w") as file:
                file.write(sources.C[self.source])
        else:
            self.cythonize()
        TABLE.run([self.compiler, "-shared"] + self.flags + [self.c_file, "-o", self.extension])

    def build(self):
        facts = os.path.join(self.folder, "facts.json")
        if not os.path.isfile(self.extension):
            self.compile()
        if not os.path.isfile(facts):
            found = self.find_facts()
            with open(facts, "w") as file:
                json.dump(found, file)

    def probe(self, expressions):
        """Numbers and texts that the compiler sees at the end of the C file."""
        with open(self.c_file) as file:
            text = file.read()
        expressions = list(expressions)
        for index, expression in enumerate(expressions):
            text += "\nextern const unsigned long probe%d;" % index
            text += "\nconst unsigned long probe%d = %s;\n" % (index, expression)
        out = subprocess.run(["gcc", "-S", "-x", "c", "-", "-o", "-"] + self.flags, input=text,
                             stdout=subprocess.PIPE, universal_newlines=True, check=True)
        found = dict(re.findall(r"^probe(\d+):\s+\.(?:quad|long)\s+(\d+)", out.stdout, re.M))
        return [int(found.get(str(i), 0)) for i in range(len(expressions))]

    def size_checks(self):
        """The checks in the generated C, in order, as fields for the judge."""
        if self.tool == "c":
            return []
        with open(self.c_file) as file:
            text = file.read()
        calls = re.findall(r'= __Pyx_ImportType\w*\((?:\w+, )?"(numpy)", "(\w+)",(.*?)\);',
                           text, re.S)
        # since 3.1 there are branches; the last is that of the full C API
        sizes = self.probe(re.findall(r"sizeof ?\(\w+\)", rest)[-1] for _, _, rest in calls)
        version = numbers_of(self.tool)
        word = "s" if version < (0, 29) else "g" if version >= (3, 0) else "h"
        items = int(version >= (0, 29, 34))
        checks = []
        for (module, name, rest), size in zip(calls, sizes):
            policy = re.search(r"CheckSize_(Error|Warn|Ignore)", rest)
            policy = policy.group(1).lower() if policy else \
                ("error" if rest.strip().split(",")[-1].strip().startswith("1") else "warn")
            checks.append("%s.%s %d %s %s %d" % (module, name, size, policy, word, items))
        return checks

    def find_facts(self):
        heed = sources.HEED_2 if self.python < "3" else sources.HEED
        fields = [["generator", "cython " + self.tool if self.tool != "c" else "c"],
                  ["init", "PyInit_subject"],
                  ["free-threaded", str(int(self.python.endswith("t")))],
                  ["python2", str(int(self.python < "3"))]]
        fields += [["check", check] for check in self.size_checks()]
        with open(self.extension, "rb") as file:
            content = file.read()
        headers = numbers_of(self.release)
        if b"_ARRAY_API is NULL" in content:
            abi, api = self.probe(["NPY_VERSION", "NPY_FEATURE_VERSION"])
            fields += [["abi", str(abi)], ["api", str(api)], ["access", "array"]]
            texts = TABLE.feature_texts(TABLE.include_of(self.headers)) if headers >= (2, 0) else {}
            fields.append(["release", texts.get(str(api), "")])
            fields.append(["bare", str(int(headers < (1, 11)))])
            fields.append(["docs", str(int(headers >= (1, 24)))])
            fields.append(["keeps", str(int(headers >= (1, 26, 4)))])
            fields.append(["automatic", str(int(b"auto-generated because" in content))])
            core = "_core" if headers >= (2, 0) else "core"
            fields += [["heed", word.replace("%s", core)]
                       for word in heed.get(self.source, [])]
        elif b"_UFUNC_API is NULL" in content:
            fields.append(["access", "ufunc"])
        for name in ("numpy._core._multiarray_umath", "numpy.core._multiarray_umath",
                     "numpy.core.multiarray", "numpy.core.umath"):
            if name.encode() + b"\0" in content:
                fields.append(["import", name])
        return fields

    def observe(self, numpy, **environment):
        """What Python says when SUBJECT is imported on NUMPY, with more in ENVIRONMENT."""
        folder = install("numpy", numpy, self.python)
        done = subprocess.run(
            [TABLE.python_of(self.python), os.path.join(HERE, "observe.py"), self.folder,
             "subject"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=WORK,
            universal_newlines=True, env=dict(os.environ, PYTHONPATH=folder, **environment))
        if done.returncode:
            return {"error": ["exit status", str(done.returncode)], "contexts": [],
                    "warnings": [], "stderr": done.stderr}
        said = json.loads(done.stdout.splitlines()[-1])
        said["stderr"] = done.stderr
        # Cython's import_array does not print it, and Python 2 chains nothing
        said["loses_cause"] = self.python < "3" and not is_c(self.tool)
        return said

    def observe_or_recall(self, numpy, recall):
        kept = os.path.join(self.folder, "said-%s.json" % numpy)
        if recall and os.path.isfile(kept):
            with open(kept) as file:
                return json.load(file)
        said = self.observe(numpy)
        with open(kept, "w") as file:
            json.dump(said, file)
        return said


def judge_by_hand(cases):
    """The verdicts for [(subject, numpy)], by the judge and the subjects' facts."""
    lines = []
    for subject, numpy in cases:
        with open(os.path.join(subject.folder, "facts.json")) as file:
            fields = json.load(file)
        fields += [["numpy", numpy], ["python", subject.python]]
        lines.append("\t".join("=".join(field) for field in fields))
    done = subprocess.run([os.path.join(WORK, "judge")], input="\n".join(lines) + "\n",
                          stdout=subprocess.PIPE, universal_newlines=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def judge_by_scan(command, cases):
    """The verdicts for the same cases, by the command that reads the file itself."""
    verdicts = []
    for subject, numpy in cases:
        done = subprocess.run([command, "scan", "--all", "--format", "jsonl", "--numpy", numpy,
                               subject.extension], stdout=subprocess.PIPE,
                              universal_newlines=True)
        records = [json.loads(line) for line in done.stdout.splitlines()]
        found = [r for r in records if r["event"] == "extension"]
        verdicts.append({key: value or "" for key, value in found[0].items()
                         if not isinstance(value, (list, dict))} if found else NOTHING)
    return verdicts


def difference(verdict, said):
    """Where VERDICT is not what Python SAID: a sentence, or None."""
    kind = verdict["verdict"]
    predicted = [verdict["error_type"], verdict["message"]]
    warned = said["warnings"][0] if said["warnings"] else None
    if kind == "error":
        if said["error"] is None:
            return "it imports"
        if verdict["error_type"] != said["error"][0]:
            return "other exception"
        if verdict["message"] and predicted != said["error"]:
            return "other text"
        return cause_difference(verdict, said)
    if kind not in ("ok", "warn", "unsafe"):
        return "no verdict"
    if said["error"] is not None:
        return "it fails"
    if kind == "unsafe":
        return None
    if kind == "warn":
        return None if warned == predicted else "other warning"
    return "it warns" if warned else None


def cause_difference(verdict, said):
    """The cause stands on stderr, or is chained; some forms lose it."""
    if not verdict.get("cause") or "auto-generated" in verdict["message"] or \
            said.get("loses_cause"):
        return None
    pair = [verdict["cause_type"], verdict["cause"]]
    if pair in said["contexts"] or "%s: %s" % tuple(pair) in said["stderr"]:
        return None
    return "other cause"


def is_c(tool):
    return tool.partition("@")[0] == "c"


def all_rows(matrix, match):
    for python, headers, tools, names, numpys in matrix:
        for release in headers:
            for tool in tools:
                known = sources.C if is_c(tool) else sources.CYTHON
                for name in names:
                    subject = "-".join([python, tool, name, release])
                    if name in known and match in subject:
                        yield python, release, tool, name, numpys


def build_judge():
    verdict = os.path.join(ROOT, "shim", "verdict")
    files = [os.path.join(verdict, f) for f in sorted(os.listdir(verdict)) if f.endswith(".c")]
    files += [os.path.join(ROOT, "shim", f) for f in
              ("base/textbuf.c", "report/json.c", "report/escape.c")]
    TABLE.run(["gcc", "-std=gnu11", "-D_GNU_SOURCE", "-O1", "-I" + os.path.join(ROOT, "shim"),
               os.path.join(HERE, "judge.c"), "-o", os.path.join(WORK, "judge")] + files)


def make_subject(arguments):
    """The subject, built, or None: not every Cython copes with every header."""
    subject = Subject(*arguments)
    try:
        subject.build()
    except SystemExit as failure:
        print("not built: %s\n  %s" % (subject.name, "\n  ".join(
            line for line in str(failure).splitlines() if "error:" in line)[:300]))
        return None
    return subject


def fetch(rows):
    """Installs what ROWS need, one at a time: pip shares its cache."""
    for folder in (os.path.join(WORK, "installed"), os.path.join(TABLE.WORK, "files")):
        os.makedirs(folder, exist_ok=True)
    for python, release, tool, _, numpys in rows:
        header_folder(release.partition(":")[0], python)
        if not is_c(tool):
            install("Cython", tool, python)
        for numpy in numpys:
            install("numpy", numpy, python)


def gather(rows, recall):
    """[(subject, numpy)] of ROWS, which have been fetched, and what Python said of each."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        subjects = list(pool.map(make_subject, [row[:4] for row in rows]))
        cases = [(s, numpy) for s, row in zip(subjects, rows) if s for numpy in row[4]]
        said = list(pool.map(lambda case: case[0].observe_or_recall(case[1], recall), cases))
    return cases, said


def report(title, cases, verdicts, said):
    kinds, wrong = {}, 0
    for (subject, numpy), verdict, truth in zip(cases, verdicts, said):
        kinds[verdict["verdict"]] = kinds.get(verdict["verdict"], 0) + 1
        reason = difference(verdict, truth)
        if reason:
            wrong += 1
            print("%s on NumPy %s: %s\n  verdict %s\n  Python  %s" % (
                subject.name, numpy, reason, json.dumps(verdict),
                json.dumps(dict(truth, stderr=truth["stderr"][-300:]))))
    print("%s: %d predictions, %d wrong; %s" % (title, len(cases), wrong, ", ".join(
        "%d %s" % (count, kind) for kind, count in sorted(kinds.items()))))
    return wrong


def compare(rows, recall=False, command=None):
    """Prints how many predictions there are; gives how many are wrong, or None of none."""
    build_judge()
    cases, said = gather(rows, recall)
    wrong = report("facts by the compiler", cases, judge_by_hand(cases), said)
    if command:
        wrong += report("facts by npabi", cases, judge_by_scan(command, cases), said)
    return wrong if cases else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--match", default="", help="only subjects whose name has this in it")
    parser.add_argument("--recall", action="store_true",
                        help="what Python said in an earlier run, where it is kept")
    parser.add_argument("--scan", metavar="NPABI", help="also ask this command")
    options = parser.parse_args()
    rows = list(all_rows(sources.MATRIX, options.match))
    fetch(rows)
    sys.exit(0 if compare(rows, options.recall, options.scan) == 0 else 1)


if __name__ == "__main__":
    main()
