"""How long deliveries take when they do not always take the same: from receipts, or from three numbers."""

from collections.abc import Mapping
from zlib import crc32

import numpy as np
import pandas as pd

from forecasting.errors import DecisionError

# Fewer receipts say too little about late ones; the three numbers of the items table then count.
MIN_RECEIPTS = 8
RECEIPT_COLUMNS = ("supplier", "ordered", "received")
# Points of a triangular distribution; enough that its tail is not a single draw.
POINTS = 200


def observed_lead_times(receipts: pd.DataFrame, days_per_period: float) -> dict[str, np.ndarray]:
    """Return the lead times each supplier has shown, in whole periods, by supplier.

    `receipts` has one row per delivery: supplier, ordered, received (dates). A supplier
    with fewer than eight is left out. A delivery that took part of a period took it whole.
    """
    missing = [c for c in RECEIPT_COLUMNS if c not in receipts]
    if missing:
        raise DecisionError(f"Receipts need the columns {list(RECEIPT_COLUMNS)}; {missing} are missing.")
    days = (pd.to_datetime(receipts["received"]) - pd.to_datetime(receipts["ordered"])).dt.days
    if days.isna().any() or (days < 0).any():
        bad = int((days.isna() | (days < 0)).sum())
        raise DecisionError(f"{bad} receipts came before they were ordered or lack a date; correct them.")
    periods = np.ceil(days.to_numpy(dtype=float) / days_per_period)
    supplier = receipts["supplier"].astype(str).to_numpy()
    shown = {str(name): np.sort(periods[supplier == name]) for name in np.unique(supplier)}
    return {name: times for name, times in shown.items() if len(times) >= MIN_RECEIPTS}


def triangular_lead_times(shortest: float, usual: float, longest: float) -> np.ndarray:
    """Return lead times spread as a triangle over the three numbers, in whole periods, sorted."""
    if not 0 <= shortest <= usual <= longest:
        raise DecisionError(
            f"Lead times must rise from shortest to longest, got {shortest:g}, {usual:g}, {longest:g}."
        )
    share = (np.arange(POINTS) + 0.5) / POINTS
    width = longest - shortest
    if width == 0:
        return np.array([usual])
    turn = (usual - shortest) / width
    rising = shortest + np.sqrt(share * width * (usual - shortest))
    falling = longest - np.sqrt((1 - share) * width * (longest - usual))
    return np.round(np.where(share < turn, rising, falling))


def lead_time_draws(
    items: pd.DataFrame, policies: pd.DataFrame, observed: Mapping[str, np.ndarray]
) -> pd.Series:
    """Return possible lead times per item (equally likely), None where it always takes the same.

    What a supplier has shown wins over the three numbers of the items table.
    """
    suppliers = items["supplier"].astype(str) if "supplier" in items else pd.Series("", index=items.index)
    draws: list[np.ndarray | None] = []
    bounds = policies[["lead_time_min", "lead_time", "lead_time_max"]].to_numpy(dtype=float)
    for supplier, (low, usual, high), problem in zip(suppliers, bounds, policies["problem"], strict=True):
        found = observed.get(supplier)
        if problem == "" and found is None and low < high:
            found = triangular_lead_times(low, usual, high)
        same = found is None or found[0] == found[-1]
        draws.append(None if same or problem != "" else found)
    return pd.Series(draws, index=items.index, dtype=object)


def varying_lead_times(draws: np.ndarray, n_paths: int, unique_ids: np.ndarray) -> np.ndarray:
    """Return a lead time per series and path, (n, n_paths) whole periods, in random order along the paths.

    Every possible lead time comes up as often as it should, so that chance adds nothing; a
    series draws alike whatever its neighbours.
    """
    table = np.empty((len(draws), n_paths), dtype=np.int64)
    share = (np.arange(n_paths) + 0.5) / n_paths
    for place, (name, possible) in enumerate(zip(unique_ids, draws, strict=True)):
        spread = possible[(share * len(possible)).astype(int)]
        table[place] = np.random.default_rng(crc32(str(name).encode())).permutation(spread)
    return table
