"""Repairs are rules: what each would change, and the history it gives. Nothing changes unasked."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.errors import SettingsError
from forecasting.history.health import checks
from forecasting.history.health.findings import level_steps
from forecasting.history.health.grid import Grid, grid_of
from forecasting.schema import KEY

# What each rule does, in a manager's words. The first undoes what is done by default: masking.
RULES: dict[str, str] = {
    "ignore_stockouts": "Count days without stock as if all demand had been served",
    "mask_zero_runs": "Take suspicious runs of zeros as days without stock",
    "mask_outliers": "Take days far from what is usual as unknown",
    "mark_closed": "Take days on which nobody sold anything as closed",
    "rescale_units": "Bring sales before a change of unit to the unit of today",
    "after_shift": "Learn only from what came after a step of the level",
    "drop_partial": "Leave the unfinished last period out",
}
RULE_OF = {
    "stockout": "ignore_stockouts",
    "zero_run": "mask_zero_runs",
    "outlier": "mask_outliers",
    "closed": "mark_closed",
    "unit": "rescale_units",
    "shift": "after_shift",
    "partial": "drop_partial",
}


UNSAID = {"open": 1.0, "stockout": 0.0}  # what a frame without the column means


@dataclass(frozen=True)
class Repair:
    """One rule, for all series it finds something in."""

    rule: str

    def __post_init__(self) -> None:
        if self.rule not in RULES:
            raise SettingsError(f"There is no repair {self.rule!r}; choose from {', '.join(RULES)}.")


@dataclass(frozen=True)
class Change:
    """What a repair does to a history."""

    repair: Repair
    rows: int
    series: int
    units: float  # units sold after, less before, where both are known

    def counted(self) -> str:
        """Return what changes in words.

        >>> Change(Repair("mask_outliers"), 3, 2, 0.0).counted()
        'Changes 3 rows of 2 series.'
        """
        apart = f", {self.units:+,.0f} units" if abs(self.units) >= 0.5 else ""
        return f"Changes {self.rows:,} row{'s' * (self.rows != 1)} of {self.series:,} series{apart}."


def repaired(sales: pd.DataFrame, repairs: tuple[Repair, ...], frequency: str) -> pd.DataFrame:
    """Return the sales frame after all repairs, in the order of `RULES`; each sees those before."""
    chosen = {repair.rule for repair in repairs}
    for rule in RULES:
        if rule in chosen:
            sales = _apply(sales.reset_index(drop=True), rule, frequency)
    return sales.reset_index(drop=True)


def change_of(sales: pd.DataFrame, repair: Repair, frequency: str, grid: Grid | None = None) -> Change:
    """Return what one repair alone would change; `grid` is that of `sales`, where it is known already."""
    before = sales.reset_index(drop=True)
    after = _apply(before, repair.rule, frequency, grid)
    differs = ~before.index.isin(after.index)
    kept = before[~differs]
    for name in {*before.columns, *after.columns} - set(KEY):
        old, new = (
            frame[name] if name in frame else pd.Series(UNSAID.get(name, np.nan), kept.index)
            for frame in (kept, after)
        )
        if old is not new:
            a, b = (values.to_numpy(dtype=float, na_value=np.nan) for values in (old, new))
            differs[after.index] |= (a != b) & ~(np.isnan(a) & np.isnan(b))
    units = float((after["y"] - kept["y"]).sum())
    return Change(repair, int(differs.sum()), int(before.loc[differs, "unique_id"].nunique()), units)


def _apply(sales: pd.DataFrame, rule: str, frequency: str, grid: Grid | None = None) -> pd.DataFrame:
    """Return the frame after one rule; what is left keeps its index."""
    if rule == "ignore_stockouts":
        return sales.drop(columns="stockout", errors="ignore")
    grid = grid_of(sales, frequency) if grid is None else grid
    if rule in ("rescale_units", "after_shift"):
        return _stepped(sales, grid, rule)
    check = {
        "mask_zero_runs": checks.zero_runs,
        "mask_outliers": checks.outliers,
        "mark_closed": checks.closed_days,
        "drop_partial": checks.partial_last,
    }[rule]
    at = check(grid).where[grid.codes, grid.places]
    if not at.any():
        return sales
    if rule == "drop_partial":
        return sales[sales["ds"] < grid.panel.ds[-1]]
    if rule == "mark_closed":
        was = sales["open"] if "open" in sales else pd.Series(1.0, sales.index)
        return sales.assign(open=was.mask(at, 0.0))
    # Unknown demand is flagged, not left out: a driver of that day keeps its value.
    flagged = sales["stockout"].fillna(False).astype(bool) if "stockout" in sales else False
    return sales.assign(stockout=flagged | at)


def _stepped(sales: pd.DataFrame, grid: Grid, rule: str) -> pd.DataFrame:
    wanted = "unit" if rule == "rescale_units" else "shift"
    found = level_steps(grid)
    found = found[found["kind"] == wanted].set_index("unique_id")
    if found.empty:
        return sales
    first = found["start"].reindex(grid.panel.unique_id).to_numpy(dtype="datetime64[ns]")
    before = grid.panel.ds.to_numpy()[grid.places] < first[grid.codes]  # False for a series without a step
    if rule == "after_shift":
        return sales[~before]
    factor = found["factor"].astype(float).reindex(grid.panel.unique_id).to_numpy()[grid.codes]
    return sales.assign(y=np.where(before, sales["y"] * factor, sales["y"]))
