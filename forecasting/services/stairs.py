"""What our forecast was worth, replayed day by day; worked out for the value page and the reports only."""

import math
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from forecasting.errors import ForecastingError
from forecasting.services.findings import Findings
from forecasting.services.replayed import Prepared, contest_of, prepared
from forecasting.value.business_case import BusinessCase, CaseTerms
from forecasting.value.contest import OURS, SAME, Contest
from forecasting.value.cost_lines import CostLine, sums
from forecasting.value.period_case import DAYS_A_YEAR, FEWEST_DAYS, PeriodCase, annualised
from forecasting.value.sensitivity import GainsUnder, gains_under
from forecasting.value.staircase import Staircase, climb


@dataclass(frozen=True)
class Season:
    """How the evaluated days sold, compared with a whole year of the history."""

    peak_month: str  # the strongest month of a usual year
    saw_peak: bool
    pace: float  # units a day in the evaluated days over those of the last whole year


@dataclass(frozen=True)
class Worth:
    """The replayed past of one project under its current costs; nothing here depends on cost lines."""

    stairs: Staircase | None  # None: it could not be replayed, see `reason`
    reason: str = ""
    left_out: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["unique_id", "why"]))
    days: int = 0  # evaluated
    begins: pd.Timestamp | None = None
    ends: pd.Timestamp | None = None
    season: Season | None = None  # None: the history is shorter than a year
    contest: Contest | None = None

    @property
    def gain(self) -> float:
        """Return the forecast value over the evaluated days; NaN where there is none."""
        return float(self.stairs.gain(SAME, OURS).sum()) if self.stairs else math.nan

    @property
    def a_year(self) -> float:
        """Return the forecast value a year, before haircuts; NaN with fewer than 180 evaluated days."""
        return annualised(self.gain, self.days)

    @property
    def scale(self) -> float:
        """Return what turns money of the evaluated days into the money that is shown: a year's, or theirs."""
        return DAYS_A_YEAR / self.days if self.days >= FEWEST_DAYS else 1.0


def worth_of(found: Findings, known: Prepared | None = None) -> Worth:
    """Return what the replay says; where it cannot be made, the reason in one sentence."""
    if found.evaluation is None:
        return Worth(None, "The models are still being tested on the past.")
    try:
        known = known or prepared(found.dataset, found.settings, found.results)
        contest, left_out = contest_of(
            found.dataset, found.settings, found.results, found.evaluation.past_choice, known
        )
        stairs = climb(contest, complete=not found.results.unfinished(found.settings.models))
    except ForecastingError as error:
        return Worth(None, str(error))
    dates = known.recorded.dates
    last = int(contest.origins[0]) + contest.n_periods
    first = last - stairs.evaluated_periods + 1
    return Worth(
        stairs,
        left_out=left_out,
        days=round(stairs.evaluated_periods * found.settings.days_per_period),
        begins=dates[first],
        ends=dates[last],
        season=_season(known, first, last, found.settings.days_per_period),
        contest=contest,
    )


def under_of(worth: Worth) -> GainsUnder | None:
    """Return the gain with one input changed at a time: as long again as the replay itself."""
    if worth.stairs is None or worth.contest is None:
        return None
    return gains_under(worth.contest, worth.stairs)


def _season(known: Prepared, first: int, last: int, days_per_period: float) -> Season | None:
    dates, sold = known.recorded.dates, np.nansum(known.recorded.sold, axis=0)
    year = round(DAYS_A_YEAR / days_per_period)
    if len(dates) < year:
        return None
    by_month = pd.Series(sold[-year:]).groupby(dates[-year:].month.to_numpy()).mean()
    peak = int(by_month.index[int(by_month.argmax())])
    pace = float(sold[first : last + 1].mean() / sold[-year:].mean()) if sold[-year:].any() else math.nan
    seen = bool((dates[first : last + 1].month == peak).any())
    return Season(pd.Timestamp(2000, peak, 1).month_name(), seen, pace)


def case_of(worth: Worth, lines: tuple[CostLine, ...], terms: CaseTerms) -> BusinessCase | None:
    """Return the business case over years; None where the evaluated days cannot speak for a year."""
    return None if math.isnan(worth.a_year) else BusinessCase(worth.a_year, lines, terms)


def period_case_of(worth: Worth, lines: tuple[CostLine, ...], terms: CaseTerms) -> PeriodCase:
    """Return gain and cost of the evaluated days alone."""
    return PeriodCase(worth.gain, worth.days, lines, terms)


def chance_it_pays(worth: Worth, lines: tuple[CostLine, ...], terms: CaseTerms) -> float:
    """Return P(gain after haircuts > cost), over the years of the case or the evaluated days; NaN unknown."""
    if worth.stairs is None:
        return math.nan
    kept = terms.adoption * terms.realisation
    case = case_of(worth, lines, terms)
    if case is None:
        cost = period_case_of(worth, lines, terms).cost_total
    else:
        cost, kept = case.cost_total, kept * math.fsum(terms.yearly(1.0)) * DAYS_A_YEAR / worth.days
    if math.isnan(cost):
        return math.nan
    return worth.stairs.forecast_value.p_above(cost / kept if kept > 0 else math.inf)


@dataclass(frozen=True)
class Effect:
    """What one uncertain input does to the net result, money: both ends, and the ends in words."""

    name: str
    low: float
    high: float
    ends: tuple[str, str]

    def reach(self, middle: float) -> float:
        """Return how wide both ends and the result as it stands lie; an input may move it one way only."""
        return max(self.low, self.high, middle) - min(self.low, self.high, middle)


def effects(
    worth: Worth, under: GainsUnder | None, lines: tuple[CostLine, ...], terms: CaseTerms
) -> tuple[float, tuple[Effect, ...]]:
    """Return the net result and what moves it, widest first: the tornado.

    The net result is the net present value where there is a yearly case, else gain less cost of the
    evaluated days; without any cost line it is the gain after haircuts.
    """
    if under is None:
        return math.nan, ()

    def net(gain: float, these: tuple[CostLine, ...] = lines, by: CaseTerms = terms) -> float:
        if math.isnan(sums(these)[0]):
            return by.kept(gain * worth.scale)
        a_year = annualised(gain, worth.days)
        if not math.isnan(a_year):
            return BusinessCase(a_year, these, by).npv
        case = PeriodCase(gain, worth.days, these, by)
        return case.expected_gain - case.cost_total

    found = [Effect(s.name, net(s.low), net(s.high), s.ends) for s in under.swings]
    quarter = ("−25 %", "+25 %")
    adopted = [_moved(terms, "adoption", f) for f in (0.75, 1.25)]
    found.append(Effect("adoption", net(worth.gain, by=adopted[0]), net(worth.gain, by=adopted[1]), quarter))
    if not math.isnan(sums(lines)[0]):
        runs = [tuple(_running(line, f) for line in lines) for f in (0.75, 1.25)]
        found.append(Effect("run_cost", net(worth.gain, runs[0]), net(worth.gain, runs[1]), quarter))
        if not math.isnan(worth.a_year):
            rates = [_moved(terms, "discount_rate", f) for f in (0.75, 1.25)]
            found.append(
                Effect("discount", net(worth.gain, by=rates[0]), net(worth.gain, by=rates[1]), quarter)
            )
    middle = net(worth.gain)
    return middle, tuple(sorted(found, key=lambda e: -e.reach(middle)))


def _moved(terms: CaseTerms, name: str, factor: float) -> CaseTerms:
    return CaseTerms(**{**vars(terms), name: min(getattr(terms, name) * factor, 1.0)})


def _running(line: CostLine, factor: float) -> CostLine:
    yearly = None if line.yearly is None else line.yearly * factor
    return CostLine(line.label, line.one_off, yearly, line.source, line.confidence)
