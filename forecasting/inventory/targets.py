"""A service level instead of a cost: the level it asks for, and the cost of a missed unit it implies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from forecasting.errors import DecisionError
from forecasting.inventory.interval_demand import IntervalDemand
from forecasting.inventory.newsvendor import expected_shortage, newsvendor_quantity
from forecasting.inventory.rules import Columns, number

Measure = Literal["alpha", "beta"]
MEASURES = ("alpha", "beta")


@dataclass(frozen=True)
class ServiceTarget:
    """What share to serve, for all items or by the values of one of their columns.

    alpha: share of cycles without running out (cycle service level); beta: share of demand
    served from stock (fill rate). They are different numbers: 95 % of cycles without a gap is
    often 99 % of demand.
    """

    measure: Measure = "alpha"
    share: float | None = None  # for every item; None: costs decide
    column: str = ""  # an items column such as category; its values may have shares of their own
    shares: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.measure not in MEASURES:
            raise DecisionError(f"A service target is alpha or beta, got {self.measure!r}.")
        given = [*self.shares.values(), *([] if self.share is None else [self.share])]
        bad = [s for s in given if not 0 < s < 1]
        if bad:
            raise DecisionError(
                f"A service target is a share between 0 and 1, got {bad[0]:g} (95 % is 0.95)."
            )

    @property
    def asks(self) -> bool:
        """Return whether any item is to be served by a target instead of by costs."""
        return self.share is not None or bool(self.shares)


def item_targets(items: pd.DataFrame, target: ServiceTarget) -> np.ndarray:
    """Return the share asked for per item, (n,); NaN where costs decide.

    An item's own `service_target` wins over its class, its class over the project.
    """
    shares = np.full(len(items), np.nan if target.share is None else target.share)
    if target.column in items:
        by_class = items[target.column].astype(str).map(dict(target.shares)).to_numpy(dtype=float)
        shares = np.where(np.isnan(by_class), shares, by_class)
    own = number(items, "service_target")
    return np.where((own > 0) & (own < 1), own, shares)


def target_level(demand: IntervalDemand, lines: Columns, *, whole_units: bool) -> np.ndarray:
    """Return the smallest level that serves the share asked for, (n,) units; NaN where none is.

    `lines` holds target (share or NaN) and target_measure.
    """
    shares = lines["target"]
    level = np.full(len(shares), np.nan)
    for measure, solve in (("alpha", newsvendor_quantity), ("beta", None)):
        rows = np.flatnonzero(~np.isnan(shares) & (lines["target_measure"] == measure))
        if not len(rows):
            continue
        whole, lead, wanted = demand.whole[rows], demand.lead[rows], shares[rows]
        found = solve(whole, wanted) if solve else _fill_level(whole, lead, wanted)
        level[rows] = np.ceil(found - 1e-9) if whole_units else found
    return level


def price_of_target(demand: IntervalDemand, lines: Columns, level: np.ndarray) -> np.ndarray:
    """Return the cost of a missed unit that makes the target's level the cheapest, (n,) money; NaN: none.

    Cu = Co · α / (1 − α); for a fill rate α is the share of cycles its level covers.
    """
    covered = (demand.whole <= level[:, None]).mean(axis=1)
    asked = np.where(lines["target_measure"] == "alpha", lines["target"], covered)
    # No future exceeds the level: the sample says only that the cost is beyond its last member.
    share = np.minimum(asked, 1 - 1 / (demand.whole.shape[1] + 1))
    return np.asarray(lines["overage"] * share / (1 - share) + 0.0 * lines["target"])


def _fill_level(whole: np.ndarray, lead: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return the level whose new shortage in a cycle, E(X_P − S)⁺ − E(X_L − S)⁺, is the share left open."""
    cycle = (whole - lead).mean(axis=1)
    low, high = np.zeros(len(whole)), whole.max(axis=1)
    for _ in range(40):
        middle = (low + high) / 2
        short = expected_shortage(whole, middle) - expected_shortage(lead, middle)
        # Below the demand before the delivery the difference falls again: nothing is served there.
        enough = (short <= (1 - shares) * cycle) & (middle >= lead.mean(axis=1))
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return high
