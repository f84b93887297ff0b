"""The workbench: models and origins stay, the data change, and every cell of the grid is money.

What happened is one truth for all variants. A day counts only where every variant agrees on
what was sold and none calls it censored or unknown; else a repair that deletes demand would
look cheap because nothing was there to miss.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from forecasting.dates import calendar
from forecasting.errors import DecisionError
from forecasting.evaluation.backtest import BacktestPlan, cutoffs
from forecasting.evaluation.tasks import Mapper
from forecasting.inventory.economics import item_costs
from forecasting.inventory.policy import item_policies
from forecasting.models.registry import ModelRecipe, build_models
from forecasting.schema import KEY
from forecasting.services.cells import Asking, Said, Step, ask
from forecasting.services.dataset import Dataset
from forecasting.services.stages import BACKTEST_PATHS
from forecasting.settings import Settings
from forecasting.value.gain import gain_interval
from forecasting.value.replay import replay

# All series at once, a second each for the sample; Prophet's is the quick one that takes drivers.
QUICK_MODELS = ("moving_average", "exponential_smoothing", "prophet")
ORIGINS = 6  # the fewest that say something about time (`gain.FEWEST_BLOCKS`)
COVERAGE = 0.9


@dataclass(frozen=True)
class Comparison:
    """The grid of variants and models in money, on the cycles that every cell has."""

    base: str  # the variant the others are held against
    cycles: pd.DataFrame  # variant, model, unique_id, cutoff, demand, lost, left (units), cost … (money)
    gains: pd.DataFrame  # one row per cell; see `compare`
    origins: tuple[pd.Timestamp, ...]
    unknown: float  # share of series and days in the tested windows on which demand is not known
    asked_of: Mapping[str, Any] = field(default_factory=dict)  # of `asked_of`: data, costs and times


def compare(
    variants: Mapping[str, Dataset],
    settings: Settings,
    *,
    models: Sequence[str] = QUICK_MODELS,
    origins: int = ORIGINS,
    mapper: Mapper = map,
    said: Said | None = None,
    step: Step | None = None,
) -> Comparison:
    """Return what each variant of the data costs with each model; the first variant is the base.

    Parameters
    ----------
    variants
        Data by name: repaired, or with a driver more (a column in sales and future). Costs and
        policies are those of the first.
    settings
        Costs, policy, horizon, step and seed.
    origins
        Past dates to test on, the newest ones; fewer where the history is short.
    mapper
        Shaped like the builtin `map`; runs the models.
    said
        What models said about a variant before; it is not asked again.
    step
        Called with a stage and the share done after every variant; may raise to stop.

    Returns
    -------
    Its `gains` have per variant and model: cycles, cost, gain (money; positive: cheaper than the
    base variant with the same model), low, high (between which the gain plausibly lies, widened
    for the number of variants tried), p_positive, blocks, note, beyond_noise (low … high excludes
    zero); and the same of the first model on the same variant: model_gain, model_low, model_high,
    model_beyond_noise.
    """
    names = list(variants)
    if not names or not models:
        raise DecisionError("The workbench needs at least one variant of the data and one model.")
    base = variants[names[0]]
    truth = common_truth(list(variants.values()))
    dates = dates_asked(base, settings, origins)
    recipe = ModelRecipe(base.frequency, settings.country or None, BACKTEST_PATHS, settings.seed)
    recipes = build_models(models, replace(recipe, threads=2 if mapper is map else 1))
    answers = ask(
        variants,
        recipes,
        Asking(tuple(dates), _sums(base, settings), settings),
        mapper=mapper,
        said={} if said is None else said,
        step=step,
    )
    parts = [
        _replayed(pd.concat([answers[name, model] for model in models]), truth, base, settings).assign(
            variant=name
        )
        for name in names
    ]
    cycles = _common(pd.concat(parts, ignore_index=True))
    gains = _gains(cycles, names, list(models), settings)
    return Comparison(names[0], cycles, gains, tuple(dates), _unknown(truth, dates, settings))


def common_truth(variants: Sequence[Dataset]) -> pd.DataFrame:
    """Return unique_id, ds, y: what was sold where every variant says the same, NaN elsewhere."""
    columns = [_known(dataset).rename(str(place)) for place, dataset in enumerate(variants)]
    table = pd.concat(columns, axis=1)
    values = table.to_numpy(dtype=float)
    agreed = np.isclose(values, values[:, :1], rtol=1e-9, atol=1e-9).all(axis=1)  # NaN never agrees
    return table.assign(y=np.where(agreed, values[:, 0], np.nan))[["y"]].reset_index()


def _known(dataset: Dataset) -> pd.Series:
    sales = dataset.sales
    y = sales["y"].astype(float)
    if "stockout" in sales:
        y = y.mask(sales["stockout"].fillna(False).astype(bool))
    return y.set_axis(pd.MultiIndex.from_frame(sales[KEY]))


def dates_asked(base: Dataset, settings: Settings, most: int = ORIGINS) -> list[pd.Timestamp]:
    """Return the past dates that `compare` tests on, oldest first."""
    dates = calendar(base.sales["ds"].min(), base.sales["ds"].max(), base.frequency)
    earlier, last = cutoffs(dates, BacktestPlan(settings.horizon, 1, settings.step, most - 1))
    return [*earlier, *last]


def _sums(base: Dataset, settings: Settings) -> tuple[int, ...]:
    """Return the protection intervals of the items, whole periods."""
    policies = item_policies(base.items_of(sorted(base.sales["unique_id"].unique())), settings.policy)
    interval = policies["protection_interval"].astype(float).dropna()
    return tuple(sorted({int(p) for p in interval}))


def _replayed(said: pd.DataFrame, truth: pd.DataFrame, base: Dataset, settings: Settings) -> pd.DataFrame:
    """Return the cycles in money: orders by what the models said, demand by the common truth."""
    ids = sorted(said["unique_id"].unique())
    items, review = base.items_of(ids), settings.policy.review_period
    costs = item_costs(items, settings.costs, days_per_period=settings.days_per_period, review_period=review)
    policies = item_policies(items, settings.policy)
    return replay(_with_truth(said, truth, base.frequency), costs, policies)


def _with_truth(said: pd.DataFrame, truth: pd.DataFrame, frequency: str) -> pd.DataFrame:
    """Return the cumulative frame with `y`: demand summed from the origin on, NaN from the first gap on."""
    grid = truth.pivot(index="unique_id", columns="ds", values="y")
    dates = calendar(truth["ds"].min(), truth["ds"].max(), frequency)
    grid = grid.reindex(columns=dates)
    horizon = int(said["h"].max())
    parts = []
    for cutoff in said["cutoff"].unique():
        start = int(dates.searchsorted(cutoff)) + 1
        sums = grid.iloc[:, start : start + horizon].cumsum(axis=1, skipna=False)
        sums.columns = pd.RangeIndex(1, sums.shape[1] + 1, name="h")
        parts.append(sums.reset_index().melt("unique_id", value_name="y").assign(cutoff=cutoff))
    actual = pd.concat(parts, ignore_index=True).astype({"h": said["h"].dtype})
    return said.merge(actual, on=["unique_id", "cutoff", "h"], how="left", validate="many_to_one")


def _common(cycles: pd.DataFrame) -> pd.DataFrame:
    """Return the cycles that every cell of the grid has."""
    cells = len(cycles[["variant", "model"]].drop_duplicates())
    fair = cycles[cycles.groupby(["unique_id", "cutoff"])["cost"].transform("size") == cells]
    if fair.empty:
        raise DecisionError(
            "No order cycle is known in every variant of the data; compare fewer variants, or ones that "
            "leave some days of the tested past as they are."
        )
    return fair.reset_index(drop=True)


def _gains(
    cycles: pd.DataFrame, variants: Sequence[str], models: Sequence[str], settings: Settings
) -> pd.DataFrame:
    answered = [m for m in models if m in set(cycles["model"])]
    rows = []
    for model in answered:
        of_model = cycles[cycles["model"] == model].assign(model=lambda frame: frame["variant"])
        for variant in variants:
            of_variant = cycles[cycles["variant"] == variant]
            cell = of_model[of_model["variant"] == variant]
            by_data = _gain(of_model, variant, variants[0], len(variants) - 1, settings)
            by_model = _gain(of_variant, model, answered[0], len(answered) - 1, settings)
            rows.append(
                {"variant": variant, "model": model, "cycles": len(cell), "cost": cell["cost"].sum()}
                | by_data
                | {f"model_{name}": by_model[name] for name in ("gain", "low", "high", "beyond_noise")}
            )
    return pd.DataFrame(rows)


def _gain(frame: pd.DataFrame, name: str, against: str, tries: int, settings: Settings) -> dict[str, object]:
    """Return one gain with its interval, wide enough to hold for all `tries` at once (Bonferroni)."""
    cost = frame.groupby("model")["cost"].sum()
    gain = float(cost[against] - cost[name])
    if name == against:
        return _row(0.0, np.nan, np.nan, np.nan, 0, "Held against itself.")
    coverage = 1 - (1 - COVERAGE) / max(tries, 1)
    found = gain_interval(
        frame, name, against, days_per_period=settings.days_per_period, seed=settings.seed, coverage=coverage
    )
    return _row(gain, found.low, found.high, found.p_positive, found.blocks, found.note)


def _row(gain: float, low: float, high: float, chance: float, blocks: int, note: str) -> dict[str, object]:
    return {
        "gain": gain,
        "low": low,
        "high": high,
        "p_positive": chance,
        "blocks": blocks,
        "note": note,
        "beyond_noise": bool(low > 0 or high < 0),
    }


def _unknown(truth: pd.DataFrame, origins: Sequence[pd.Timestamp], settings: Settings) -> float:
    """Return the share of tested rows whose demand is not known to all variants."""
    last = calendar(origins[-1], truth["ds"].max(), settings.frequency)[: settings.horizon + 1][-1]
    tested = truth[(truth["ds"] > origins[0]) & (truth["ds"] <= last)]
    return float(tested["y"].isna().mean()) if len(tested) else float("nan")
