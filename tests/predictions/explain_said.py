#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds `npabi explain` against what Python said: explain_said.py NPABI [--match TEXT].

For each import of predict.py that failed or warned, the command is given all that
Python said, as a program's log has it.  It must know the text; the headers'
release must be among those that it names as built with, the NumPy among those that
it says run; and a failure must matter, and not be said to work with that NumPy.
"""
import argparse
import json
import re
import subprocess
import sys

import predict
import sources

# which of import_array's checks failed is not in these texts
WITHOUT_REASON = ("import-failed", "import-failed-cython-3")


def said_as_log(said):
    lines = [said["stderr"]]
    lines += ["%s: %s" % tuple(pair) for pair in reversed(said["contexts"])]
    lines += ["%s: %s" % tuple(said["error"])] if said["error"] else []
    lines += ["%s: %s" % tuple(pair) for pair in said["warnings"]]
    return "\n".join(lines) + "\n"


def tells_nothing(said):
    """CPython drops what an init function left pending for a SystemError of its own."""
    return bool(said["error"]) and "raised unreported exception" in said["error"][1] \
        and not said["contexts"] and not said["warnings"] and "NumPy" not in said["stderr"]


def explain(command, text):
    done = subprocess.run([command, "explain", "--format", "jsonl", "-"], input=text,
                          stdout=subprocess.PIPE, universal_newlines=True)
    return [json.loads(line) for line in done.stdout.splitlines()], done.returncode


def is_listed(release, releases):
    """Is "1.19.5" among "1.7-1.19 or 2.x targeting 1.21", "before 1.16" or "2.0.2"?"""
    minor = predict.numbers_of(release)[:2]
    for part in re.split(r" or |, ", releases or ""):
        part = part.partition(" targeting ")[0]
        before = part.startswith("before ")
        first, _, last = part.replace("before ", "").partition("-")
        first, last = predict.numbers_of(first)[:2], predict.numbers_of(last or first)[:2]
        if part == "2.x":
            first, last = (2, 0), (2, 99)
        if minor < first if before else first <= minor <= last:
            return True
    return False


def is_within(release, explanation):
    minor = predict.numbers_of(release)[:2]
    least = predict.numbers_of(explanation["numpy_min"] or "0.0")[:2]
    below = predict.numbers_of(explanation["numpy_below"] or "99.0")[:2]
    return least <= minor < below


def builders_wrong(subject, explanation):
    if "bare object" in explanation["meaning"]:
        return False  # declared without fields, which tells nothing
    if subject.target and predict.numbers_of(subject.release) < (2, 0):
        return False  # rare, and told like the release that is the target
    if explanation["kind"] == "no-multiarray-umath":
        return predict.numbers_of(subject.release) < (1, 16)
    return not is_listed(subject.release, explanation["built_against"])


def wrong_in(explanation, subject, numpy, said):
    """What is wrong in EXPLANATION, or None."""
    if explanation["kind"] in WITHOUT_REASON:
        return None
    if builders_wrong(subject, explanation):
        return "built with"
    if not is_listed(numpy, explanation["running"]):
        return "running"
    if (explanation["category"] or "").endswith("Warning"):
        # what was built for 1.x and is stopped by nothing reads NumPy 2 wrongly
        crossed = predict.numbers_of(subject.release) < (2, 0) <= predict.numbers_of(numpy)
        harmless = ("no", "maybe") if crossed else ("no",)
        return None if explanation["matters"] in harmless else "a warning is harmless"
    if not said["error"]:
        return None
    if explanation["matters"] != "yes":
        return "it matters"
    hopeless = "another NumPy does not help" in explanation["meaning"]
    return None if hopeless or not is_within(numpy, explanation) else "works with"


def check(command, subject, numpy, said):
    explanations, status = explain(command, said_as_log(said))
    if status != 0 or not explanations:
        return "not known", explanations
    for explanation in explanations:
        wrong = wrong_in(explanation, subject, numpy, said)
        if wrong:
            return wrong, explanation
    return None, explanations


def compare(rows, command):
    """Prints how many texts there are; gives how many are not explained rightly."""
    cases, all_said = predict.gather(rows, True)
    count, wrong, silent, kinds = 0, 0, 0, {}
    for (subject, numpy), said in zip(cases, all_said):
        if said["error"] is None and not said["warnings"]:
            continue
        if tells_nothing(said):
            silent += 1
            continue
        count += 1
        reason, explained = check(command, subject, numpy, said)
        if reason:
            wrong += 1
            print("%s on NumPy %s: %s\n  Python %s\n  npabi  %s" % (
                subject.name, numpy, reason, json.dumps(said_as_log(said)[-400:]),
                json.dumps(explained)))
        for explanation in explained if not reason else ():
            kinds[explanation["kind"]] = kinds.get(explanation["kind"], 0) + 1
    print("explain: %d texts, %d wrong, %d more have no word of NumPy; %s" % (
        count, wrong, silent, ", ".join(
            "%d %s" % (number, kind) for kind, number in sorted(kinds.items()))))
    return wrong if count else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", metavar="NPABI")
    parser.add_argument("--match", default="", help="only subjects whose name has this in it")
    options = parser.parse_args()
    rows = list(predict.all_rows(sources.MATRIX, options.match))
    predict.fetch(rows)
    sys.exit(0 if compare(rows, options.command) == 0 else 1)


if __name__ == "__main__":
    main()
