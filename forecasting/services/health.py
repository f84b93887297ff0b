"""The health of a project's data: findings in money, repairs as rules, and the dataset models see."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from forecasting.history.health.findings import ODD_LINES, Health, examine
from forecasting.history.health.grid import grid_of
from forecasting.history.health.repairs import RULE_OF, RULES, Change, Repair, change_of, repaired
from forecasting.history.lost import LOST_COLUMNS, Lost, lost_by_series, lost_sales, nothing_lost
from forecasting.history.panel import Panel
from forecasting.report.content import Tile
from forecasting.report.tables import money, percent, units
from forecasting.services.dataset import Dataset
from forecasting.services.past import LaidOut, laid_out
from forecasting.settings import Settings

FEWEST_ROWS = 1  # a repair that changes nothing is not offered


@dataclass(frozen=True)
class Checked:
    """A dataset as it came, what is wrong with it, and what each repair would change."""

    health: Health
    lost: Lost  # to empty shelves, all series together
    changes: tuple[Change, ...]  # of every repair that would change something
    value: pd.Series  # money per unit by series: margin, else price; NaN unknown


def check_health(
    dataset: Dataset, odd_lines: Sequence[Mapping[str, Any]] = (), laid: LaidOut | None = None
) -> Checked:
    """Return findings and possible repairs of a dataset as it came.

    `odd_lines` are those of its import report: returned goods and repeated lines, which periods no
    longer show; `laid` is the dataset laid out, where it is already.
    """
    laid = laid or laid_out(dataset)
    value = money_per_unit(dataset, laid.panel)
    grid = grid_of(dataset.sales, dataset.frequency, laid.panel)
    by_series, lost = _lost(laid)
    odd = pd.DataFrame(list(odd_lines), columns=list(ODD_LINES))
    odd = odd[odd["unique_id"].isin(laid.panel.unique_id)]
    health = examine(grid, by_series, value, _period(dataset), odd)
    found = set(health.findings["kind"])
    rules = [rule for kind, rule in RULE_OF.items() if kind in found]
    changes = (
        change_of(dataset.sales, Repair(rule), dataset.frequency, grid) for rule in RULES if rule in rules
    )
    return Checked(health, lost, tuple(c for c in changes if c.rows >= FEWEST_ROWS), value)


def _lost(laid: LaidOut) -> tuple[pd.DataFrame, Lost]:
    """Return what empty shelves cost, per series and in all; no law is fitted where none was empty."""
    panel = laid.panel
    if not panel.stockout.any():
        return pd.DataFrame(columns=list(LOST_COLUMNS)), nothing_lost(recorded=panel.stock_recorded)
    return lost_by_series(panel, laid.law), lost_sales(panel, laid.law, slice(None))


def money_per_unit(dataset: Dataset, panel: Panel) -> pd.Series:
    """Return per series the margin where price and cost are known, else the price, else NaN.

    The price is that of the items table, else the last one of the sales.
    """
    items = dataset.items_of(list(panel.unique_id)).set_index("unique_id")
    known = np.isfinite(panel.price)
    last = known.shape[1] - 1 - known[:, ::-1].argmax(axis=1)  # of a row without a price: NaN
    price = pd.Series(panel.price[np.arange(len(last)), last], items.index)
    if "price" in items:
        price = items["price"].astype(float).fillna(price)
    return (price - panel.unit_cost).fillna(price)


def with_repairs(dataset: Dataset, repairs: tuple[Repair, ...]) -> Dataset:
    """Return the dataset that models see; its name among results changes with every repair."""
    if not repairs:
        return dataset
    rules = ",".join(sorted(repair.rule for repair in repairs))
    digest = hashlib.sha256(f"{dataset.sha256} {rules}".encode()).hexdigest()
    return replace(dataset, sales=repaired(dataset.sales, repairs, dataset.frequency), sha256=digest)


def repair_notes(repairs: tuple[Repair, ...]) -> tuple[str, ...]:
    """Return a sentence per active repair, for exports and reports."""
    return tuple(f"Repair of the data: {RULES[r.rule][0].lower()}{RULES[r.rule][1:]}." for r in repairs)


def health_tiles(checked: Checked, settings: Settings) -> tuple[Tile, ...]:
    """Return the score, what is in doubt, lost sales with their band, and how complete the history is."""
    health, currency, period = checked.health, settings.currency, settings.period
    score = "n/a" if np.isnan(health.score) else f"{health.score:.0f} of 100"
    touched, series = health.findings["unique_id"].nunique(), len(checked.value)
    doubt = float(health.findings["money"].sum()) if health.in_money else float("nan")
    in_doubt = money(doubt, currency) if health.in_money else f"{units(health.findings['units'].sum())} units"
    return (
        Tile("Score", score, help="Share of the units sold that no finding puts in doubt."),
        Tile(
            "In doubt",
            in_doubt,
            f"{units(health.units)} units sold in all",
            help="Units of all findings at their margin, or at their price where no cost is known.",
        ),
        Tile(
            "Lost for want of stock",
            f"{units(checked.lost.units)} units" if checked.lost.recorded else "n/a",
            _range_of_lost(checked.lost),
            help="Demand beyond what was sold on days without stock, estimated over the whole "
            "history. The range is of the sum, where errors of single days cancel: one day or one series is "
            "far less sure, as the table of lost sales shows.",
        ),
        Tile(
            "Complete",
            percent(np.floor(1000 * health.complete) / 1000),  # a history with one hole is not complete
            f"{touched:,} of {series:,} series with findings",
            help=f"Share of the open {period}s between a series' first and last row that have a row. A "
            f"{period} without one is unknown, not zero.",
        ),
    )


def _range_of_lost(lost: Lost) -> str:
    if not lost.recorded:
        return "stock-outs are not recorded"
    return (
        f"whole history, 80 % range of the sum {units(lost.low)} to {units(lost.high)}"
        if lost.periods
        else "no shelf was empty"
    )


def before_and_after(dataset: Dataset, repair: Repair, unique_id: str) -> pd.DataFrame:
    """Return ds, before, after (units; NaN where demand is unknown or closed) of one series."""
    one = dataset.sales[dataset.sales["unique_id"] == unique_id]
    after = with_repairs(dataset, (repair,)).sales
    after = after[after["unique_id"] == unique_id]
    frames = [frame.assign(y=_seen(frame)).set_index("ds")["y"] for frame in (one, after)]
    return pd.DataFrame({"before": frames[0], "after": frames[1].reindex(frames[0].index)}).reset_index()


def _seen(frame: pd.DataFrame) -> pd.Series:
    """Return units as models see them: NaN on days without stock and on closed ones."""
    hidden = pd.Series(False, frame.index)
    if "stockout" in frame:
        hidden |= frame["stockout"].fillna(False).astype(bool)
    if "open" in frame:
        hidden |= frame["open"].fillna(1) == 0
    return frame["y"].astype(float).mask(hidden)


def worst_series(checked: Checked, repair: Repair) -> list[str]:
    """Return the series that a repair touches, worst first."""
    kinds = [kind for kind, rule in RULE_OF.items() if rule == repair.rule]
    findings = checked.health.findings
    return findings.loc[findings["kind"].isin(kinds), "unique_id"].drop_duplicates().tolist()


def _period(dataset: Dataset) -> str:
    return {"D": "day", "MS": "month"}.get(dataset.frequency, "week")
