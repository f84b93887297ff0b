"""How sure one order is: its own risk, what its costs ask for, and how such promises were kept before."""

import numpy as np
import pandas as pd

from forecasting.evaluation.metrics import binomial_interval
from forecasting.report.columns import model_label
from forecasting.report.tables import percent
from forecasting.schema import quantile_columns, quantile_level
from forecasting.services.evaluate import Evaluation
from forecasting.services.findings import Findings
from forecasting.value.replay import Said, interpolated_quantile

BAND = 0.8  # the range whose keeping is told; `inside_80` of the sums
SAME = 0.005  # risks closer than this read alike


def how_sure(found: Findings, unique_id: str) -> str:
    """Return how the shares on an item's page belong together, in two sentences; '' without an order.

    The first: the share of order cycles that costs (or a target) ask to cover, and the risk this very
    order leaves. The second: in how many past cycles the level of its model, at that share, was enough,
    with the exact 95 % interval, and how many single periods lay in the 80 % range.
    """
    line = found.orders[found.orders["unique_id"] == unique_id].iloc[0]
    if line["problem"]:
        return ""
    return " ".join(part for part in (_this_order(line), _before(found, line)) if part)


def _this_order(line: pd.Series) -> str:
    asked = _asked(line)
    who = "Your service target comes to covering" if _by_target(line) else "Your costs ask to cover"
    first = f"{who} {percent(asked)} of order cycles, a risk of {percent(1 - asked)}"
    risk = float(line["stockout_risk"])
    if np.isnan(risk):
        return f"{first}; what this order leaves cannot be said, because its stock is not given."
    if abs(risk - (1 - asked)) < SAME:
        return f"{first}, and this order leaves just that."
    return f"{first}; this order leaves {percent(risk)}, {_why(line, risk < 1 - asked)}."


def _asked(line: pd.Series) -> float:
    """Return the share of cycles the level of a line is to cover, by its costs or those a target implies."""
    if not _by_target(line):
        return float(line["critical_ratio"])
    return float(line["implied_underage"] / (line["implied_underage"] + line["overage"]))


def _by_target(line: pd.Series) -> bool:
    return not pd.isna(line.get("implied_underage", np.nan))


def _why(line: pd.Series, less: bool) -> str:
    """Return why an order leaves another risk than its costs ask for: only what moves it that way."""
    word, added = "less" if less else "more", line["order_quantity"] - line["unrounded_order"]
    if less and line["order_quantity"] == 0:
        return "less, because more than enough is there or on order"
    reasons = []
    if added > 0 if less else added < 0:
        reasons.append("packs, minimum order or room round it")
    if less and line["short_before"] > 0:
        reasons.append("units lost before the delivery are not asked for after it")
    told = " and ".join(reasons) or "it is the quantity that costs least, not a share to be met"
    return f"{word}, because {told}"


def _before(found: Findings, line: pd.Series) -> str:
    """Return how often the level of this line's model was enough, and its range kept, in the past."""
    if found.evaluation is None:
        return ""
    name = str(line["unique_id"])
    model = str(found.choice.loc[found.choice["unique_id"] == name, "model"].iloc[0])
    scored = pd.DatetimeIndex(found.results.scored)
    enough = past_cycles(
        found.evaluation.measured.said, name, model, scored,
        lasts=int(line["protection_interval"]), share=_asked(line),
    )  # fmt: skip
    if not len(enough):
        return "No past order cycle of it is known whole, so whether that holds cannot be said."
    kept, of = int(enough.sum()), len(enough)
    low, high = binomial_interval(kept, of)
    return (
        f"At the tested past dates, filled up to that share by {model_label(model)}, "
        f"{kept} of {of} order cycles did not run out ({percent(kept / of)}; with so few, "
        f"{percent(low)} to {percent(high)} is plausible){_single(found, found.evaluation, name, model)}."
    )


def past_cycles(
    said: Said, unique_id: str, model: str, origins: pd.DatetimeIndex, *, lasts: int, share: float
) -> np.ndarray:
    """Return for each past cycle of one series whether its demand stayed within the model's level.

    The level is the model's quantile at `share` of demand over `lasts` periods, as it would have been
    said at each origin. Cycles that are not known whole are left out.
    """
    cycles = said.cycles
    mine = (cycles["unique_id"] == unique_id) & (cycles["model"] == model) & cycles["cutoff"].isin(origins)
    if lasts > said.rows.shape[1] or not mine.any():
        return np.empty(0, dtype=bool)
    places = said.rows[np.flatnonzero(mine), lasts - 1]
    rows = said.frame.iloc[places[places >= 0]]
    rows = rows[rows["y"].notna()]
    columns = quantile_columns(rows)
    levels = np.array([quantile_level(c) for c in columns])
    table = rows[columns].to_numpy(dtype=float)
    level = interpolated_quantile(table, levels, np.full(len(rows), share))
    return np.asarray(rows["y"].to_numpy(dtype=float) <= level)


def _single(found: Findings, evaluation: Evaluation, unique_id: str, model: str) -> str:
    """Return how many single periods of the past lay inside the 80 % range, and that it promises less."""
    sums = evaluation.measured.sums
    mine = sums[(sums["unique_id"] == unique_id) & (sums["model"] == model)]
    periods = float(mine["periods"].sum())
    if not periods > 0:
        return ""
    inside = float(mine["inside_80"].sum()) / periods
    return (
        f". The range drawn around single {found.settings.period}s promises something else: it is to hold "
        f"{percent(BAND)} of them and held {percent(inside)} of {periods:,.0f}"
    )
