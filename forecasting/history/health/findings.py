"""All that is wrong with a history, worst first, in units and money, and one score for it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.history.health import checks
from forecasting.history.health.grid import Grid

FINDING_COLUMNS = ("kind", "unique_id", "start", "end", "periods", "units", "money", "what")
WORDS: dict[str, str] = {
    "stockout": "Out of stock on {periods}: about {units} of demand not sold",
    "zero_run": "Nothing sold on {periods} where zeros are rare: perhaps no stock",
    "outlier": "{periods} far from what is usual, {units} apart",
    "returned": "{lines} of returned goods, {units}, taken off the sales of their {period}",
    "repeated": "{lines} like another in every column: {units}, counted as sales",
    "gap": "{periods} without a row, about {units}",
    "closed": "{periods} on which nobody sold anything: probably closed",
    "partial": "The last {period} is probably not complete: {units} less than usual",
    "shift": "The level stepped to {factor} times what it was",
    "unit": "Units stepped by a factor of {factor}: another unit of measure?",
    "currency": "The price stepped by a factor of {factor}: another unit or currency?",
}
KINDS: dict[str, str] = {  # the same for all series together
    "stockout": "Out of stock",
    "zero_run": "Runs of zeros where zeros are rare",
    "outlier": "Far from what is usual",
    "returned": "Returned goods, taken off sales",
    "repeated": "Lines that repeat another",
    "gap": "Without a row",
    "closed": "Nobody sold anything: probably closed",
    "partial": "Last period not complete",
    "shift": "Level stepped and stayed",
    "unit": "Perhaps another unit of measure",
    "currency": "Perhaps another currency",
}
UNSAFE = ("unit", "currency")
ODD_LINES = ("kind", "unique_id", "start", "end", "rows", "units")  # what a file's reader says of its lines


@dataclass(frozen=True)
class Health:
    """What the checks found."""

    findings: pd.DataFrame  # FINDING_COLUMNS, worst first; money NaN where no price is known
    lost: pd.DataFrame  # of `lost_by_series`
    score: float  # 0 … 100: share of units sold that no finding touches; NaN without a unit
    units: float  # units sold in all
    complete: float  # share of open periods between first and last row that have a row; NaN without any
    in_money: bool  # money is margin lost or at stake, of the series that have a price


def examine(
    grid: Grid, lost: pd.DataFrame, value: pd.Series, period: str, odd_lines: pd.DataFrame | None = None
) -> Health:
    """Return the findings of a grid.

    `lost` is what empty shelves cost (`lost_by_series`), `value` money per unit by series (NaN unknown),
    `odd_lines` what was returned or stands in the file twice, by series (`ODD_LINES`).
    """
    rows = [_of_marks(kind, check(grid), grid) for kind, check in checks.CHECKS.items()]
    rows += [level_steps(grid), price_steps(grid), _of_lines(odd_lines)]
    table = pd.concat([r for r in rows if len(r)] or [_nothing()], ignore_index=True)
    # Around a change of unit everything looks odd; it is mended first.
    other_unit = table.loc[table["kind"] == "unit", "unique_id"]
    table = table[(table["kind"] != "outlier") | ~table["unique_id"].isin(other_unit)]
    out = table["kind"] == "stockout"
    in_stock = table["unique_id"].map(lost.set_index("unique_id")["lost"]).astype(float)
    table = table.assign(units=table["units"].astype(float).mask(out, in_stock))
    table["money"] = table["units"] * table["unique_id"].map(value).astype(float)
    table["what"] = [
        _sentence(*row, period)
        for row in zip(table["kind"], table["periods"], table["units"], table["factor"], strict=True)
    ]
    by = ["money", "units"] if table["money"].notna().any() else ["units"]
    table = table.sort_values(by, ascending=False, kind="stable", ignore_index=True)
    total = float(np.nansum(grid.panel.y))
    score = 100 * max(0.0, 1 - float(table["units"].sum()) / total) if total > 0 else float("nan")
    complete = share_there(grid)
    in_money = bool(table["money"].notna().any())
    return Health(table[list(FINDING_COLUMNS)], lost, score, total, complete, in_money)


def share_there(grid: Grid) -> float:
    """Return the share of open periods between each series' first and last row that have a row."""
    expected = grid.inside & grid.panel.open
    there = expected & ~np.isnan(grid.panel.y)
    return float(there.sum() / expected.sum()) if expected.any() else float("nan")


def _of_marks(kind: str, marks: checks.Marks, grid: Grid) -> pd.DataFrame:
    """Return one row per series with marked periods."""
    rows = np.flatnonzero(marks.where.any(axis=1))
    at = marks.where[rows]
    apart = np.abs(np.nan_to_num(marks.should[rows]) - np.nan_to_num(grid.panel.y[rows]))
    first, last = at.argmax(axis=1), at.shape[1] - 1 - at[:, ::-1].argmax(axis=1)
    return pd.DataFrame(
        {
            "kind": kind,
            "unique_id": grid.panel.unique_id[rows],
            "start": grid.panel.ds[first],
            "end": grid.panel.ds[last],
            "periods": at.sum(axis=1),
            "units": np.where(at, apart, 0.0).sum(axis=1),
            "factor": np.nan,
        }
    )


def overall(findings: pd.DataFrame) -> pd.DataFrame:
    """Return what, series, units, money of each kind of finding over all series, worst first."""
    sums = findings.groupby("kind", sort=False).agg(
        series=("unique_id", "nunique"),
        units=("units", "sum"),
        money=("money", lambda values: values.sum(min_count=1)),
    )
    table = sums.sort_values(["money", "units"], ascending=False, kind="stable").reset_index()
    return table.assign(what=table["kind"].map(KINDS))[["what", "series", "money", "units"]]


def _of_lines(odd_lines: pd.DataFrame | None) -> pd.DataFrame:
    """Return one row per series and kind of odd line, several files together."""
    if odd_lines is None or odd_lines.empty:
        return _nothing()
    by = odd_lines.groupby(["kind", "unique_id"], as_index=False)
    table = by.agg(
        start=("start", "min"), end=("end", "max"), periods=("rows", "sum"), units=("units", "sum")
    )
    dates = {name: pd.to_datetime(table[name]) for name in ("start", "end")}
    return table.assign(**dates, factor=np.nan)


def level_steps(grid: Grid) -> pd.DataFrame:
    """Return one row per series whose level steps once and stays: kind `unit` or `shift`, start, factor."""
    calm = np.where(grid.promoted | (grid.usual <= 0), np.nan, grid.demand / np.maximum(_weekly(grid), 1e-9))
    found = _steps(grid, calm, _kind_of_units)
    return pd.DataFrame(found) if found else _nothing()


def price_steps(grid: Grid) -> pd.DataFrame:
    """Return one row per series whose price steps by the factor of another unit or currency."""
    found = [] if grid.price is None else _steps(grid, grid.price, _kind_of_price)
    return pd.DataFrame(found) if found else _nothing()


def _weekly(grid: Grid) -> np.ndarray:
    """Return the shape of the week at level one, so that a step is not a weekend."""
    if grid.panel.frequency != "D":
        return np.ones(grid.panel.y.shape)
    shape = np.ones(grid.panel.y.shape)
    for weekday in range(7):
        day = np.s_[:, weekday::7]
        shape[day] = np.nanmean(np.where(grid.usual[day] > 0, grid.usual[day], np.nan), axis=1, keepdims=True)
    return shape / np.nanmean(shape, axis=1, keepdims=True)


def _steps(
    grid: Grid, values: np.ndarray, kind_of: Callable[[float, float, float], str]
) -> list[dict[str, object]]:
    steps = checks.steps(values, grid.panel.frequency)
    rows: list[dict[str, object]] = []
    told = zip(steps.place, steps.factor, steps.odd, steps.kept, strict=True)
    for row, (at, factor, odd, kept) in enumerate(told):
        kind = kind_of(float(factor), float(odd), float(kept))
        if kind:
            rows.append(_step_row(grid, row, int(at), float(factor), kind))
    return rows


def _step_row(grid: Grid, row: int, at: int, factor: float, kind: str) -> dict[str, object]:
    before = grid.demand[row, :at]
    window = before[-28:] if kind == "shift" else before
    return {
        "kind": kind,
        "unique_id": grid.panel.unique_id[row],
        "start": grid.panel.ds[at],
        "end": grid.panel.ds[-1],
        "periods": int(grid.inside[row, at:].sum()),
        "units": 0.0 if kind == "currency" else float(np.nansum(window) * abs(factor - 1)),
        "factor": checks.unit_factor(factor) if kind in UNSAFE else factor,
    }


def _kind_of_units(factor: float, odd: float, kept: float) -> str:
    if not np.isnan(checks.unit_factor(factor)):
        return "unit"
    large = max(factor, 1 / factor) >= checks.SHIFT and kept >= checks.SHIFT_KEPT
    return "shift" if large and odd >= checks.SHIFT_ODD else ""


def _kind_of_price(factor: float, _odd: float, _kept: float) -> str:
    return "" if np.isnan(checks.unit_factor(factor)) else "currency"


def _sentence(kind: str, periods: int, units: float, factor: float, period: str) -> str:
    """Return what was found in words.

    >>> _sentence("outlier", 1, 78.4, 1.0, "day"), _sentence("gap", 2, 1.2, 1.0, "week")
    ('1 day far from what is usual, 78 units apart', '2 weeks without a row, about 1 unit')
    """
    return WORDS[kind].format(
        periods=_counted(periods, period),
        lines=_counted(periods, "line"),
        period=period,
        units="n/a units" if np.isnan(units) else _counted(round(units), "unit"),
        factor=f"{factor:.3g}",
    )


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"


def _nothing() -> pd.DataFrame:
    return pd.DataFrame(columns=["kind", "unique_id", "start", "end", "periods", "units", "factor"])
