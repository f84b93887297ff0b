"""Promises and what became of them: bands, quantiles, and the advice itself, for pages and reports."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from forecasting.evaluation.own_plan import plan_backtest
from forecasting.evaluation.promises import (
    band_promises,
    known_rows,
    quantile_promises,
    risk_promises,
)
from forecasting.evaluation.segments import possible_segments, with_segments
from forecasting.evaluation.selection import CHOSEN
from forecasting.report.tables import percent
from forecasting.schema import PLAN, QUANTILE_LEVELS
from forecasting.services.evaluate import chosen_rows, scored_rows
from forecasting.services.findings import Findings

# Levels on which orders rest.
ORDER_LEVELS = (0.5, 0.8, 0.9, 0.95)
SEEN_AS = {
    "kept": "● kept",
    "doubtful": "◐ doubtful",
    "broken": "▲ broken",
    "too few": "○ too few to tell",
}


def tested_rows(found: Findings) -> pd.DataFrame:
    """Return the scored backtest rows of all models, our choice and the own plan, known outcomes only."""
    if found.evaluation is None:
        return pd.DataFrame()
    rows = scored_rows(found.results.backtest, found.results, found.evaluation)
    planned = plan_backtest(rows[rows["model"] == CHOSEN], found.dataset.sales)
    return known_rows(pd.concat([rows, planned], ignore_index=True) if len(planned) else rows)


def segmented_rows(found: Findings) -> pd.DataFrame:
    """Return `tested_rows` with the columns that name segments (item, store, month …)."""
    rows = tested_rows(found)
    return rows if rows.empty else with_segments(rows, found.dataset.items, found.dataset.sales)


def dependence(found: Findings) -> float:
    """Return how many neighbouring periods count as one independent case: those one order must last."""
    return float(min(found.settings.policy.protection_interval, found.settings.horizon))


def overlap(found: Findings, lasts: float) -> float:
    """Return at how many tested dates each stretch of `lasts` periods counts; 1 where none overlap."""
    return max(lasts / found.settings.step, 1.0) if len(found.results.scored) > 1 else 1.0


def band_ledger(rows: pd.DataFrame, found: Findings, segment: str = "model") -> pd.DataFrame:
    """Return promised and kept shares of the 50, 80 and 90 % bands, by model or by a segment of our choice.

    A step ahead happens once a tested date, other rows share their cycle. Where tested stretches
    overlap, the same days come again: they are not counted twice. The own plan promises nothing.
    """
    days = dependence(found) * overlap(found, found.settings.horizon)
    if segment == "model":
        table = band_promises(rows[rows["model"] != PLAN], dependent=days)
        return _read(table.sort_values("model", key=lambda m: m != CHOSEN, kind="stable", ignore_index=True))
    ours = rows[rows["model"] == CHOSEN]
    dependent = overlap(found, dependence(found)) if segment == "h" else days
    return _read(band_promises(ours, dependent=dependent, by=(segment,)))


def reliability(rows: pd.DataFrame, found: Findings, model: str) -> pd.DataFrame:
    """Return promised and kept shares of one model at every stored quantile level."""
    mine = rows[rows["model"] == model]
    days = dependence(found) * overlap(found, found.settings.horizon)
    return quantile_promises(mine, dependent=days, levels=QUANTILE_LEVELS)


def order_ledger(found: Findings) -> pd.DataFrame:
    """Return how often demand until the delivery after next was at most what was stated, our choice."""
    if found.evaluation is None:
        return pd.DataFrame()
    cumulative = found.results.cumulative
    whole = cumulative[(cumulative["h"] == int(dependence(found))) & cumulative["y"].notna()]
    rows = chosen_rows(whole, found.results, found.evaluation)
    cycles = overlap(found, dependence(found))
    return _read(quantile_promises(rows, dependent=cycles, levels=ORDER_LEVELS))


def promises_table(rows: pd.DataFrame, found: Findings) -> pd.DataFrame:
    """Return everything that was promised and what was kept of it, for a report: our choice first.

    promise, model, nominal, achieved, strict, low, high, n, cycles, seen_as.
    """
    if rows.empty:
        return pd.DataFrame()
    period = found.settings.period
    levels = order_ledger(found).assign(promise="Demand an order must last for stays at or below")
    bands = band_ledger(rows, found).assign(promise=f"Sales of a {period} lie in the range")
    table = pd.concat([levels, bands], ignore_index=True).drop(columns="verdict")
    ours = table["model"] == CHOSEN
    first = table.columns.drop(["promise", "model"])
    return pd.concat([table[ours], table[~ours]], ignore_index=True)[["promise", "model", *first]]


def advice_ledger(found: Findings) -> pd.DataFrame:
    """Return how often the stated risk of running out came true: said, happened, low, high, cycles, verdict.

    One case is one order of one series at one past date, filled up to the level its costs ask for; orders
    whose days overlap count as one.
    """
    if found.evaluation is None:
        return pd.DataFrame()
    past = found.evaluation.replayed
    ours = past[(past["model"] == CHOSEN) & ~past["clipped"]]
    ratio = ours["underage"] / (ours["underage"] + ours["overage"])
    shared = overlap(found, dependence(found))
    return _read(risk_promises(ours.assign(risk=1 - ratio), dependent=shared))


def advice_sentences(found: Findings) -> list[str]:
    """Return what became of the advice, a sentence per stated risk, the commonest first."""
    table = advice_ledger(found)
    if table.empty:
        return []
    dates = len(found.results.scored)
    lines = [
        f"When we said {percent(row['said'])} risk of running out, it happened in "
        f"{percent(row['happened'])} of {row['cycles']:,} order cycles "
        f"({percent(row['low'])} to {percent(row['high'])} is plausible): {row['seen_as'][2:]}"
        f"{_which_way(row)}."
        for row in table.sort_values("cycles", ascending=False).to_dict("records")
    ]
    return [
        *lines,
        f"Cycles of one date share their weeks: {dates} past dates stand behind these figures. Where items "
        "rise and fall together, the doubt is larger than these ranges.",
    ]


def _which_way(row: Mapping[Hashable, Any]) -> str:
    """Return whether a risk that was not kept came too often or too rarely; '' where it was kept."""
    if row["verdict"] not in ("doubtful", "broken"):
        return ""
    often = row["happened"] > row["said"]
    return ", more often than said" if often else ", rarer than said (orders erred on the safe side)"


def segments_of(rows: pd.DataFrame) -> list[str]:
    """Return the segments that these rows can be split by."""
    return possible_segments(rows)


def _read(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(seen_as=table["verdict"].map(SEEN_AS))
