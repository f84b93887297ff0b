"""An index from outside beside sales: its lead in words, and whether it earns its place in the forecast."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from forecasting.dates import days_per_period, infer_frequency, period_kind
from forecasting.errors import DriverError
from forecasting.evaluation.tasks import Mapper
from forecasting.history.lead import Lead, find_lead
from forecasting.history.panel import Panel
from forecasting.report.tables import money
from forecasting.services.asked_of import asked_of, still_asked_of
from forecasting.services.cells import Step
from forecasting.services.dataset import Dataset
from forecasting.services.workbench import compare, dates_asked
from forecasting.settings import Settings

MODEL = "boosted_trees"  # the one that takes a driver from outside and is quick enough to wait for
WITHOUT = "without the index"
LEAST_COVERED = 0.8  # share of the history's periods for which the driver must be known
RANK = {"day": 0, "week": 1, "month": 2}


@dataclass(frozen=True)
class Driver:
    """An index made a driver that is known for every future period, and how."""

    values: pd.Series  # indexed by ds: history and future
    lag_days: float  # 0: known ahead
    words: str

    @property
    def digest(self) -> str:
        """Return what names its values: other values or another lag are another driver."""
        return f"{self.lag_days:g} {int(pd.util.hash_pandas_object(self.values).sum()):x}"


@dataclass(frozen=True)
class IndexWorth:
    """What an index was worth in backtest money when it was tested, as a project keeps it."""

    name: str
    gain: float  # money over the tested dates; positive: cheaper with it
    low: float  # NaN: too few dates for a range
    high: float
    dates: int
    cycles: int
    note: str
    driver: str  # digest of what the model was given
    asked_of: Mapping[str, Any] = field(default_factory=dict)  # of `asked_of`

    def still_of(self, dataset: Dataset, settings: Settings, driver: Driver) -> bool:
        """Return whether history, costs, times and index are those it was tested with."""
        same = self.driver == driver.digest
        return same and bool(still_asked_of(self.asked_of, dataset, settings))


def index_of(external: pd.DataFrame, name: str) -> pd.Series:
    """Return one external series, indexed by date."""
    rows = external[external["name"] == name].sort_values("ds")
    return rows.set_index("ds")["value"]


def lead_of(panel: Panel, index: pd.Series) -> Lead:
    """Return the lead of an index over the units of a panel, on the coarser of the two grains.

    Raises `TooShortError` when they share too few periods. Finer values are summed (units) or averaged
    (index); a first or last period that is not whole is left out.
    """
    return find_lead(*_shared(panel, index))


def lead_to_test(panel: Panel, index: pd.Series, dataset: Dataset, settings: Settings) -> Lead:
    """Return the lead as it could be seen before the first date that `try_index` tests on.

    Looked for in the whole history it would be fitted to the tested dates. Raises what `lead_of` does.
    """
    return lead_of(panel.until(dates_asked(dataset, settings)[0]), index)


def beside_sales(panel: Panel, index: pd.Series, name: str) -> tuple[pd.DatetimeIndex, dict[str, np.ndarray]]:
    """Return units and index by shared period, both 100 at the first: dates and lines for a chart.

    Raises `DriverError` when they share no period.
    """
    units, other, _ = _shared(panel, index)
    both = pd.concat({"Units sold": units, name: other}, axis=1, join="inner").dropna()
    if both.empty:
        raise DriverError("The index and the sales share no period; bring an index of the same years.")
    lines = {
        str(c): both[c].to_numpy() / both[c].iloc[0] * 100 if both[c].iloc[0] > 0 else both[c].to_numpy()
        for c in both
    }
    return pd.DatetimeIndex(both.index), lines


def _shared(panel: Panel, index: pd.Series) -> tuple[pd.Series, pd.Series, str]:
    """Return units and index by the coarser of their periods, and which that is."""
    own, other = panel.frequency, infer_frequency(pd.Series(index.index))
    kind = max((period_kind(own), period_kind(other)), key=RANK.__getitem__)
    known = np.isfinite(panel.y) & panel.open
    units = pd.Series(np.where(known.any(axis=0), np.nansum(panel.y, axis=0), np.nan), index=panel.ds)
    return _coarse(units, own, kind, add=True), _coarse(index, other, kind, add=False), kind


def _coarse(values: pd.Series, frequency: str, kind: str, *, add: bool) -> pd.Series:
    """Return values by whole period of a kind, indexed by its first day."""
    if kind == "day":
        return values
    alias = "M" if kind == "month" else "W-SUN"
    dates = pd.DatetimeIndex(values.index)
    place = dates.to_period(alias).start_time
    if period_kind(frequency) == kind:
        return pd.Series(values.to_numpy(), index=place)
    groups = values.groupby(np.asarray(place))
    whole = groups.sum(min_count=1) if add else groups.mean()
    length = pd.Timedelta(days=days_per_period(frequency))
    begun = dates[0] > place[0]
    open_end = (dates[-1] + length).to_period(alias).start_time == place[-1]
    return whole.iloc[int(begun) : len(whole) - int(open_end)]


def as_driver(index: pd.Series, dataset: Dataset, settings: Settings, lead: Lead | None) -> Driver:
    """Return an index as a driver without anything a forecaster could not have known.

    A calendar (zeros and ones, known beyond the horizon) is taken as it is. Anything else is known only
    once its period is over: what stands beside a day is the latest value that was known one horizon
    earlier, or as long ago as the lead found, if that is longer. Raises `DriverError` when that leaves
    too little of the history covered.
    """
    dates = pd.DatetimeIndex(np.sort(dataset.sales["ds"].unique()))
    reach = settings.horizon * settings.days_per_period
    ahead = pd.date_range(dates[-1], periods=settings.horizon + 1, freq=dataset.frequency)[1:]
    wanted = dates.append(ahead)
    if set(index.unique()) <= {0.0, 1.0} and index.index.max() >= wanted[-1]:
        values = pd.Series(index.reindex(wanted).to_numpy(), index=wanted)
        return Driver(_covered(values, dates, reach), 0.0, "A calendar: known ahead, taken as it is.")
    grain = days_per_period(infer_frequency(pd.Series(index.index)))
    led = lead.lag * {"day": 1.0, "week": 7.0, "month": 30.44}[lead.period] if lead and lead.found else 0.0
    lag = max(reach, led)
    known_at = pd.DatetimeIndex(index.index) + pd.Timedelta(days=float(np.ceil(grain)))
    place = known_at.searchsorted(wanted - pd.Timedelta(days=float(np.ceil(lag))), side="right") - 1
    values = pd.Series(np.where(place >= 0, index.to_numpy()[np.maximum(place, 0)], np.nan), index=wanted)
    return Driver(_covered(values, dates, lag), lag, _lag_in_words(lag, led, reach))


def _covered(values: pd.Series, dates: pd.DatetimeIndex, lag: float) -> pd.Series:
    share = float(values.reindex(dates).notna().mean())
    if share < LEAST_COVERED or values.iloc[len(dates) :].isna().any():
        raise DriverError(
            f"Known {lag:.0f} days ahead, this index covers {share:.0%} of the history; at least "
            f"{LEAST_COVERED:.0%} and all of the periods to forecast are needed. Bring an index that starts "
            "earlier or reaches to the last sale."
        )
    return values.bfill()  # before its first value it says nothing: one constant


def _lag_in_words(lag: float, led: float, reach: float) -> str:
    used = f"The forecast is given values that were known {lag:.0f} days before"
    if led > reach:
        return f"{used}: its lead of {led:.0f} days is longer than the {reach:.0f} days to forecast."
    shorter = f"its lead of {led:.0f} days is shorter than the {reach:.0f} days to forecast; " if led else ""
    return (
        f"{used}: {shorter}later values would not be known for all of these days, and using them in the "
        "test would be looking into the future."
    )


def try_index(
    dataset: Dataset,
    settings: Settings,
    name: str,
    driver: Driver,
    *,
    mapper: Mapper = map,
    step: Step | None = None,
) -> IndexWorth:
    """Return what the index is worth in money on past dates: the same model with it and without it.

    `step` is called with what is being tested and the share done; it may raise to stop.
    """
    column = f"index: {name}"
    known = driver.values.to_dict()
    sales = dataset.sales.assign(**{column: dataset.sales["ds"].map(known).astype(float)})
    variants = {WITHOUT: dataset, name: replace(dataset, sales=sales)}
    found = compare(variants, settings, models=(MODEL,), mapper=mapper, step=step)
    row = found.gains[found.gains["variant"] == name].to_dict("records")[0]
    gain, low, high = (float(row[c]) for c in ("gain", "low", "high"))
    tested = len(found.origins), int(row["cycles"]), str(row["note"])
    return IndexWorth(name, gain, low, high, *tested, driver.digest, asked_of(dataset, settings))


def worth_in_words(worth: IndexWorth, currency: str) -> str:
    """Return whether the index earns its place, one sentence, good or bad."""
    verb = "saves" if worth.gain >= 0 else "costs"
    said = (
        f"Adding {worth.name} to the forecast {verb} {money(abs(worth.gain), currency)} over {worth.dates} "
        f"past dates, {worth.cycles:,} order cycles"
    )
    if not np.isfinite(worth.low):
        return f"{said}; {worth.note or 'too few dates for an interval'}: not shown to help."
    verdict = "shown to help" if worth.low > 0 else "shown to hurt" if worth.high < 0 else "not shown to help"
    return f"{said} ({money(worth.low, currency)} to {money(worth.high, currency)}): {verdict}."
