"""What the reformulation advisor says: is there a cheaper way to ask the same, beyond chance?"""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from forecasting.report.tables import money
from forecasting.services.checks import Check
from forecasting.services.fixed_decision import ALL
from forecasting.services.reformulate import Reformulations

GRAIN = {"day": "daily", "week": "weekly", "month": "monthly"}
FORM = {
    "distribution": "all futures",
    "point": "one number + buffer",
    "question": "“will it run out?”",
}
NOT_COMPARED = (
    "What that would save has not been compared: do so on the accuracy page under “Another question”, or "
    "with --reformulate on the command line."
)
# What a check that does not hold suggests to ask otherwise.
SUGGESTS = {
    "Errors of neighbouring periods are independent": "longer periods, whose sums hold that dependence",
    "Demand summed until the next delivery is normal": "the question whether it runs out, which needs no law",
    "The history is long enough to know the seasons": "whole groups, which know the seasons sooner",
    "Sales swing as widely as they used to": "whole groups, which swing less",
    "Nothing changed its level in the last weeks": "longer periods or groups, which one break moves less",
    "No lasting break in the history": "the question whether it runs out, which rests on recent weeks",
}


def ways_table(found: Reformulations) -> pd.DataFrame:
    """Return way, cost, gain, low, high (money) and verdict, the cheapest first."""
    rows = found.gains.to_dict("records")
    table = found.gains.assign(
        way=[_way(row, found.group) for row in rows],
        verdict=[_verdict(row, place == 0) for place, row in enumerate(rows)],
    )
    return table.sort_values("cost")[["way", "cost", "gain", "low", "high", "verdict"]].reset_index(drop=True)


def ways_frame(found: Reformulations) -> pd.DataFrame:
    """Return way, grain, level, group, form, cycles, cost, gain, low, high (money), blocks, verdict, note.

    For other programs: the order in which ways are asked, today's first, and why a range is missing.
    """
    rows = found.gains.to_dict("records")
    table = found.gains.drop(columns="beyond_noise").assign(
        way=[_way(row, found.group) for row in rows],
        group=found.group,
        verdict=[_verdict(row, place == 0) for place, row in enumerate(rows)],
    )
    names = "way grain level group form cycles cost gain low high blocks verdict note"
    return table[names.split()]


def ways_in_words(found: Reformulations | None, currency: str) -> str:
    """Return the comparison as the command line prints it, ended by a line; '' where none was made."""
    if found is None:
        return ""
    table = ways_table(found).to_string(index=False, float_format=lambda v: f"{v:,.2f}", na_rep="")
    return "\n".join([table, *reformulate_sentences(found, currency), ""])


def reformulate_sentences(found: Reformulations, currency: str) -> list[str]:
    """Return whether to ask otherwise, what each side of the question was worth, and how that was tested."""
    rows = found.gains.to_dict("records")
    others = rows[1:]
    better = [row for row in others if row["beyond_noise"] and row["gain"] > 0]
    best = max(better or others, key=lambda row: row["gain"])
    words = f"{_capital(_way(best, found.group))}: {_amount(best, currency)}"
    if better:
        first = f"Another way to ask was cheaper beyond chance. {words}."
    else:
        first = (
            "No other way to ask is cheaper beyond chance, so asking as today "
            f"({_way(rows[0], found.group)}) stands. The best of the others: {words}."
        )
    worse = [row for row in others if row["beyond_noise"] and row["gain"] < 0]
    lines = [first]
    if worse:
        lines.append("Dearer beyond chance: " + "; ".join(_way(row, found.group) for row in worse) + ".")
    return [*lines, _tested(found), *_notes(rows)]


def asked_sentences(found: Reformulations | None, checks: Sequence[Check], currency: str) -> list[str]:
    """Return what assumptions that do not hold suggest to ask, and what asking otherwise would have cost.

    Where nothing was compared: how to do so, if anything suggests it.
    """
    lines = suggestions(checks)
    if found is not None:
        return [*lines, *reformulate_sentences(found, currency)]
    return [*lines, NOT_COMPARED] if lines else []


def suggestions(checks: Sequence[Check]) -> list[str]:
    """Return for every check that does not hold what could be asked instead."""
    return [
        f"That “{check.assumption.lower()}” does not hold speaks for {SUGGESTS[check.assumption]}."
        for check in checks
        if check.measured.holds is False and check.assumption in SUGGESTS
    ]


def _tested(found: Reformulations) -> str:
    cycles = int(found.gains["cycles"].iloc[0])
    return (
        f"{cycles:,} order cycles on {len(found.origins)} past dates, the same for all, with exponential "
        "smoothing throughout and nothing calibrated. The 90 % ranges hold for all "
        f"{len(found.gains) - 1} comparisons at once."
    )


def _notes(rows: Sequence[Mapping[Hashable, Any]]) -> list[str]:
    return list(dict.fromkeys(str(row["note"]) for row in rows if row["note"]))


def _way(row: Mapping[Hashable, Any], group: str) -> str:
    of = "per item" if row["level"] == "item" else "all items together" if group == ALL else f"per {group}"
    return f"{GRAIN[str(row['grain'])]}, {of}, {FORM[str(row['form'])]}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _amount(row: Mapping[Hashable, Any], currency: str) -> str:
    word = "less" if row["gain"] >= 0 else "more"
    between = "no range: one series and few dates"
    if np.isfinite(row["low"]):
        low, high = (money(float(row[end]), currency) for end in ("low", "high"))
        between = f"saving between {low} and {high}"
    return f"{money(abs(float(row['gain'])), currency)} {word} ({between})"


def _verdict(row: Mapping[Hashable, Any], today: bool) -> str:
    if today:
        return "as it is asked today"
    if not np.isfinite(row["low"]):
        return "cannot be told"
    if not row["beyond_noise"]:
        return "no difference we can show"
    return "▲ cheaper" if row["gain"] > 0 else "▼ dearer"
