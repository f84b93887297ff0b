"""From a gain over the dates tested to a gain a year: the multiplication, and how far to trust it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.value.gain import GainInterval, gain_interval, paired, resampled, time_blocks, window_days

DAYS_A_YEAR = 365
# A shorter evaluation cannot speak for a year without saying so.
FEWEST_DAYS = 180


@dataclass(frozen=True)
class AnnualGain:
    """Money a year, from the mean gain per order of each series."""

    amount: float
    evaluated_days: int
    rhythm: pd.DataFrame  # one row per review period; its last column adds up to `amount`
    without_overlap: float = float("nan")  # money a year with every day in one cycle only
    note: str = ""

    @property
    def orders(self) -> float:
        """Return the orders a year, all series together."""
        return float((self.rhythm["series"] * self.rhythm["orders_a_year"]).sum())


@dataclass(frozen=True)
class MeasuredGain:
    """What ordering by one model saved against another: over the dates tested, and a year."""

    baseline: str
    test: GainInterval
    year: AnnualGain
    year_range: GainInterval


def measured_gain(
    replayed: pd.DataFrame, model: str, baseline: str, *, days_per_period: float, seed: int
) -> MeasuredGain:
    """Return the gain of `model` over `baseline` with its intervals; refuses models without common cycles."""
    test = gain_interval(replayed, model, baseline, days_per_period=days_per_period, seed=seed)
    year = annual_gain(replayed, model, baseline, days_per_period=days_per_period)
    between = annual_interval(replayed, model, baseline, days_per_period=days_per_period, seed=seed)
    return MeasuredGain(baseline, test, year, between)


def annual_gain(replayed: pd.DataFrame, model: str, baseline: str, *, days_per_period: float) -> AnnualGain:
    """Return the gain of a year of ordering by `model` instead of `baseline`.

    One decision per review period: for every series the mean gain per decision
    times 365 / (review period in days), summed. Overlapping cycles therefore
    count once, not twice. A cycle lasts until the delivery after next, though, so the cycles
    of consecutive orders share days; `without_overlap` counts 365 / (protection interval).
    """
    gains = paired(replayed, model, baseline)
    rhythm = _by_rhythm(gains, _of_series(replayed, "review_period", gains.index), days_per_period)
    days = _evaluated_days(replayed, gains.columns, days_per_period)
    note = ""
    if days < FEWEST_DAYS:
        note = f"Extrapolated from {days} evaluated days; a year has seasons these may not show."
    apart = DAYS_A_YEAR / (_of_series(replayed, "protection_interval", gains.index) * days_per_period)
    once = float((gains.mean(axis=1) * apart).sum())
    return AnnualGain(float(rhythm["gain_a_year"].sum()), days, rhythm, once, note)


def annual_interval(
    replayed: pd.DataFrame,
    model: str,
    baseline: str,
    *,
    days_per_period: float,
    seed: int,
    coverage: float = 0.9,
) -> GainInterval:
    """Return between which amounts a year the gain plausibly lies.

    The same resampling as over the test, with every series weighing as much as it orders a year.
    """
    gains = paired(replayed, model, baseline)
    a_year = DAYS_A_YEAR / (_of_series(replayed, "review_period", gains.index) * days_per_period)
    # Each cycle's part of the yearly amount: their sum is `annual_gain`.
    parts = gains.mul(a_year / gains.notna().sum(axis=1), axis=0)
    blocks = time_blocks(replayed, gains.columns, days_per_period)
    return resampled(parts, blocks, seed=seed, coverage=coverage)


def _by_rhythm(gains: pd.DataFrame, review: pd.Series, days_per_period: float) -> pd.DataFrame:
    """Return the multiplication behind a yearly gain, one row per review period.

    review_period (periods), series, cycles (tested), gain (money over them),
    gain_per_round (money: one order of every series, the sum of each one's mean gain),
    orders_a_year (of each series), gain_a_year = gain_per_round × orders_a_year.
    """
    each = pd.DataFrame(
        {
            "review_period": review,
            "series": 1,
            "cycles": gains.notna().sum(axis=1),
            "gain": gains.sum(axis=1),
            "gain_per_round": gains.mean(axis=1),
        }
    )
    table = each.groupby("review_period", as_index=False).sum()
    orders = DAYS_A_YEAR / (table["review_period"] * days_per_period)
    return table.assign(orders_a_year=orders, gain_a_year=table["gain_per_round"] * orders)


def _of_series(replayed: pd.DataFrame, column: str, series: pd.Index) -> pd.Series:
    return replayed.drop_duplicates("unique_id").set_index("unique_id")[column].reindex(series)


def _evaluated_days(replayed: pd.DataFrame, cutoffs: pd.Index, days_per_period: float) -> int:
    """Return the days covered by at least one window, gaps between windows not counted."""
    window = window_days(replayed, days_per_period)
    gaps = np.diff(cutoffs.to_numpy()) / np.timedelta64(1, "D")
    return round(float(np.minimum(gaps, window).sum()) + window)
