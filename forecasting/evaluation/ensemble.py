"""Several models as one, more weight to those that have been right at earlier origins."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from forecasting.evaluation.cycles import cycles_of
from forecasting.models.ensemble import mixed_frames, mixed_paths
from forecasting.paths import SamplePaths

ENSEMBLE = "ensemble"
# A weight falls with this power of the loss: twice the loss leaves a 256th. Between 6 and 10
# measured alike on m5; lower powers let clearly worse models in on the other sets.
POWER = 8.0
# A model that would get less than this adds its cost and no information.
LEAST_WEIGHT = 0.05


def pinball_by_origin(frame: pd.DataFrame, frequency: str) -> pd.DataFrame:
    """Return cutoff, known_from, loss, count of one model's cumulative backtest frame, a row per origin.

    `loss` is the sum of pinball losses (units) over series, steps and levels,
    complete on the date `known_from`; `count` says over how many outcomes.
    """
    cycles = cycles_of(frame, frequency)
    error = cycles.y[..., None] - cycles.quantiles
    losses = np.maximum(cycles.levels * error, (cycles.levels - 1) * error)
    known = ~np.isnan(losses)
    return pd.DataFrame(
        {
            "cutoff": cycles.cutoff,
            "known_from": cycles.known_from[:, -1],
            "loss": np.where(known, losses, 0.0).sum(axis=(1, 2, 3)),
            "count": known.sum(axis=(1, 2, 3)),
        }
    )


def weights(losses: Mapping[str, pd.DataFrame], at: pd.Timestamp) -> dict[str, float]:
    """Return the weight of each model from the origins complete on the date `at`; they add to one.

    `losses` holds the frame of `pinball_by_origin` per model. Empty without a
    complete origin: an average of models nobody has tested is no model.
    """
    means = {}
    for name, frame in losses.items():
        seen = frame[frame["known_from"] <= at]
        means[name] = seen["loss"].sum() / seen["count"].sum() if seen["count"].sum() else np.nan
    values = np.array(list(means.values()))
    if np.isnan(values).any():
        return {}
    values = np.maximum(values, 1e-12)  # a perfect model
    share = (values / values.min()) ** -POWER
    share = np.where(share < LEAST_WEIGHT * share.sum(), 0.0, share)
    return dict(zip(means, (share / share.sum()).tolist(), strict=True))


def blend(frame: pd.DataFrame, by_origin: Mapping[pd.Timestamp, Mapping[str, float]]) -> pd.DataFrame:
    """Return the ensemble's rows of a forecast or cumulative frame that holds its members' rows.

    `by_origin` gives the weights at every cutoff. Where a member has no rows for a
    series the others share its weight; series that no member serves are absent.
    """
    parts = []
    for at, given in by_origin.items():
        here = frame[frame["cutoff"] == at]
        names = [name for name, weight in given.items() if weight > 0]
        served = {name: set(here.loc[here["model"] == name, "unique_id"]) for name in names}
        for members, ids in _who_serves_whom(served).items():
            frames = [here[(here["model"] == n) & here["unique_id"].isin(ids)] for n in members]
            parts.append(mixed_frames(frames, [given[n] for n in members], name=ENSEMBLE))
    joined = pd.concat(parts, ignore_index=True) if parts else frame.iloc[:0]
    return joined.sort_values(["unique_id", "cutoff", "h"], ignore_index=True)[list(frame.columns)]


def _who_serves_whom(served: Mapping[str, set[str]]) -> dict[tuple[str, ...], set[str]]:
    """Return the series by the members that have a forecast of them."""
    groups: dict[tuple[str, ...], set[str]] = {}
    for unique_id in set().union(*served.values()):
        members = tuple(name for name, ids in served.items() if unique_id in ids)
        groups.setdefault(members, set()).add(unique_id)
    return groups


def blend_paths(
    paths: Mapping[str, SamplePaths], given: Mapping[str, float], *, seed: int = 0
) -> SamplePaths:
    """Return the futures of the ensemble, for the series that every member of weight serves."""
    used = [paths[name] for name, weight in given.items() if weight > 0]
    common = set(used[0].unique_id).intersection(*(set(p.unique_id) for p in used))
    return mixed_paths(
        [p.only(common) for p in used], [weight for weight in given.values() if weight > 0], seed
    )
