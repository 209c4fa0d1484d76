# SPDX-License-Identifier: MIT
"""Holds what a reader says of an extension against what is known of it.

Each field is right, unknown (the reader says null where a fact is known) or
wrong.  Saying something where nothing is to be said is wrong as well.
"""

import collections
import json
import subprocess

FIELDS = ("numpy_dependent", "abi_version", "api_version")


def wanted_checks(checks, prefixes):
    """Returns the multiset of the checks whose type begins with a prefix."""
    rows = [(c["type"], c["expected"], c["policy"]) for c in checks]
    return collections.Counter(row for row in rows if row[0].startswith(prefixes))


def compare_checks(found, known):
    """Returns (state, words) for two multisets of (type, size, policy)."""
    extra, missing = found - known, known - found
    if not extra and not missing:
        return "right", ""
    words = ["says %s" % list(extra.elements())] if extra else []
    words += ["not %s" % list(missing.elements())] if missing else []
    for kind, size, policy in list(extra.elements()):
        if policy is not None:
            return "wrong", " ".join(words)
        match = next((m for m in missing.elements() if m[:2] == (kind, size)), None)
        if match is None:
            return "wrong", " ".join(words)
        missing[match] -= 1
    return "unknown", " ".join(words)


def compare(found, known, prefixes=("numpy.",)):
    """Returns (state, words): the worst state of all fields."""
    if found is None:
        return "wrong", "the reader says nothing"
    states, words = [], []
    for field in FIELDS:
        says, is_so = found.get(field), known[field]
        if says == is_so:
            states.append("right")
            continue
        states.append("unknown" if says is None else "wrong")
        words.append("%s: says %s, not %s" % (field, says, is_so))
    state, detail = compare_checks(
        wanted_checks(found.get("size_checks") or [], prefixes),
        wanted_checks(known["size_checks"], prefixes),
    )
    states.append(state)
    words += ["size_checks: " + detail] if detail else []
    worst = max(states, key=("right", "unknown", "wrong").index)
    return worst, "; ".join(words)


def ask_reader(command, paths):
    """Runs the reader on PATHS; returns {path: record}.

    Raises when it dies, or says by its exit status that it read nothing.
    """
    records = {}
    for start in range(0, len(paths), 200):
        run = subprocess.run(
            command + paths[start : start + 200], stdout=subprocess.PIPE, text=True
        )
        if run.returncode not in (0, 1, 3):
            raise RuntimeError("%s: status %d" % (command[0], run.returncode))
        for line in run.stdout.splitlines():
            record = json.loads(line)
            if record.get("event", "extension") == "extension":
                records[record["path"]] = record
    return records
