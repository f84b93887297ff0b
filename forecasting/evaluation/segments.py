"""Where the error lies: by step, item, category, store, season, weekday, promotion."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from forecasting.evaluation.noise_floor import poisson_deviation
from forecasting.evaluation.promises import known_rows

# A figure on fewer periods than this is chance.
FEWEST_PERIODS = 20

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


def with_segments(rows: pd.DataFrame, items: pd.DataFrame, sales: pd.DataFrame) -> pd.DataFrame:
    """Return backtest rows with the columns a segment can be named by.

    Added are item, store and category where `items` gives them, month and weekday (where a
    period is a day or shorter than a month), and promotion from the sales' column `promo`.
    """
    known = [c for c in ("item", "store", "category") if c in items]
    table = rows.merge(items[["unique_id", *known]], on="unique_id", how="left") if known else rows.copy()
    table["month"] = pd.Categorical(table["ds"].dt.month_name(), MONTHS, ordered=True)
    if len(table["ds"].dt.day_of_week.unique()) > 1:
        table["weekday"] = pd.Categorical(table["ds"].dt.day_name(), WEEKDAYS, ordered=True)
    promo = next((c for c in sales if str(c).lower() in ("promo", "promotion")), None)
    if promo is not None:
        ran = sales[["unique_id", "ds", promo]].rename(columns={promo: "promotion"})
        table = table.merge(ran, on=["unique_id", "ds"], how="left")
        table["promotion"] = np.where(table["promotion"].fillna(0).astype(float) != 0, "promotion", "none")
    return table


def possible_segments(rows: pd.DataFrame) -> list[str]:
    """Return the columns of `with_segments` that tell at least two segments apart."""
    names = ("h", "category", "store", "item", "month", "weekday", "promotion", "unique_id")
    return [name for name in names if name in rows and len(rows[name].dropna().unique()) > 1]


def errors_by(rows: pd.DataFrame, segment: str, models: Mapping[str, str]) -> pd.DataFrame:
    """Return the error per segment, the forecast's beside the baseline's and beside what chance leaves.

    `models` names the models: {"ours": …, "baseline": …}, and "plan" where people planned. Returns
    `segment`, periods, units, wape, bias, baseline_wape, floor and plan_wape, where there is a plan:
    fractions, the last over the periods it covers. `floor` is what chance alone leaves: Poisson demand
    around our own expectation. Fewer than `FEWEST_PERIODS` periods give NaN.
    """
    rows = known_rows(rows)
    ours = _sums(rows[rows["model"] == models["ours"]], segment)
    units = ours["units"].where((ours["units"] > 0) & (ours["periods"] >= FEWEST_PERIODS))
    table = pd.DataFrame(
        {
            "periods": ours["periods"],
            "units": ours["units"],
            "wape": ours["error"] / units,
            "bias": ours["over"] / units,
            "baseline_wape": _other(rows, segment, models["baseline"], units),
            "floor": ours["chance"] / units,
        }
    )
    planned = rows["model"] == models.get("plan", "")
    if planned.any():
        table["plan_wape"] = _other(rows, segment, models["plan"], units)
    return table.rename_axis(segment).reset_index()


def _other(rows: pd.DataFrame, segment: str, model: str, units: pd.Series) -> pd.Series:
    """Return another model's error per segment, where ours can be told (`units`)."""
    sums = _sums(rows[rows["model"] == model], segment).reindex(units.index)
    enough = (units > 0) & (sums["units"] > 0) & (sums["periods"] >= FEWEST_PERIODS)
    return sums["error"] / sums["units"].where(enough)


def _sums(rows: pd.DataFrame, segment: str) -> pd.DataFrame:
    """Return per segment: periods, and summed units, |error|, over-forecast and deviation by chance."""
    marks = rows[[segment]].assign(
        periods=1,
        units=rows["y"],
        error=(rows["y"] - rows["mean"]).abs(),
        over=rows["mean"] - rows["y"],
        chance=poisson_deviation(rows["mean"].to_numpy()),
    )
    return marks.groupby(segment, sort=segment != "unique_id", observed=True).sum()
