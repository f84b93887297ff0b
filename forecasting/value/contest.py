"""Everything a replay needs, cost-free parts apart: who speaks, on which shelves, on which days."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from forecasting.errors import DecisionError
from forecasting.schema import PLAN
from forecasting.value.censored import Recorded, Scenario
from forecasting.value.days import Books, Course, World, paid, walk
from forecasting.value.levels import Said, perfect_levels, scaled
from forecasting.value.plans import announced, last_year, planned
from forecasting.value.practice import LAST_YEAR, Practice, expected_over, learned_multiple, todays_rule
from forecasting.value.shelves import Shelves
from forecasting.value.spoken import Spoken

OURS, PERFECT, TODAY, SAME = "ours", "perfect", "today", "same"


@dataclass(frozen=True)
class Calendar:
    """How the origins lie: `step` periods apart, the last `scored` of them count."""

    step: int
    scored: int
    season: int
    year: int  # periods after which the calendar looks alike


@dataclass(frozen=True)
class Contest:
    """The replay of one project; every array follows the series of `shelves`."""

    spoken: Spoken
    shelves: Shelves
    recorded: Recorded
    scenarios: tuple[Scenario, ...]  # demand of the replayed periods, one per answer to sold-out ones
    choice: np.ndarray  # (K, n) place of the chosen model among `spoken.models`; -1: none yet
    fallback: str  # the model that stands in where another has no forecast
    calendar: Calendar
    practice: Practice = field(default_factory=Practice)
    taught: Spoken | None = (
        None  # what was said at every origin before the counted ones; None: `spoken` has all
    )
    plan: np.ndarray | None = None  # (n, n_dates) the manager's own plan
    whole_units: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        if self.calendar.step > self.spoken.horizon:
            raise DecisionError(
                f"The origins lie {self.calendar.step} periods apart and see {self.spoken.horizon} ahead: "
                "for the days between no forecast exists. Let the step be at most the horizon."
            )

    @property
    def n_periods(self) -> int:
        """Return the replayed periods, those before the counted ones included."""
        return self.calendar.step * len(self.spoken.cutoffs)

    @property
    def first_scored(self) -> int:
        """Return the place of the first origin that counts."""
        return len(self.spoken.cutoffs) - self.calendar.scored

    @property
    def origins(self) -> np.ndarray:
        """Return the places of the origins among the recorded dates, (K,)."""
        return self.recorded.dates.get_indexer(self.spoken.cutoffs)

    def with_shelves(self, **changes: np.ndarray) -> "Contest":
        """Return the same contest with other costs or times."""
        return replace(self, shelves=replace(self.shelves, **changes))

    def narrowed(self, base: str) -> "Contest":
        """Return the contest with our choice, `base` and the fallback alone: quicker to ask again."""
        kept = [m for m in self.spoken.models if m in (base, self.fallback)]
        spoken = self.spoken.narrowed(kept, OURS, self._places())
        return replace(self, spoken=spoken, choice=np.full_like(self.choice, len(kept)))

    def models(self) -> dict[str, Said]:
        """Return what every model says under the best rule."""
        table = self.spoken.level(self.shelves.protection_interval, self.shelves.critical_ratio)
        return {name: self._model(table, name) for name in self.spoken.models}

    def ours(self, models: Mapping[str, Said]) -> Said:
        """Return what the automatic choice says: at each origin the model picked from earlier ones.

        Before the first counted origin it orders by the choice made there, so that its shelf, like
        everybody's, has settled under its own rule when counting starts.
        """
        names, place = self.spoken.models, self._places()
        if (place == place.flat[0]).all():
            return models[names[place.flat[0]]]
        means = np.stack([models[name].means for name in names])
        stock = np.stack([models[name].stock for name in names])
        return Said(
            np.take_along_axis(means, place[None, :, :, None], axis=0)[0],
            np.take_along_axis(stock, place[None], axis=0)[0],
        )

    def missing(self) -> np.ndarray:
        """Return which choices had no forecast and were filled in, (K, n) bool."""
        place = self._places()
        said = np.isfinite(self.spoken.means).all(axis=3)
        return ~np.take_along_axis(said, place[None], axis=0)[0]

    @property
    def simple(self) -> tuple[str, ...]:
        """Return the forecasts a shop could make by itself: its plan, and the simple ones."""
        names: list[str] = [m for m in ("seasonal_naive", "moving_average") if m in self.spoken.models]
        names = names or [self.fallback]
        year = self.calendar.year
        if year >= self.spoken.horizon and (self.origins > year).any():
            names.append(LAST_YEAR)
        return tuple(names if self.plan is None else [PLAN, *names])

    def baseline(self, name: str, models: Mapping[str, Said]) -> Said:
        """Return what one of the `simple` forecasts says."""
        if name in models:
            return models[name]
        said = planned(
            self._plan_of(name),
            np.where(self.recorded.sold_out, np.nan, self.recorded.sold),
            self.origins,
            horizon=self.spoken.horizon,
            periods=self.shelves.protection_interval,
            ratio=self.shelves.critical_ratio,
        )
        return said.filled(models[self.fallback])

    def _plan_of(self, name: str) -> np.ndarray:
        plan = self.plan if name == PLAN else last_year(self.recorded.sold, self.calendar.year)
        if plan is None:
            raise DecisionError(
                "There is no manager_plan; bring a column of that name, or name another forecast."
            )
        return plan

    def today(self, base: Said, multiple: float) -> Said:
        """Return today's forecast under today's rule; the multiple counts where no cover is stated."""
        return todays_rule(base, self.shelves, self.practice.cover, multiple)

    def learned(self, name: str) -> tuple[float, int]:
        """Return the multiple of one of the `simple` forecasts that was cheapest before counting begins.

        And at how many origins its outcome was known by then: all that were asked count, not only
        those that the shelves need to settle, for a single month may have been anything but usual.
        """
        taught = self.taught or self.spoken.at(slice(self.first_scored))
        places, periods = self.recorded.dates.get_indexer(taught.cutoffs), self.shelves.protection_interval
        expected = expected_over(self._expects(name, taught, places), periods)
        in_time = places[:, None] + periods <= self.origins[self.first_scored]
        came = np.where(in_time, self._came(places), np.nan)
        known = np.isfinite(expected) & np.isfinite(came)
        return learned_multiple(expected, came, self.shelves), int(known.any(axis=1).sum())

    def _expects(self, name: str, taught: Spoken, places: np.ndarray) -> Said:
        stand_in = taught.means_of(self.fallback, self.fallback)
        if name in taught.models:
            means = taught.means_of(name, self.fallback)
        else:
            means = announced(self._plan_of(name), places, taught.horizon)
            means = np.where(np.isfinite(means).all(axis=2)[:, :, None], means, stand_in)
        return Said(means, np.zeros(means.shape[:2]))

    def course(self) -> Course:
        """Return when each series starts, and from when on it counts.

        P + R periods pass before a shelf has forgotten its opening stock.
        """
        known = np.isfinite(self.spoken.means[self.spoken.models.index(self.fallback)]).all(axis=2)
        starts = _first_of_the_last_run(known) * self.calendar.step
        settled = starts + self.shelves.protection_interval + self.shelves.review_period
        counted = np.maximum(settled, self.first_scored * self.calendar.step)
        return Course(np.minimum(starts, self.n_periods - 1), counted.astype(int), self.calendar.step)

    def world(
        self, said: Mapping[str, Said], opening: Said, scenario: Scenario, late: np.ndarray | None = None
    ) -> World:
        """Return these contestants' days; each opens with what `opening` expects to sell until a delivery.

        That is less than anybody's rule asks for: one delivery makes up for it before counting begins,
        while too much would be sold for months.
        """
        course, periods = self.course(), self.shelves.protection_interval
        levels = {name: self._levels(one) for name, one in said.items() if name != PERFECT}
        if PERFECT in said:
            levels[PERFECT] = perfect_levels(scenario.demand, periods)
        at = course.starts // self.calendar.step
        units = np.nan_to_num(expected_over(opening, periods)[at, np.arange(len(at))])
        return World(
            levels, np.rint(units) if self.whole_units else units, scenario, self.shelves, course, late
        )

    def play(self, said: Mapping[str, Said], opening: Said, scenario: Scenario) -> dict[str, Books]:
        """Return the books of these contestants; see `world`."""
        return walk([self.world(said, opening, scenario)])[0]

    def costs(self, said: Mapping[str, Said], opening: Said, scenario: Scenario) -> dict[str, np.ndarray]:
        """Return what these contestants paid over the counted periods, (n,) money: quicker than `play`."""
        return paid([self.world(said, opening, scenario)])[0] if said else {}

    def _places(self) -> np.ndarray:
        """Return the place of the model ordered by at each origin, (K, n)."""
        early = np.arange(len(self.choice))[:, None] < self.first_scored
        place = np.where(early, self.choice[self.first_scored], self.choice)
        return np.where(place < 0, self.spoken.models.index(self.fallback), place)

    def _levels(self, said: Said) -> np.ndarray:
        windows = self.spoken.windows.of(
            said.means,
            self.shelves.protection_interval,
            step=self.calendar.step,
            season=self.calendar.season,
        )
        return scaled(self._settling(said).stock, windows, whole_units=self.whole_units)

    def _settling(self, said: Said) -> Said:
        """Return the forecast with the first counted origin's stock at the origins before it.

        Those only let the shelf settle. Levels of an origin that nothing had calibrated yet may be many
        times too high, and what they overfill is sold for months: a debt of days that do not count.
        """
        stock, first = said.stock.copy(), said.stock[self.first_scored]
        early = stock[: self.first_scored]
        early[:] = np.where(np.isfinite(first), first, early)
        return Said(said.means, stock)

    def _model(self, table: np.ndarray, name: str) -> Said:
        place, stand_in = self.spoken.models.index(name), self.spoken.models.index(self.fallback)
        silent = ~(np.isfinite(table[place]) & np.isfinite(self.spoken.means[place]).all(axis=2))
        stock = np.where(silent, table[stand_in], table[place])
        return Said(self.spoken.means_of(name, self.fallback), stock)

    def _came(self, origins: np.ndarray) -> np.ndarray:
        """Return demand over the protection interval after each origin, (K, n); NaN where not known."""
        seen = np.where(self.recorded.sold_out, np.nan, self.recorded.sold)
        periods = self.shelves.protection_interval.astype(int)
        sums = np.full((len(origins), len(periods)), np.nan)
        for length in np.unique(periods):
            rows = periods == length
            for place, origin in enumerate(origins):
                sums[place, rows] = seen[rows, origin + 1 : origin + 1 + length].sum(axis=1)
        return sums


def _first_of_the_last_run(known: np.ndarray) -> np.ndarray:
    """Return from which origin on each series is forecast without a gap, (n,); K where the last lacks one."""
    gaps = np.where(~known, np.arange(len(known))[:, None] + 1, 0)
    first: np.ndarray = gaps.max(axis=0)
    return first
