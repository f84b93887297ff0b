"""What a level of stock costs over one order's time, term by term, and the level that costs least.

X_k is demand over the first k periods, L the lead time, R the review period, P = L + R. A level S
(on hand + on order + ordered now) is expected to cost

    missed · [E(X_P − S)⁺ − E(X_L − S)⁺]         what an order can still change (carrying situations)
  + missed per period · Σ_{j=1..R} E(X_{L+j} − S)⁺
  + left over · E(S − X_P)⁺
  + held per period · Σ_{j=1..R} E(S − X_{L+j})⁺
  + expired · E(S − X_{L+life})⁺                 oldest first, so the last unit waits for S others

All sums run along the same sample paths. Where R = 1, or all is settled at the interval's end, this
is the newsvendor; elsewhere the level solves `slope` = 0 by bisection. Source: Silver, Pyke & Thomas
(2017), 6.9 and 7.10; end-of-period costs as in Snyder & Shen (2019), 4.3.
"""

from dataclasses import dataclass, fields, replace

import numpy as np

from forecasting.inventory.interval_demand import IntervalDemand
from forecasting.inventory.newsvendor import cheapest_whole_quantity, newsvendor_quantity
from forecasting.inventory.rules import Columns

# The level is looked for above this quantile of demand: below it almost nothing is ever left to sell.
LOWEST_SHARE = 0.02
# Goods by weight: halvings of the bracket, down to a thousandth of a percent of it.
HALVINGS = 17
# Keeping may cost nothing where expiry does: then the level is looked for from the largest demand down.
FREE = 1e-9


@dataclass(frozen=True)
class CostTerms:
    """Money per unit, (n,) each; see the module's formula."""

    missed_cost: np.ndarray
    missed_period_cost: np.ndarray
    leftover_cost: np.ndarray
    held_period_cost: np.ndarray
    expired_cost: np.ndarray
    carries: np.ndarray  # bool: stock goes on to the next cycle
    waits: np.ndarray  # bool: customers who find nothing wait

    @classmethod
    def of(cls, columns: Columns) -> "CostTerms":
        """Return the terms of order lines; `carries` and `waits` follow from situation and missed sale."""
        amounts = {f.name: columns[f.name].astype(float) for f in fields(cls) if f.name.endswith("_cost")}
        kind, missed = columns["situation"], columns["missed_sale"]
        return cls(**amounts, carries=~np.isin(kind, ["season", "typed"]), waits=missed != "lost")

    @property
    def settled_at_the_end(self) -> bool:
        """Return whether only the whole interval counts, for every row."""
        by_period = self.missed_period_cost + self.held_period_cost + self.expired_cost
        return not (by_period.any() or self.carries.any())

    def only(self, rows: np.ndarray) -> "CostTerms":
        """Return the terms of some of the rows."""
        return CostTerms(*(getattr(self, f.name)[rows] for f in fields(self)))


def interval_cost(demand: IntervalDemand, terms: CostTerms, stock: np.ndarray) -> np.ndarray:
    """Return the expected money lost over the interval with this much stock in all, (n,)."""
    short = _shortage(demand.whole, stock)
    before = _shortage(demand.lead, stock) if terms.carries.any() else np.zeros(len(short))
    cost = terms.missed_cost * (short - np.where(terms.carries, before, 0.0))
    cost = cost + terms.leftover_cost * _surplus(demand.end_means[-1], stock, short)
    if not terms.settled_at_the_end:
        shorts = [*(_shortage(x, stock) for x in demand.ends[:-1]), short]
        left = sum(_surplus(m, stock, s) for m, s in zip(demand.end_means, shorts, strict=True))
        cost = cost + terms.missed_period_cost * sum(shorts) + terms.held_period_cost * left
    if demand.life is not None:
        unsold = _surplus(demand.life.mean(axis=1), stock, _shortage(demand.life, stock))
        cost = cost + terms.expired_cost * unsold
    return np.asarray(cost)


def left_over_cost(demand: IntervalDemand, terms: CostTerms, stock: np.ndarray) -> np.ndarray:
    """Return the part of `interval_cost` that too much stock causes, (n,)."""
    nothing = np.zeros(len(stock))
    return interval_cost(demand, replace(terms, missed_cost=nothing, missed_period_cost=nothing), stock)


def slope(demand: IntervalDemand, terms: CostTerms, stock: np.ndarray) -> np.ndarray:
    """Return what one unit more would cost (below 0: save) at this level, (n,)."""
    covered = _covered(demand.whole, stock)
    start = np.where(terms.carries, _covered(demand.lead, stock), 1.0)
    gained = -terms.missed_cost * (start - covered) + terms.leftover_cost * covered
    if not terms.settled_at_the_end:
        shares = [*(_covered(x, stock) for x in demand.ends[:-1]), covered]
        reached = np.sum(shares, axis=0)
        gained = gained + terms.held_period_cost * reached
        gained = gained - terms.missed_period_cost * (len(shares) - reached)
    if demand.life is not None:
        gained = gained + terms.expired_cost * _covered(demand.life, stock)
    return np.asarray(gained)


def best_level(demand: IntervalDemand, terms: CostTerms, *, whole_units: bool) -> np.ndarray:
    """Return the order-up-to level of least expected cost, (n,) units.

    Where everything is settled at the interval's end it is the newsvendor's quantile. That
    quantile, with all holding charged, is never too low elsewhere: the bisection starts there.
    """
    missed = terms.missed_cost + len(demand.ends) * terms.missed_period_cost
    over = terms.leftover_cost + len(demand.ends) * terms.held_period_cost
    over = np.maximum(over, FREE * missed)
    if whole_units:
        ceiling = cheapest_whole_quantity(demand.whole, missed, over)
    else:
        ceiling = newsvendor_quantity(demand.whole, missed / (missed + over))
    if terms.settled_at_the_end:
        return ceiling
    found = _bisected(demand, terms, ceiling, whole_units)
    dearer = interval_cost(demand, terms, found) > interval_cost(demand, terms, ceiling)
    return np.where(dearer, ceiling, found)


def _bisected(demand: IntervalDemand, terms: CostTerms, ceiling: np.ndarray, whole_units: bool) -> np.ndarray:
    """Return the smallest level at which one unit more no longer saves, at most `ceiling`."""
    place = int(LOWEST_SHARE * demand.whole.shape[1])
    lowest = np.partition(demand.whole, place, axis=1)[:, place]
    low, high = np.minimum(np.floor(lowest) - 1.0, ceiling - 1.0), ceiling.astype(float)
    widest = max(float((high - low).max()), 2.0)
    for _ in range(int(np.ceil(np.log2(widest))) if whole_units else HALVINGS):
        middle = np.floor((low + high) / 2) if whole_units else (low + high) / 2
        enough = slope(demand, terms, middle) >= 0
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return np.maximum(high, 0.0)


def _covered(demand: np.ndarray, stock: np.ndarray) -> np.ndarray:
    """Return P(X ≤ S), (n,)."""
    return np.count_nonzero(demand <= stock[:, None], axis=1) / demand.shape[1]


def _shortage(demand: np.ndarray, stock: np.ndarray) -> np.ndarray:
    short = demand - stock[:, None]
    return np.maximum(short, 0.0, out=short).mean(axis=1)


def _surplus(mean: np.ndarray, stock: np.ndarray, short: np.ndarray) -> np.ndarray:
    """Return E(S − X)⁺ = S − E X + E(X − S)⁺."""
    return np.maximum(stock - mean + short, 0.0)
