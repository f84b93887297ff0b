"""A season that is found, taken out, and put back: for the models that draw straight lines."""

from dataclasses import dataclass

import numpy as np

# One-sided 95 % point of the normal: the M competitions' test of seasonality (Assimakopoulos &
# Nikolopoulos 2000; Fiorucci et al. 2016, Models for optimising the theta method, section 4).
SIGNIFICANT = 1.645
# A season that multiplies divides sales by its index: below this share of a usual period
# the quotient is noise.
LEAST_INDEX = 0.02


@dataclass(frozen=True)
class Season:
    """Each series' usual departure from its level by season position, position 0 the first period ahead."""

    index: np.ndarray  # (n, season) factors where `multiplies`, else units
    multiplies: np.ndarray  # (n,) bool
    found: np.ndarray  # (n,) bool: false where no season was seen, the index then changes nothing

    def removed(self, y: np.ndarray) -> np.ndarray:
        """Return the sales without their season, (n, T) units."""
        at = np.arange(-y.shape[1], 0) % self.index.shape[1]
        index = self.index[:, at]
        with np.errstate(invalid="ignore"):
            return np.where(self.multiplies[:, None], y / np.where(index > 0, index, 1.0), y - index)

    def put_back(self, i: int, paths: np.ndarray) -> np.ndarray:
        """Return paths of series i, (n_paths, horizon), with the season of the periods ahead."""
        index = self.index[i, np.arange(paths.shape[1]) % self.index.shape[1]]
        return paths * index if self.multiplies[i] else paths + index


def find_season(y: np.ndarray, season: int) -> Season:
    """Return the season of each series (n, T): classical decomposition, where it passes the test.

    It multiplies where every known period sold something and adds otherwise. Series with
    fewer than two full rounds of known periods have none. Source: Hyndman & Athanasopoulos,
    FPP3, 3.4; unknown periods are left out of every mean.
    """
    known = ~np.isnan(y)
    level = centred_mean(y, season)
    with np.errstate(invalid="ignore", divide="ignore"):
        quotient = np.where(level > 0, y / level, np.nan)
    multiplies: np.ndarray = np.logical_or(y > 0, ~known).all(axis=1)
    detrended = np.where(multiplies[:, None], quotient, y - level)
    index = _mean_by_position(detrended, season)
    whole = np.nanmean(np.where(np.isnan(index).all(axis=1)[:, None], 0.0, index), axis=1)[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        index = np.where(multiplies[:, None], index / whole, index - whole)
    neutral = multiplies.astype(float)[:, None]
    index = np.where(np.isnan(index), neutral, index)
    found = seasonal(y, season) & (index.min(axis=1) > np.where(multiplies, LEAST_INDEX, -np.inf))
    return Season(np.where(found[:, None], index, neutral), multiplies, found)


def seasonal(y: np.ndarray, season: int) -> np.ndarray:
    """Return which series repeat themselves after `season` periods, (n,) bool.

    |r_m| > 1.645 √((1 + 2 Σ r_i²)/n), i < m: a correlation that chance alone rarely shows.
    """
    known = ~np.isnan(y)
    count = known.sum(axis=1)
    mean = np.where(known, y, 0.0).sum(axis=1) / np.maximum(count, 1)
    z = np.where(known, y - mean[:, None], 0.0)
    power = np.einsum("nt,nt->n", z, z)
    reach = min(season, y.shape[1] - 1)
    products = [np.einsum("nt,nt->n", z[:, lag:], z[:, :-lag]) for lag in range(1, reach + 1)]
    with np.errstate(invalid="ignore", divide="ignore"):
        r = np.where(power > 0, np.array(products) / power, 0.0)  # (lags, n)
        limit = SIGNIFICANT * np.sqrt((1 + 2 * (r[:-1] ** 2).sum(axis=0)) / count)
    enough = (count >= 2 * season) & (reach == season)
    return enough & (np.abs(r[-1]) > limit) if reach else np.zeros(len(y), dtype=bool)


def centred_mean(y: np.ndarray, season: int) -> np.ndarray:
    """Return the mean over the season around each period, (n, T) units; NaN near the ends.

    An even season weighs its two outermost periods by half; unknown periods have no weight.
    """
    weights = np.ones(season) if season % 2 else np.r_[0.5, np.ones(season - 1), 0.5]
    half = len(weights) // 2
    result = np.full(y.shape, np.nan)
    if y.shape[1] < len(weights):
        return result
    known = ~np.isnan(y)
    total, weight = (_weighted_sums(a, weights) for a in (np.where(known, y, 0.0), known.astype(float)))
    with np.errstate(invalid="ignore", divide="ignore"):
        result[:, half : y.shape[1] - half] = np.where(weight > season / 2, total / weight, np.nan)
    return result


def _weighted_sums(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    width = values.shape[1] - len(weights) + 1
    return sum((w * values[:, k : k + width] for k, w in enumerate(weights)), np.zeros((len(values), width)))


def _mean_by_position(values: np.ndarray, season: int) -> np.ndarray:
    """Return the mean of the known values by position, (n, season); position 0 follows the last period."""
    rounds = -(-values.shape[1] // season)
    padding = np.full((len(values), rounds * season - values.shape[1]), np.nan)
    cycles = np.concatenate([padding, values], axis=1).reshape(len(values), rounds, season)
    known = ~np.isnan(cycles)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(known, cycles, 0.0).sum(axis=1) / known.sum(axis=1)
