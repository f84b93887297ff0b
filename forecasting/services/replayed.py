"""From a project's results to the contest that is replayed day by day, and who cannot take part."""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from forecasting.dates import calendar, season_length, year_of_periods
from forecasting.errors import DecisionError
from forecasting.evaluation.scores import fallback
from forecasting.inventory.economics import item_costs
from forecasting.inventory.policy import item_policies
from forecasting.schema import PLAN
from forecasting.services.compute import Results
from forecasting.services.dataset import Dataset
from forecasting.services.plan_cycles import planned_units
from forecasting.settings import Settings
from forecasting.value.censored import Recorded, Scenario, scenarios
from forecasting.value.contest import Calendar, Contest
from forecasting.value.shelves import Shelves, shelves_of
from forecasting.value.spoken import Spoken, spoken


@dataclass(frozen=True)
class Prepared:
    """What the replay needs of results and sales, whatever the costs: worked out once per set of results."""

    said: Spoken
    recorded: Recorded
    scenarios: tuple[Scenario, ...]  # over the periods after every origin, warm-up included
    _taking_part: dict[tuple[bytes, int, int], tuple[Spoken, Spoken]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def taking_part(self, kept: np.ndarray, scored: int, settling: int) -> tuple[Spoken, Spoken]:
        """Return what was said of some of the series at the origins replayed, and before the scored ones.

        The same objects for the same series.
        With it stays what follows from it whatever the costs. One is kept: costs change often, who can
        take part seldom.
        """
        key = (kept.tobytes(), scored, settling)
        if key not in self._taking_part:
            self._taking_part.clear()
            said = _series(self.said, kept)
            replayed = said.at(slice(-(scored + settling), None))
            self._taking_part[key] = (replayed, said.at(slice(-scored)))
        return self._taking_part[key]


def prepared(dataset: Dataset, settings: Settings, results: Results) -> Prepared:
    """Return the results and the sales as the arrays the replay walks over."""
    said = spoken(results.cumulative, results.models)
    sales = dataset.sales
    dates = calendar(sales["ds"].min(), sales["ds"].max(), dataset.frequency)
    recorded = Recorded.of(sales, said.unique_id, dates)
    first = int(dates.searchsorted(said.cutoffs[0])) + 1
    last = first + settings.step * len(said.cutoffs)
    return Prepared(said, recorded, scenarios(recorded, first, last, dataset.frequency))


def contest_of(
    dataset: Dataset,
    settings: Settings,
    results: Results,
    past_choice: pd.DataFrame,
    known: Prepared | None = None,
) -> tuple[Contest, pd.DataFrame]:
    """Return the contest, and unique_id and why of every series that cannot take part.

    `known` saves its work when the caller still has it from an earlier call.
    """
    known = known or prepared(dataset, settings, results)
    said, scored = known.said, len(results.scored)
    shelves, why = _shelves(dataset, settings, said)
    kept = why == ""
    left_out = pd.DataFrame({"unique_id": said.unique_id[~kept], "why": why[~kept]})
    if not kept.any():
        raise DecisionError(f"No series can be replayed; {said.unique_id[0]}: {why[0]}")
    shelves = shelves.only(kept)
    said, taught = known.taking_part(kept, scored, _settling(shelves, settings.step))
    sold = dataset.sales["y"].to_numpy()
    contest = Contest(
        spoken=said,
        shelves=shelves,
        recorded=known.recorded.only(kept),
        scenarios=tuple(s.only(kept, settings.step * len(said.cutoffs)) for s in known.scenarios),
        choice=_choice(past_choice, said),
        fallback=fallback(said.models),
        calendar=Calendar(
            settings.step,
            scored,
            season_length(dataset.frequency),
            year_of_periods(dataset.frequency),
        ),
        practice=settings.practice,
        taught=taught,
        plan=_plan(dataset, said.unique_id, known.recorded.dates),
        whole_units=bool((sold == np.floor(sold)).all()),
        seed=settings.seed,
    )
    return _settled(contest, left_out)


def _settled(contest: Contest, left_out: pd.DataFrame) -> tuple[Contest, pd.DataFrame]:
    """Return both without the series whose test ends before their shelf has settled."""
    counted = contest.course().counted_from < contest.n_periods
    if counted.all():
        return contest, left_out
    if not counted.any():
        first = float(contest.shelves.protection_interval.min() + contest.shelves.review_period.min())
        raise DecisionError(
            f"No series can be replayed: {contest.n_periods} periods were tested, and a shelf must first "
            f"forget its opening stock, which takes {first:g}. Test on more past dates, or order "
            "for a shorter time."
        )
    names = contest.spoken.unique_id[~counted]
    short = pd.DataFrame({"unique_id": names, "why": "Its test ends before its shelf has settled."})
    return _contestants(contest, counted), pd.concat([left_out, short], ignore_index=True)


def _shelves(dataset: Dataset, settings: Settings, said: Spoken) -> tuple[Shelves, np.ndarray]:
    """Return the shelves of all series, and why one cannot be replayed, '' where it can."""
    items = dataset.items_of(list(said.unique_id))
    days, review = settings.days_per_period, settings.policy.review_period
    costs = item_costs(items, settings.costs, days_per_period=days, review_period=review)
    policies = item_policies(items, settings.policy)
    shelves = shelves_of(items, costs, policies, defaults=settings.costs, days_per_period=days)
    newest = np.isfinite(said.means[:, -1]).all(axis=2).any(axis=0)
    reasons = (
        (policies["problem"].to_numpy() != "", policies["problem"].to_numpy()),
        (costs["problem"].to_numpy() != "", costs["problem"].to_numpy()),
        (
            shelves.protection_interval > said.horizon,
            f"Its order must last longer than the {said.horizon} periods of the test.",
        ),
        (~newest, "It has no forecast at the newest past date."),
    )
    why = np.select([c for c, _ in reasons], [np.broadcast_to(w, len(items)) for _, w in reasons], "")
    return shelves, why.astype(object)


def _series(said: Spoken, kept: np.ndarray) -> Spoken:
    return replace(
        said, unique_id=said.unique_id[kept], means=said.means[:, :, kept], rows=said.rows[:, :, kept]
    )


def _settling(shelves: Shelves, step: int) -> int:
    """Return how many origins before the scored ones a shelf needs to settle."""
    return int(np.ceil(float((shelves.protection_interval + shelves.review_period).max()) / step))


def _choice(past_choice: pd.DataFrame, said: Spoken) -> np.ndarray:
    places = np.full((len(said.cutoffs), len(said.unique_id)), -1)
    at = said.cutoffs.get_indexer(pd.DatetimeIndex(past_choice["cutoff"]))
    who = pd.Index(said.unique_id).get_indexer(past_choice["unique_id"])
    model = pd.Index(list(said.models)).get_indexer(pd.Index(past_choice["model"]))
    inside = (at >= 0) & (who >= 0)
    places[at[inside], who[inside]] = model[inside]
    return places


def _plan(dataset: Dataset, unique_id: np.ndarray, dates: pd.DatetimeIndex) -> np.ndarray | None:
    return planned_units(dataset.sales, unique_id, dates) if PLAN in dataset.sales else None


def _contestants(contest: Contest, kept: np.ndarray) -> Contest:
    return replace(
        contest,
        spoken=_series(contest.spoken, kept),
        taught=None if contest.taught is None else _series(contest.taught, kept),
        shelves=contest.shelves.only(kept),
        recorded=contest.recorded.only(kept),
        scenarios=tuple(s.only(kept, contest.n_periods) for s in contest.scenarios),
        choice=contest.choice[:, kept],
        plan=None if contest.plan is None else contest.plan[kept],
    )
