"""Which past forecasts the global model learns from."""

import numpy as np

# Bulk orders and promotions reach this far beyond what a series usually sells; typing errors further.
MAX_SPIKE = 10.0


def training_rows(
    y: np.ndarray, horizon: int, limit: int, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return series, origins and steps of at most `limit` past forecasts whose outcome is known.

    Newer origins are likelier: what sold two years ago says less about next month.
    """
    known = ~np.isnan(y)
    n, periods = y.shape
    first = known.argmax(axis=1)
    few = n * periods * horizon <= 2 * limit
    flat = (
        np.arange(n * periods * horizon)
        if few
        else _recent_first(generator, (n, periods, horizon), 2 * limit)
    )
    series, rest = np.divmod(flat, periods * horizon)
    origins, steps = np.divmod(rest, horizon)
    steps = steps + 1
    inside = origins + steps < periods
    series, origins, steps = series[inside], origins[inside], steps[inside]
    usable = known[series, origins + steps] & (origins >= first[series])
    chosen = np.flatnonzero(usable)
    if len(chosen) > limit:
        chosen = np.sort(generator.choice(chosen, limit, replace=False))
    return series[chosen], origins[chosen], steps[chosen]


def _recent_first(generator: np.random.Generator, shape: tuple[int, int, int], size: int) -> np.ndarray:
    n, periods, horizon = shape
    # The square root of a uniform number: density rises linearly towards the newest origin.
    origins = (periods * np.sqrt(generator.random(size))).astype(int)
    series, steps = generator.integers(n, size=size), generator.integers(horizon, size=size)
    return np.unique((series * periods + origins) * horizon + steps)


def winsorised(y: np.ndarray) -> np.ndarray:
    """Return sales (n, T) held to `MAX_SPIKE` × the 90th percentile of what their series sells when it sells.

    One absurd sale of one series must not become the tail of all the others' forecasts.
    """
    # Zeros are left out, or a slow mover's ordinary sales would be its spikes.
    selling = np.sort(np.where(y > 0, y, np.inf), axis=1)
    count = np.count_nonzero(y > 0, axis=1)
    place = (0.9 * np.maximum(count - 1, 0)).astype(int)
    usual = selling[np.arange(len(y)), place]
    return np.where(count[:, None] > 0, np.minimum(y, MAX_SPIKE * usual[:, None]), y)
