"""Demand summed over the times an order is judged by, along whole paths."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class IntervalDemand:
    """Summed demand of a block of series along their paths, (n, n_paths) each, in units.

    X_k is demand over the first k periods, L the lead time, R the review period, P = L + R.
    """

    lead: np.ndarray  # X_L: before the delivery
    ends: tuple[np.ndarray, ...]  # X_{L+1} … X_P; X_P alone where nothing is paid by the period
    early: tuple[np.ndarray, ...] = ()  # X_1 … X_L, where customers are paid for waiting before the delivery
    life: np.ndarray | None = None  # X_{L+life}; None: nothing expires

    @property
    def whole(self) -> np.ndarray:
        """Return X_P: demand over the whole protection interval."""
        return self.ends[-1]

    @cached_property
    def end_means(self) -> tuple[np.ndarray, ...]:
        """Return the means of `ends`, (n,) each: every cost asks for them."""
        return tuple(x.mean(axis=1) for x in self.ends)

    def less(self, lost: np.ndarray) -> "IntervalDemand":
        """Return the demand still there when `lost` (n, n_paths) went elsewhere before the delivery."""
        life = None if self.life is None else self.life - lost
        return replace(self, lead=self.lead - lost, ends=tuple(x - lost for x in self.ends), life=life)


@dataclass(frozen=True)
class Times:
    """When the goods of a block of lines come, when the next order does, and how long they keep."""

    lead_time: int | np.ndarray  # periods; one per row and path, (n, n_paths), where it varies
    review_period: int
    by_period: bool = False  # costs fall in every period, not only at the interval's end
    waiting: bool = False  # customers are paid for every period they wait, before the delivery too
    life: int = 0  # periods a unit keeps, the one of arrival included; 0: it does not expire


def interval_demand(futures: np.ndarray, times: Times) -> IntervalDemand:
    """Return the sums of `futures` (n, n_paths, horizon) that `times` asks for.

    What keeps beyond the horizon is judged at the horizon: more of it then seems to expire, never less.
    """
    if isinstance(times.lead_time, np.ndarray):
        return _with_varying_lead_time(futures, times.lead_time, times)
    lead_time, review = times.lead_time, times.review_period
    lead = futures[:, :, :lead_time].sum(axis=2, dtype=np.float64)
    if times.by_period:
        sums = [lead]
        for period in range(lead_time, lead_time + review):
            sums.append(sums[-1] + futures[:, :, period])
        ends = tuple(sums[1:])
    else:
        ends = (futures[:, :, : lead_time + review].sum(axis=2, dtype=np.float64),)
    waits = range(1, lead_time + 1) if times.waiting else ()
    early = tuple(futures[:, :, :k].sum(axis=2, dtype=np.float64) for k in waits)
    life = futures[:, :, : lead_time + times.life].sum(axis=2, dtype=np.float64) if times.life else None
    return IntervalDemand(lead, ends, early, life)


def _with_varying_lead_time(futures: np.ndarray, lead_time: np.ndarray, times: Times) -> IntervalDemand:
    """Return the same, each path with a lead time of its own."""
    n, n_paths, horizon = futures.shape
    sums = np.zeros((n, n_paths, horizon + 1))
    np.cumsum(futures, axis=2, out=sums[:, :, 1:])

    def until(period: np.ndarray) -> np.ndarray:
        at = np.minimum(period, horizon)[:, :, None]
        return np.take_along_axis(sums, at, axis=2)[:, :, 0]

    first = 1 if times.by_period else times.review_period
    ends = tuple(until(lead_time + j) for j in range(first, times.review_period + 1))
    waits = range(1, int(lead_time.max(initial=0)) + 1) if times.waiting else ()
    early = tuple(np.where(k <= lead_time, sums[:, :, k], 0.0) for k in waits)
    return IntervalDemand(
        until(lead_time), ends, early, until(lead_time + times.life) if times.life else None
    )
