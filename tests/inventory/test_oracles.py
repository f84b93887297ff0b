"""The published cases that concern decisions are all tested somewhere in this folder."""

import json
import re
from pathlib import Path

from tests.conftest import real_data

# What the cases of these letters are about: newsvendor, loss, base stock, lots, known demand, (r, Q), (s, S),
# protection interval, review, simulation, perishables, constraints, value of certainty.
DECISIONS = ("NV", "LF", "BS", "EOQ", "WW", "RQ", "SS", "PI", "RS", "SIM", "PER", "CON", "EXC")


def test_every_case_about_decisions_is_named_by_a_test():
    cases = json.loads(real_data("oracles.json").read_text())["cases"]
    asked = [case["id"] for case in cases if case["id"].startswith(tuple(f"{d}-" for d in DECISIONS))]
    tests = "\n".join(p.read_text(encoding="utf-8") for p in Path(__file__).parent.glob("test_*.py"))

    named = [case for case in asked if re.search(rf"{re.escape(case)}(?!\d)", tests)]

    assert len(asked) == 31
    assert named == asked
