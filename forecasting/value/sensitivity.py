"""What the gain hangs on: the replay again with other costs, times and worlds, nothing fitted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from forecasting.value.censored import Scenario
from forecasting.value.contest import OURS, SAME, Contest
from forecasting.value.days import World, paid
from forecasting.value.shelves import Shelves
from forecasting.value.staircase import Staircase

SWING = 0.25  # every input is moved by a quarter, down and up
LESS_DEMAND, LATER = 0.8, 1.5


@dataclass(frozen=True)
class Swing:
    """An input at its lower and its upper end, and what follows from each, in money."""

    name: str
    low: float
    high: float
    ends: tuple[str, str] = ("−25 %", "+25 %")

    @property
    def width(self) -> float:
        """Return how far apart the two ends lie."""
        return abs(self.high - self.low)


@dataclass(frozen=True)
class GainsUnder:
    """The forecast value over the evaluated periods under other assumptions, money."""

    swings: tuple[Swing, ...]
    less_demand: float  # customers want a fifth less than they did, and no forecast knew
    late: float  # deliveries take half as long again, and no rule knows


def gains_under(contest: Contest, stairs: Staircase) -> GainsUnder:
    """Return the forecast value with one input changed at a time.

    Base and sold-out days stay as they were. All worlds are walked at once, by the two forecasts that
    are compared and nobody else.
    """
    few = contest.narrowed(stairs.base)
    scenario = next(s for s in contest.scenarios if s.name == stairs.scenario)
    less = replace(scenario, demand=scenario.demand * LESS_DEMAND)
    late = np.ceil(contest.shelves.lead_time * LATER)
    moved = [
        replace(few, shelves=change(contest.shelves, 1 + sign * SWING))
        for change in WAYS.values()
        for sign in (-1, 1)
    ]
    worlds = [_world(one, stairs.base, scenario) for one in moved]
    worlds += [_world(few, stairs.base, less), _world(few, stairs.base, scenario, late)]
    *ends, less_demand, later = [float((b[SAME] - b[OURS]).sum()) for b in paid(worlds)]
    swings = (
        *(
            Swing(name, *pair)
            for name, pair in zip(WAYS, zip(ends[::2], ends[1::2], strict=True), strict=True)
        ),
        _ends("sold_out", stairs.by_scenario),
        _ends("baseline", stairs.by_baseline),
    )
    return GainsUnder(tuple(s for s in swings if s is not None), less_demand, later)


def _world(contest: Contest, base: str, scenario: Scenario, late: np.ndarray | None = None) -> World:
    models = contest.models()
    start = contest.baseline(base, models)
    return contest.world({SAME: start, OURS: contest.ours(models)}, start, scenario, late)


def _underage(shelves: Shelves, factor: float) -> Shelves:
    return replace(
        shelves,
        margin=shelves.margin * factor,
        goodwill=shelves.goodwill * factor,
        critical_ratio=_at_odds(shelves.critical_ratio, factor),
    )


def _holding(shelves: Shelves, factor: float) -> Shelves:
    cleared = np.where(shelves.perishable, shelves.written_off, 0.0)
    before, after = (cleared + f * shelves.holding * shelves.review_period for f in (1.0, factor))
    odds = np.divide(before, after, out=np.ones_like(before), where=after > 0)
    return replace(
        shelves, holding=shelves.holding * factor, critical_ratio=_at_odds(shelves.critical_ratio, odds)
    )


def _at_odds(ratio: np.ndarray, factor: np.ndarray | float) -> np.ndarray:
    """Return the critical ratio when Cu : Co is `factor` times what it was."""
    changed: np.ndarray = ratio * factor / (ratio * factor + 1 - ratio)
    return changed


def _lead_time(shelves: Shelves, factor: float) -> Shelves:
    """Change the lead time by whole periods, at least one; it is never below none."""
    moved = np.rint(shelves.lead_time * factor)
    least = shelves.lead_time + np.sign(factor - 1)
    changed = np.maximum(moved, least) if factor > 1 else np.minimum(moved, least)
    return replace(shelves, lead_time=np.maximum(changed, 0.0))


WAYS = {"underage": _underage, "holding": _holding, "lead_time": _lead_time}


def _ends(name: str, named: Mapping[str, float]) -> Swing | None:
    """Return the least and the greatest of several answers as a swing; None where there is one only."""
    if len(named) < 2:
        return None
    low, high = min(named, key=lambda k: named[k]), max(named, key=lambda k: named[k])
    return Swing(name, named[low], named[high], (low, high))
