"""The scores frame: every metric per model, series and origin, and the leaderboard over them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from forecasting.dates import calendar, season_length
from forecasting.evaluation.metrics import seasonal_scale, squared_scale
from forecasting.evaluation.noise_floor import poisson_deviation
from forecasting.schema import QUANTILE_LEVELS, quantile_column

BY_SERIES = ["model", "unique_id", "cutoff"]
COVERAGES = (0.5, 0.8, 0.9)
BASELINE = "seasonal_naive"
_SUMS = ["units", "absolute_error", "over_forecast", "squared_error", "pinball", "chance"]


def fallback(models: Sequence[str]) -> str:
    """Return the model that stands for doing nothing clever: seasonal naive, else the simplest there is.

    >>> fallback(("drift", "seasonal_naive")), fallback(("drift", "theta"))
    ('seasonal_naive', 'drift')
    """
    return BASELINE if BASELINE in models else models[0]


def band_columns(coverage: float) -> tuple[str, str]:
    """Return the two quantile columns of a central interval.

    >>> band_columns(0.8)
    ('q0.1', 'q0.9')
    """
    tail = round((1 - coverage) / 2, 6)
    return quantile_column(tail), quantile_column(round(1 - tail, 6))


METRICS = ["wape", "floor", "bias", "mase", "rmsse", "wql", *(f"coverage_{c * 100:g}" for c in COVERAGES)]


def measure(backtest: pd.DataFrame, sales: pd.DataFrame, frequency: str) -> pd.DataFrame:
    """Return the sums every metric is made of, one row per model, series and origin.

    They depend on no cost and no choice of a model, so they are worked out once.
    Closed days and periods of unknown demand are left out: a zero on a closed
    day proves nothing.
    """
    # Model by model: the losses of all at all levels would be half a GB of 1,000 series.
    models = [backtest[backtest["model"] == name] for name in backtest["model"].unique()]
    sums = pd.concat([_summed_losses(rows) for rows in models or [backtest]], ignore_index=True)
    scales = _scales(sales, pd.DatetimeIndex(backtest["cutoff"].unique()), frequency)
    return sums.merge(scales, on=["unique_id", "cutoff"], how="left")


def score(measured: pd.DataFrame) -> pd.DataFrame:
    """Return one row per model, unique_id and cutoff with a column per metric.

    wape, bias, mase, rmsse, wql and coverage_50/80/90 are fractions or ratios, `floor` is the WAPE
    that pure chance (Poisson) would leave a perfect forecast of the model's own expectation;
    `periods` and `units` say on how much they rest.
    """
    return _ratios(measured)[[*BY_SERIES, "periods", "units", *METRICS]]


def leaderboard(measured: pd.DataFrame) -> pd.DataFrame:
    """Return one row per model: the metrics over all series and origins, and the skill.

    Sums are divided by sums (never a mean of ratios); mase and rmsse are means
    over series with a usable scale. `skill` = 1 − WQL / WQL of seasonal naive.
    """
    amounts = ["periods", *_SUMS, *_inside_names()]
    total = measured.groupby("model", sort=False)[amounts].sum(min_count=1).reset_index()
    board = _ratios(total.assign(seasonal_scale=np.nan, squared_scale=np.nan))
    scaled = _ratios(measured).groupby("model")[["mase", "rmsse"]].mean()
    board[["mase", "rmsse"]] = scaled.loc[board["model"]].to_numpy()
    naive = board.loc[board["model"] == BASELINE, "wql"]
    board["skill"] = 1 - board["wql"] / naive.iloc[0] if len(naive) else np.nan
    return board[["model", "periods", "units", *METRICS, "skill"]]


def _inside_names() -> list[str]:
    return [f"inside_{c * 100:g}" for c in COVERAGES]


def _summed_losses(backtest: pd.DataFrame) -> pd.DataFrame:
    """Return the sums every metric is made of, one row per model, series and origin."""
    counted = backtest["y"].notna()
    if "open" in backtest:
        counted &= backtest["open"].fillna(1) != 0
    rows = backtest[counted]
    y = rows["y"].to_numpy()[:, None]
    levels = np.array(QUANTILE_LEVELS)
    error = y - rows[[quantile_column(u) for u in QUANTILE_LEVELS]].to_numpy()  # (rows, levels)
    losses = rows[BY_SERIES].assign(
        periods=1,
        units=rows["y"],
        absolute_error=(rows["y"] - rows["mean"]).abs(),
        over_forecast=rows["mean"] - rows["y"],
        squared_error=(rows["y"] - rows["mean"]) ** 2,
        chance=poisson_deviation(rows["mean"].to_numpy(dtype=float)),
        pinball=np.maximum(levels * error, (levels - 1) * error).mean(axis=1),
    )
    for coverage, name in zip(COVERAGES, _inside_names(), strict=True):
        low, high = band_columns(coverage)
        inside = ((rows["y"] >= rows[low]) & (rows["y"] <= rows[high])).astype(float)
        losses[name] = inside.where(rows[low].notna() & rows[high].notna())
    # A plan of single numbers has no quantiles: what they would give is unknown, not zero.
    return losses.groupby(BY_SERIES, sort=False).sum(min_count=1).reset_index()


def _ratios(table: pd.DataFrame) -> pd.DataFrame:
    """Add the metrics to a table of sums; a zero denominator gives NaN, never zero or infinity."""
    units = table["units"].where(table["units"] > 0)
    columns: dict[str, pd.Series] = {
        "wape": table["absolute_error"] / units,
        "floor": table["chance"] / units,
        "bias": table["over_forecast"] / units,
        "mase": table["absolute_error"] / table["periods"] / table["seasonal_scale"],
        "rmsse": (table["squared_error"] / table["periods"] / table["squared_scale"]) ** 0.5,
        "wql": 2 * table["pinball"] / units,
    }
    columns |= {f"coverage_{c * 100:g}": table[f"inside_{c * 100:g}"] / table["periods"] for c in COVERAGES}
    return table.assign(**columns)


def _scales(sales: pd.DataFrame, origins: pd.DatetimeIndex, frequency: str) -> pd.DataFrame:
    """Return the yardsticks of every series at every origin, from that origin's own history."""
    dates = calendar(sales["ds"].min(), sales["ds"].max(), frequency)
    wide = sales.pivot(index="unique_id", columns="ds", values="y").reindex(columns=dates)
    history = wide.to_numpy(dtype=float)
    rows = []
    for cutoff in origins:
        until = int(dates.searchsorted(cutoff, side="right"))
        seasonal = [seasonal_scale(series[:until], season_length(frequency)) for series in history]
        squared = [squared_scale(series[:until]) for series in history]
        rows.append(
            pd.DataFrame(
                {
                    "unique_id": wide.index,
                    "cutoff": cutoff,
                    # A constant history gives a yardstick of zero: nothing can be scaled by it.
                    "seasonal_scale": np.where(np.array(seasonal) > 0, seasonal, np.nan),
                    "squared_scale": np.where(np.array(squared) > 0, squared, np.nan),
                }
            )
        )
    return pd.concat(rows, ignore_index=True)
