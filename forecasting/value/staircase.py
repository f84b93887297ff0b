"""The staircase: today's practice, the best rule, our forecast, perfect foresight, each with its books.

today (today's forecast and rule) -> same forecast, best rule -> our forecast, best rule -> perfect
foresight. Only the third step is worth anything to a forecast: the second is had without one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.errors import DecisionError
from forecasting.schema import PLAN
from forecasting.value.chance import Chance, chance_of
from forecasting.value.contest import OURS, PERFECT, SAME, TODAY, Contest
from forecasting.value.days import Books, kept_blocks, walk
from forecasting.value.levels import Said

STEPS = (TODAY, SAME, OURS, PERFECT)
GAINS = {
    "recovered_margin": "lost_margin",
    "avoided_waste": "waste_cost",
    "avoided_holding": "holding_cost",
    "avoided_ordering": "ordering_cost",
}
UNITS = ("sold", "lost", "wasted", "held", "orders")


@dataclass(frozen=True)
class Staircase:
    """The replayed past; money over the evaluated periods. Positive gains are good."""

    unique_id: np.ndarray  # (n,)
    blocks: pd.DatetimeIndex  # (K,) origins whose blocks count
    books: Mapping[str, Books]  # by step, headline scenario
    base: str  # whose forecast `today` and `same` order by
    scenario: str  # how sold-out days are treated: lowest forecast value, the first while models are missing
    by_scenario: Mapping[str, float]  # scenario -> forecast value
    by_baseline: Mapping[str, float]  # baseline -> forecast value against it
    by_model: Mapping[str, np.ndarray]  # model -> cost per series, best rule, headline scenario
    forecast_value: Chance  # same -> ours
    policy_value: Chance  # today -> same
    evaluated_periods: int  # between the first counted and the last
    filled_in: int  # choices that had no forecast and took the fallback's
    overlap: int  # adjacent blocks that share a protection interval
    multiple: float  # of the forecast that today's rule is taken to fill up to; NaN where its cover is stated
    learned_from: int  # origins before the counted ones that it was learned from

    def gain(self, before: str, after: str) -> np.ndarray:
        """Return what `after` saves against `before`, per series and block, (n, K) money."""
        gain: np.ndarray = self.books[before].cost - self.books[after].cost
        return gain

    def cost(self, step: str) -> float:
        """Return what a step cost in all."""
        return float(self.books[step].cost.sum())

    @property
    def share_captured(self) -> float:
        """Return which share of what perfect foresight would save our forecast saves; NaN if nothing."""
        possible = float(self.gain(SAME, PERFECT).sum())
        return float(self.gain(SAME, OURS).sum()) / possible if possible > 0 else float("nan")

    @property
    def naive_best_gain(self) -> float:
        """Return the gain of the model that turned out best: known only afterwards, so too good."""
        return self._cost_of_base - min(float(cost.sum()) for cost in self.by_model.values())

    @property
    def naive_best_gain_by_item(self) -> float:
        """Return the gain of the best model of each series, known only afterwards: too good by far."""
        return self._cost_of_base - float(np.min(np.stack(list(self.by_model.values())), axis=0).sum())

    @property
    def _cost_of_base(self) -> float:
        """Return what today's forecast cost, added up as models' costs are: the same one gains exactly 0."""
        return float(self.by_model[self.base].sum()) if self.base in self.by_model else self.cost(SAME)

    def by_item(self, before: str = SAME, after: str = OURS) -> pd.DataFrame:
        """Return unique_id, one column per kind of gain, and `gain`, their sum; largest first."""
        one, other = self.books[before], self.books[after]
        parts = {
            name: (getattr(one, part) - getattr(other, part)).sum(axis=1) for name, part in GAINS.items()
        }
        table = pd.DataFrame({"unique_id": self.unique_id, **parts})
        table["gain"] = table[list(GAINS)].sum(axis=1)
        return table.sort_values(["gain", "unique_id"], ascending=[False, True], ignore_index=True)

    def without_the_best(self, items: int = 5) -> float:
        """Return the forecast value without the series that gained most."""
        return float(self.by_item()["gain"].iloc[items:].sum())

    def goodwill(self) -> float:
        """Return what customers who found what they wanted may be worth beside the gain; not part of it."""
        return float((self.books[SAME].goodwill - self.books[OURS].goodwill).sum())

    def table(self) -> pd.DataFrame:
        """Return the audit: unique_id, block, step, units, parts of the cost, and money, their sum."""
        n, n_blocks = self.books[TODAY].sold.shape
        parts = []
        for step, books in self.books.items():
            columns = {name: getattr(books, name).ravel() for name in (*UNITS, *GAINS.values())}
            parts.append(
                pd.DataFrame(
                    {
                        "unique_id": np.repeat(self.unique_id, n_blocks),
                        "block": np.tile(self.blocks.to_numpy(), n),
                        "step": step,
                        **columns,
                        "money": books.cost.ravel(),
                    }
                )
            )
        return pd.concat(parts, ignore_index=True)


def climb(contest: Contest, *, complete: bool = True) -> Staircase:
    """Return the staircase of a contest; see the module.

    The answer to sold-out days is the one of the lowest forecast value. While models are still missing
    (not `complete`) it is the first of them: else what today's practice cost would change with every
    model that finishes.
    """
    models = contest.models()
    simple = {name: contest.baseline(name, models) for name in contest.simple}
    base = strongest(contest, simple)
    start, ours = simple[base], contest.ours(models)
    worlds = [contest.world({SAME: start, OURS: ours}, start, scenario) for scenario in contest.scenarios]
    pairs = dict(zip((s.name for s in contest.scenarios), walk(worlds), strict=True))
    values = {name: float((pair[SAME].cost - pair[OURS].cost).sum()) for name, pair in pairs.items()}
    lowest = min(contest.scenarios, key=lambda scenario: values[scenario.name])
    headline = lowest if complete else contest.scenarios[0]
    # What perfect foresight says is not read: its levels are the demand itself.
    multiple, learned_from = contest.learned(base)
    ends = {TODAY: contest.today(start, multiple), PERFECT: start}
    played = contest.play(ends, start, headline) | pairs[headline.name]
    counted = slice(contest.first_scored, None)
    books = {step: kept_blocks(played[step], counted) for step in STEPS}
    others = {name: said for name, said in {**models, **simple}.items() if name != base}
    cost = {name: played[name].cost.sum(axis=1) for name in (SAME, OURS)}
    cost |= {base: cost[SAME], **contest.costs(others, start, headline)}
    overlap = int(np.ceil(contest.shelves.protection_interval.max() / contest.calendar.step - 1e-9))
    return Staircase(
        unique_id=contest.shelves.unique_id,
        blocks=contest.spoken.cutoffs[counted],
        books=books,
        base=base,
        scenario=headline.name,
        by_scenario=values,
        by_baseline={name: float((cost[name] - cost[OURS]).sum()) for name in simple},
        by_model={name: cost[name] for name in models},
        forecast_value=_chance(books, SAME, OURS, overlap, contest.seed),
        policy_value=_chance(books, TODAY, SAME, overlap, contest.seed),
        evaluated_periods=contest.n_periods - int(contest.course().counted_from.min()),
        filled_in=int(contest.missing()[counted].sum()),
        overlap=overlap,
        multiple=multiple if contest.practice.cover is None else float("nan"),
        learned_from=learned_from,
    )


def strongest(contest: Contest, baselines: Mapping[str, Said]) -> str:
    """Return whose forecast is today's: as stated, else the plan, else the cheapest simple one."""
    stated = contest.practice.forecast
    if stated != "auto":
        if stated not in baselines:
            raise DecisionError(
                f"Today's forecast is said to be {stated!r}, but it is not there; {sorted(baselines)} are. "
                "A plan needs a column manager_plan, last year a history of more than a year."
            )
        return stated
    first = next(iter(baselines))
    if PLAN in baselines or len(baselines) == 1:
        return first
    paid = contest.costs(baselines, baselines[first], contest.scenarios[0])
    costs = {name: float(cost.sum()) for name, cost in paid.items()}
    return min(costs, key=lambda name: costs[name])


def _chance(books: Mapping[str, Books], before: str, after: str, overlap: int, seed: int) -> Chance:
    return chance_of(books[before].cost - books[after].cost, overlap=overlap, seed=seed)
