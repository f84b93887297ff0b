"""The four numbers at the top of the accuracy and value pages, each beside what it is compared with."""

import math

import numpy as np

from forecasting.evaluation.scores import BASELINE
from forecasting.evaluation.selection import CHOSEN
from forecasting.report.content import Tile
from forecasting.report.tables import money, percent
from forecasting.services.findings import Findings
from forecasting.services.tiles import accuracy_tile
from forecasting.services.worth import on_placeholders
from forecasting.value.business_case import BusinessCase
from forecasting.value.gain import GainInterval

PROMISE = 0.8  # of the range whose promise the tile tells
TOLERANCE = 0.02  # nobody acts on less; with few dates chance alone moves a share by as much


def accuracy_tiles(found: Findings) -> tuple[Tile, ...]:
    """Return money, error, kept promises and bias, each beside seasonal naive."""
    evaluation = found.evaluation
    if evaluation is None:
        return (accuracy_tile(None),)
    board = evaluation.leaderboard.set_index("model")
    ours = board.loc[CHOSEN].to_dict()
    naive = board.loc[BASELINE if BASELINE in board.index else board.index[-1]].to_dict()
    currency = found.settings.currency
    return (
        Tile(
            "Money lost on past orders",
            money(ours["money"], currency),
            f"{money(naive['money'], currency)} repeating last season",
            bool(ours["money"] <= naive["money"]),
            "Cost of too much and too little, ordering by the forecast on past dates.",
        ),
        accuracy_tile(evaluation),
        Tile(
            "80 % range kept",
            percent(ours["coverage_80"]),
            _against_promise(ours["coverage_80"]),
            _kept(ours["coverage_80"]),
            "Share of past periods whose sales fell inside the range that should hold 80 % of them; "
            f"repeating last season kept {percent(naive['coverage_80'])}.",
        ),
        Tile(
            "Bias",
            percent(ours["bias"]),
            f"{percent(naive['bias'])} repeating last season",
            bool(abs(ours["bias"]) <= abs(naive["bias"])),
            "Forecast minus sales over sales; positive = forecast too high.",
        ),
    )


def _kept(share: float) -> bool | None:
    """Return whether a promise of 80 % was kept, whatever a baseline did; too wide a range keeps it too."""
    return None if math.isnan(share) else bool(share >= PROMISE - TOLERANCE)


def _against_promise(share: float) -> str:
    if math.isnan(share):
        return "80 % promised"
    gap = share - PROMISE
    if abs(gap) <= TOLERANCE:
        return "80 % promised, kept"
    return f"{abs(gap) * 100:.1f} points {'above' if gap > 0 else 'short of'} 80 %"


def value_tiles(found: Findings) -> tuple[Tile, ...]:
    """Return gain on the past, gain a year, ROI and payback; the last three need a business case."""
    if found.evaluation is None:
        return (accuracy_tile(None),)
    currency = found.settings.currency
    value = found.evaluation.value.set_index("model")
    gain = value["gain"].get(CHOSEN, np.nan)
    base = value["cost"].get(BASELINE, np.nan)
    ours = on_placeholders(found)
    past = Tile(
        "Gain on past orders",
        money(gain, currency),
        "at placeholder costs, not yours" if ours else f"of {money(base, currency)} at last season's rule",
        None if ours else bool(gain > 0),
        "Cost of seasonal naive less cost of our forecast, same rule, same days.",
    )
    if found.case is None or found.gain is None:
        return (past,)
    return (past, _year_tile(found.case, found.gain.year_range, currency), *_case_tiles(found.case, currency))


def _year_tile(case: BusinessCase, between: GainInterval, currency: str) -> Tile:
    measured = "The range of what was measured cannot be worked out."
    if math.isfinite(between.low):
        low, high = money(between.low, currency), money(between.high, currency)
        measured = f"{percent(between.coverage)} interval of what was measured: {low} to {high}."
    return Tile(
        "Gain a year, believed",
        money(case.expected_gain, currency),
        f"{money(case.annual_gain, currency)} measured",
        None,
        "The gain of one order of everything times orders a year; the multiplication stands below. "
        + measured,
    )


def _case_tiles(case: BusinessCase, currency: str) -> tuple[Tile, ...]:
    return (
        Tile(
            "ROI" + (" (partial)" if case.partial else ""),
            percent(case.roi),
            "some costs are not given" if case.partial else f"over {years_of(case)}, not discounted",
            None if case.partial or not np.isfinite(case.roi) else case.roi > 0,
            "(gain after haircuts − cost of the solution) / cost of the solution.",
        ),
        Tile(
            "Payback",
            payback(case),
            _break_even(case, currency),
            None,
            "Years until the gains have paid the one-off costs, not discounted; break-even is discounted.",
        ),
    )


def _break_even(case: BusinessCase, currency: str) -> str:
    if math.isnan(case.break_even_annual_gain):
        return "give the costs below"
    return f"breaks even at {money(case.break_even_annual_gain, currency)} a year"


def years_of(case: BusinessCase) -> str:
    """Return over how long a case is counted: '1 year', '3 years'."""
    return f"{case.terms.years} year{'' if case.terms.years == 1 else 's'}"


def payback(case: BusinessCase) -> str:
    """Return the payback in words: unknown costs and gains that never pay are not the same."""
    if not np.isfinite(case.payback_years):
        return "n/a" if np.isnan(case.cost_total) else "never"
    months = math.ceil(case.payback_years * 12 - 1e-9)
    if months > 24:
        return f"{case.payback_years:.1f} years"
    return "at once" if months == 0 else f"{months} month{'' if months == 1 else 's'}"
