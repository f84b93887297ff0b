"""Each series' own clock: how its dates become t in [0, 1], and where its slope may change."""

from dataclasses import dataclass, fields

import numpy as np

CHANGEPOINTS = 25
CHANGEPOINT_RANGE = 0.8


@dataclass(frozen=True)
class Clock:
    """The clocks of m series."""

    start: np.ndarray  # (m,) days since 1970
    span: np.ndarray  # (m,) days
    step: np.ndarray  # (m,) days, median distance of two known periods
    closest: np.ndarray  # (m,) days, the smallest such distance
    changes: np.ndarray  # (m,) how many changepoints
    changepoints: np.ndarray  # (m, CHANGEPOINTS) in t, infinity where there are fewer

    def rows(self, at: np.ndarray) -> "Clock":
        """Return the clocks of some series; one that all share stays as it is."""
        return self if len(self.span) == 1 else Clock(*(getattr(self, f.name)[at] for f in fields(self)))

    def trend_rows(self, days: np.ndarray) -> np.ndarray:
        """Return the rows slope, level, and a hinge per changepoint, (m, 2 + CHANGEPOINTS, len(days))."""
        t = ((days - self.start[:, None]) / self.span[:, None])[:, None, :]
        hinges = np.maximum(t - self.changepoints[:, :, None], 0.0)
        return np.concatenate([t, np.ones_like(t), hinges], axis=1)


def clocks(known: np.ndarray, days: np.ndarray, *, flat: bool) -> Clock:
    """Return the clocks of series known at these periods (m, T) bool, at least two each.

    Changepoints lie at quantiles of a series' own known periods, over the first 80 %, as
    Prophet places them. A flat trend has none.
    """
    changepoints = np.full((len(known), CHANGEPOINTS), np.inf)
    rows = []
    for i, mask in enumerate(known):
        own = days[mask]
        reach = int(np.floor(len(own) * CHANGEPOINT_RANGE)) - 1
        count = 0 if flat else max(min(CHANGEPOINTS, reach), 0)
        places = np.linspace(0, reach, count + 1).round().astype(int)[1:]
        changepoints[i, :count] = (own[places] - own[0]) / (own[-1] - own[0])
        gaps = np.diff(own)
        rows.append((own[0], own[-1] - own[0], np.median(gaps), gaps.min(), count))
    start, span, step, closest, changes = np.array(rows).T
    return Clock(start, span, step, closest, changes, changepoints)
