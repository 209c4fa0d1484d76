# SPDX-License-Identifier: MIT
"""What is known: the open cases and the fixtures, as (group, name, path, truth)."""

import glob
import json
import os

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def open_cases():
    """Yields the cases whose file is there."""
    with open(os.path.join(ROOT, "tests/data/open-cases.jsonl")) as lines:
        for line in lines:
            case = json.loads(line)
            path = os.path.join(
                ROOT, "build/wheels/unpacked", case["wheel"], case["member"]
            )
            if os.path.isfile(path):
                yield case["wheel"].split("-cp")[0], case["member"], path, case


def fixtures(which):
    """Yields the fixtures of a set that is built."""
    for name in sorted(
        glob.glob(os.path.join(ROOT, "build/fixtures", which, "*.expect.json"))
    ):
        with open(name) as file:
            truth = json.load(file)
        path = os.path.join(os.path.dirname(name), truth["file"])
        yield truth["generator"].split(".")[0], truth["name"], path, truth
