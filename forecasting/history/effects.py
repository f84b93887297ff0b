"""What promotions and prices did to units and to money: associations with intervals, not causes."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.dates import year_of_periods
from forecasting.history.expected import PRICE, Law, half_width
from forecasting.history.panel import Panel

MIN_EPISODES = 4  # separate promotions without which an effect is an anecdote
MIN_CLUSTERS = 12  # stretches of time without which an interval is a guess
MIN_PRICE_SPREAD = 0.03  # standard deviation of log price without which an elasticity is noise
STEP = 1e-4  # for slopes by difference, on the log scale
COVERAGE = 0.95


@dataclass(frozen=True)
class Effects:
    """Effects by series, and of all series of the scope together."""

    switches: pd.DataFrame  # unique_id, switch, episodes, periods, uplift…, units…, money…, problem
    prices: pd.DataFrame  # unique_id, elasticity…, spread, units…, money… (a year, 1 % dearer), problem
    pooled: pd.DataFrame  # effect, series, value, low, high, units…, money…
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Estimate:
    """One figure per series with what each cluster of periods moved it by."""

    value: np.ndarray  # (n,)
    influence: np.ndarray  # (n, G)

    def interval(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the bounds that hold COVERAGE, (n,) each."""
        reach = half_width(self.influence, COVERAGE)
        return self.value - reach, self.value + reach

    def total(self, rows: np.ndarray) -> "Estimate":
        """Return the sum over some series: clusters of periods are shared, so their pulls add up."""
        return Estimate(self.value[rows].sum(keepdims=True), self.influence[rows].sum(axis=0, keepdims=True))

    def mean(self, rows: np.ndarray, weight: np.ndarray) -> "Estimate":
        """Return the weighted mean over some series."""
        w = weight[rows] / weight[rows].sum()
        return Estimate(
            (self.value[rows] * w).sum(keepdims=True),
            (self.influence[rows] * w[:, None]).sum(axis=0, keepdims=True),
        )


def measure_effects(panel: Panel, law: Law) -> Effects:
    """Return the effects of every switch and of price, by series and together; refused ones say why."""
    switches, pooled = [], []
    for name in law.names:
        if name != PRICE:
            table, together = _switch(panel, law, name)
            switches.append(table)
            pooled.append(together)
    prices = _prices(panel, law)
    if len(prices):
        pooled.append(_pooled_price(panel, law, prices))
    blank = pd.DataFrame(columns=["unique_id", "switch", "problem"])
    stated = [row for row in pooled if len(row)]
    return Effects(
        pd.concat(switches, ignore_index=True) if switches else blank,
        prices,
        pd.concat(stated, ignore_index=True) if stated else pd.DataFrame(),
        _notes(panel, law),
    )


def usual_price(price: np.ndarray, on: np.ndarray) -> np.ndarray:
    """Return the last price before each promotion, (n, T): what would have been asked without it."""
    quiet = ~on & np.isfinite(price)
    places = np.arange(price.shape[1])
    last = np.maximum.accumulate(np.where(quiet, places, -1), axis=1)
    first = np.argmax(quiet, axis=1)[:, None]
    held = np.take_along_axis(price, np.where(last < 0, first, last), axis=1)
    return np.where(quiet.any(axis=1, keepdims=True), held, np.nan)


def episodes(on: np.ndarray, known: np.ndarray | None = None) -> np.ndarray:
    """Return how many separate runs of True each row holds, (n,); of those with a known period only.

    A closed day amid a promotion does not make two of it.

    >>> episodes(np.array([[True, True, False, True]]))
    array([2])
    >>> episodes(np.array([[True, True, True, False, True]]), np.array([[True, False, True, True, False]]))
    array([1])
    """
    starts = on & ~np.pad(on, ((0, 0), (1, 0)))[:, :-1]
    if known is None:
        return np.asarray(starts.sum(axis=1))
    seen = (on & known).cumsum(axis=1)
    before = np.maximum.accumulate(np.where(starts, seen - (on & known), 0), axis=1)  # seen before the run
    return np.asarray((on & known & (seen - before == 1)).sum(axis=1))


def _switch(panel: Panel, law: Law, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the table by series and the pooled row of one switch, its usual change of price included."""
    switched = law.columns[:, law.effect(name)] > 0
    on, usual = switched & np.isfinite(panel.demand), usual_price(panel.price, switched)
    pull = _pull(panel, law, usual)
    seen = episodes(switched, np.isfinite(panel.demand))
    problem = _refusals(law, on, seen)
    share = _estimate(law, name, lambda b, e: _log_uplift(law, on, pull(b, e)))
    sold = _estimate(law, name, lambda b, e: _extra_units(panel, on, pull(b, e)))
    earned = _estimate(law, name, lambda b, e: _extra_money(panel, on, usual, pull(b, e)))
    table = pd.DataFrame({"unique_id": panel.unique_id, "switch": name, "episodes": seen})
    table["periods"] = on.sum(axis=1)
    low, high = share.interval()
    table = table.assign(uplift=np.expm1(share.value), uplift_low=np.expm1(low), uplift_high=np.expm1(high))
    for column, estimate in (("units", sold), ("money", earned)):
        low, high = estimate.interval()
        table = table.assign(**{column: estimate.value, f"{column}_low": low, f"{column}_high": high})
    figures = [c for c in table.columns if str(c).startswith(("uplift", "units", "money"))]
    table.loc[problem != "", figures] = np.nan
    table["problem"] = problem
    good = np.flatnonzero(problem == "")
    weight = np.where(on, np.nan_to_num(law.mean), 0.0).sum(axis=1)
    row = _pooled(name, good, share.mean(good, weight), sold, earned) if len(good) else pd.DataFrame()
    return table, row


def _pull(panel: Panel, law: Law, usual: np.ndarray) -> Callable[[np.ndarray, np.ndarray | None], np.ndarray]:
    """Return the function from effects to log change in a promoted period, (n, T)."""
    cut = np.zeros(usual.shape)
    if PRICE in law.names:
        with np.errstate(divide="ignore", invalid="ignore"):
            cut = np.nan_to_num(np.log(panel.price / usual), posinf=0.0, neginf=0.0)

    def change(effect: np.ndarray, elasticity: np.ndarray | None) -> np.ndarray:
        own = effect[:, None] * np.ones(cut.shape)
        return own if elasticity is None else own + elasticity[:, None] * cut

    return change


def _estimate(law: Law, name: str, figure: Callable[[np.ndarray, np.ndarray | None], np.ndarray]) -> Estimate:
    """Return a figure of one switch's effect and the elasticity, with its clusters (delta method)."""
    k = law.effect(name)
    effect = law.effects[:, k]
    elasticity = law.effects[:, law.effect(PRICE)] if PRICE in law.names else None
    value = figure(effect, elasticity)
    moved = (figure(effect + STEP, elasticity) - value) / STEP
    influence = moved[:, None] * law.influence[:, k]
    if elasticity is not None:
        moved = (figure(effect, elasticity + STEP) - value) / STEP
        influence = influence + moved[:, None] * law.influence[:, law.effect(PRICE)]
    return Estimate(value, influence)


def _log_uplift(law: Law, on: np.ndarray, change: np.ndarray) -> np.ndarray:
    """Return log of units with the promotions over units without them, (n,)."""
    mean = np.where(on, law.mean, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(mean.sum(axis=1) / (mean * np.exp(-change)).sum(axis=1))


def _extra_units(panel: Panel, on: np.ndarray, change: np.ndarray) -> np.ndarray:
    """Return how many of the units sold while it was on would not have been sold without it, (n,)."""
    return np.where(on, panel.y * -np.expm1(-change), 0.0).sum(axis=1)


def _extra_money(panel: Panel, on: np.ndarray, usual: np.ndarray, change: np.ndarray) -> np.ndarray:
    """Return margin earned less margin without it; revenue where no unit cost is known."""
    cost = np.nan_to_num(panel.unit_cost)[:, None]
    with_it = panel.y * (panel.price - cost)
    without = panel.y * np.exp(-change) * (usual - cost)
    return np.where(on, with_it - without, 0.0).sum(axis=1)


def _refusals(law: Law, on: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Return why an effect is not stated, '' where it is."""
    never_off = on.sum(axis=1) == (on | np.isfinite(law.mean)).sum(axis=1)
    problem = np.full(len(on), "", dtype=object)
    problem[never_off] = "always on: there is nothing to compare with"
    few = seen < MIN_EPISODES
    problem[few] = [f"seen {n} times, at least {MIN_EPISODES} are needed" for n in seen[few]]
    problem[~np.isfinite(law.effects[:, 0])] = "too few periods with sales"
    if law.clusters < MIN_CLUSTERS:
        problem[:] = "the history is too short for an interval"
    return problem


def _pooled(name: str, good: np.ndarray, share: Estimate, sold: Estimate, earned: Estimate) -> pd.DataFrame:
    low, high = share.interval()
    row: dict[str, object] = {"effect": name, "series": len(good)}
    row |= {"value": np.expm1(share.value), "low": np.expm1(low), "high": np.expm1(high)}
    priced = good[np.isfinite(earned.value[good])]
    for column, total in (("units", sold.total(good)), ("money", earned.total(priced))):
        low, high = total.interval()
        row |= {column: total.value, f"{column}_low": low, f"{column}_high": high}
    if not len(priced):
        row |= {"money": [np.nan], "money_low": [np.nan], "money_high": [np.nan]}
    return pd.DataFrame(row)


def _prices(panel: Panel, law: Law) -> pd.DataFrame:
    """Return the elasticity of every series: percent more units for one percent more price."""
    if PRICE not in law.names:
        return pd.DataFrame(columns=["unique_id", "elasticity", "problem"])
    k = law.effect(PRICE)
    known = np.where(np.isfinite(panel.demand), law.columns[:, k], np.nan)
    spread = np.nanstd(np.where(np.isfinite(known).any(axis=1, keepdims=True), known, 0.0), axis=1)
    estimate = Estimate(law.effects[:, k], law.influence[:, k])
    low, high = estimate.interval()
    problem = np.where(spread < MIN_PRICE_SPREAD, "the price hardly moved", "").astype(object)
    problem[~np.isfinite(estimate.value)] = "too few periods with sales"
    if law.clusters < MIN_CLUSTERS:
        problem[:] = "the history is too short for an interval"
    table = pd.DataFrame({"unique_id": panel.unique_id, "elasticity": estimate.value})
    table = table.assign(elasticity_low=low, elasticity_high=high, spread=spread)
    for column, figure in zip(("units", "money"), _one_percent_dearer(panel, estimate), strict=True):
        low, high = figure.interval()
        table = table.assign(**{column: figure.value, f"{column}_low": low, f"{column}_high": high})
    figures = [c for c in table.columns if str(c).startswith(("elasticity", "units", "money"))]
    table.loc[problem != "", figures] = np.nan
    return table.assign(problem=problem)


def _one_percent_dearer(panel: Panel, elasticity: Estimate) -> tuple[Estimate, Estimate]:
    """Return the change of units and of margin over the last year had prices been one percent higher.

    With elasticity e, units change by e percent and margin y · (p − c) by y · (p + e · (p − c)) percent,
    to first order; revenue stands for margin where no unit cost is known.
    """
    year = slice(max(0, len(panel.ds) - year_of_periods(panel.frequency)), len(panel.ds))
    sold, price = panel.y[:, year], panel.price[:, year]
    units = np.nansum(sold, axis=1) / 100
    revenue = np.nansum(sold * price, axis=1) / 100
    margin = revenue - units * np.nan_to_num(panel.unit_cost)
    return (
        Estimate(units * elasticity.value, units[:, None] * elasticity.influence),
        Estimate(revenue + margin * elasticity.value, margin[:, None] * elasticity.influence),
    )


def _pooled_price(panel: Panel, law: Law, prices: pd.DataFrame) -> pd.DataFrame:
    good = np.flatnonzero((prices["problem"] == "").to_numpy())
    if not len(good):
        return pd.DataFrame()
    k = law.effect(PRICE)
    estimate = Estimate(law.effects[:, k], law.influence[:, k])
    together = estimate.mean(good, np.nansum(panel.y, axis=1) + 1e-9)
    low, high = together.interval()
    row: dict[str, object] = {"effect": PRICE, "series": len(good), "value": together.value}
    row |= {"low": low, "high": high}
    for column, figure in zip(("units", "money"), _one_percent_dearer(panel, estimate), strict=True):
        total = figure.total(good)
        low, high = total.interval()
        row |= {column: total.value, f"{column}_low": low, f"{column}_high": high}
    return pd.DataFrame(row)


def _notes(panel: Panel, law: Law) -> tuple[str, ...]:
    lines = []
    if not panel.switches:
        lines.append(
            "No column that is on or off (a promotion) is a driver of these sales; name it as one on the "
            "Data page."
        )
    if not panel.priced:
        lines.append("The sales carry no price of their own: what a change of price does cannot be measured.")
    elif np.isnan(panel.unit_cost).any() and law.names:
        lines.append("Where an item has no unit cost, money is revenue, not margin.")
    return tuple(lines)
