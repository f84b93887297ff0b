"""Borrowed history: a series too new to be forecast from its own sales takes those of similar ones."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from forecasting.models.base import Panel, series_generators

# With fewer similar series than this their middle says nothing; the next wider circle is asked.
MIN_DONORS = 5
# Prices within this factor of one another are one band.
PRICE_BAND = 1.5
# Paths come from the donors nearest in level: a slow mover's zeros are not a fast mover's scaled down.
NEAREST = 20
# The recent periods that set a donor's level, per period of the horizon (at least this many in all).
LEVEL_WINDOW = 13
# How sure similar series make us of a new one's level, as the shape of a gamma distribution: a
# quarter is as wide as a level can be guessed, ten is a group of near twins.
SHAPES = (0.25, 10.0)


@dataclass(frozen=True)
class Donors:
    """The series others may borrow from, with what is known of each."""

    place: np.ndarray  # (d,) rows of the panel
    level: np.ndarray  # (d,) units a period, > 0, lately
    unevenness: np.ndarray  # (d,) squared coefficient of variation of one period


@dataclass(frozen=True)
class LoanTerms:
    """The seed of the draws, and which category a series belongs to where that is known."""

    seed: int
    groups: Mapping[str, str]  # unique_id -> category


def find_donors(panel: Panel, able: np.ndarray) -> Donors:
    """Return the able series (n,) bool that sold something lately."""
    recent = panel.y[:, -max(LEVEL_WINDOW, 2 * panel.horizon) :]
    known = ~np.isnan(recent)
    count = np.maximum(known.sum(axis=1), 1)
    level = np.where(known, recent, 0.0).sum(axis=1) / count
    variance = np.where(known, (recent - level[:, None]) ** 2, 0.0).sum(axis=1) / count
    place = np.flatnonzero(able & (level > 0))
    return Donors(place, level[place], variance[place] / level[place] ** 2)


def borrow(
    panel: Panel, values: np.ndarray, borrowers: np.ndarray, donors: Donors, terms: LoanTerms
) -> tuple[np.ndarray, dict[str, str]]:
    """Return paths (n, n_paths, H) in which the borrowers (places) have futures of similar series, and notes.

    A future is a donor's path, drawn again at a level of the borrower's own: gamma, from the donors'
    levels and the borrower's few sales, each weighed by how sure it makes us. With fewer than
    `MIN_DONORS` donors nothing changes. Donors share the borrower's group (its
    category), else its price band (driver `price`), else they are all.
    """
    if len(donors.place) < MIN_DONORS:
        return values, {}
    lent, notes = values.copy(), {}
    for i in borrowers:
        unique_id = panel.unique_id[i]
        similar, circle = _circle(panel, i, donors, terms.groups)
        own = panel.y[i, ~np.isnan(panel.y[i])]
        shape, mean = _level(own, donors.level[similar], float(np.median(donors.unevenness[similar])))
        generator = series_generators(terms.seed, panel.unique_id[i : i + 1])[0]
        nearest = similar[np.argsort(np.abs(np.log(donors.level[similar] / mean)), kind="stable")[:NEAREST]]
        n_paths = values.shape[1]
        who = nearest[generator.integers(len(nearest), size=n_paths)]
        path = values[donors.place[who], generator.integers(n_paths, size=n_paths)]  # (n_paths, H)
        level = generator.gamma(shape, mean / shape, n_paths)
        lent[i] = path * (level / donors.level[who])[:, None]
        notes[unique_id] = (
            f"borrowed history: {len(own)} known periods of its own and {len(similar)} series {circle}"
        )
    return lent, notes


def _circle(panel: Panel, i: int, donors: Donors, groups: Mapping[str, str]) -> tuple[np.ndarray, str]:
    """Return the donors (places among them) of the narrowest circle that has enough, and its words."""
    group = groups.get(panel.unique_id[i])
    if group is not None:
        same = np.array([groups.get(u) == group for u in panel.unique_id[donors.place]])
        if same.sum() >= MIN_DONORS:
            return np.flatnonzero(same), f"of {group}"
    if "price" in panel.future_drivers:
        price = panel.future_drivers["price"].mean(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = price[donors.place] / price[i]
        near = (ratio <= PRICE_BAND) & (ratio >= 1 / PRICE_BAND)
        if near.sum() >= MIN_DONORS:
            return np.flatnonzero(near), "of like price"
    return np.arange(len(donors.place)), "of any kind"


def _level(own: np.ndarray, levels: np.ndarray, unevenness: float) -> tuple[float, float]:
    """Return (shape, mean) of the gamma distribution of the level: Gamma–Poisson, Poisson stretched by φ.

    The donors' levels are the prior, by moments; n own periods that sold S add S/φ to the
    shape and n/φ to the rate, with φ the variance over the mean that such a series usually has.
    """
    mean = levels.mean()
    shape = float(np.clip(mean**2 / max(levels.var(), 1e-12), *SHAPES))
    usual = own.mean() if own.size and own.mean() > 0 else mean
    spread = max(1.0, unevenness * usual)
    posterior = shape + own.sum() / spread
    return posterior, posterior / (shape / mean + own.size / spread)
