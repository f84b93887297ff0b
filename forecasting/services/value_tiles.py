"""The four numbers at the top of the value page, and the business case in lines."""

import math

from forecasting.report.content import Tile
from forecasting.report.tables import money, percent
from forecasting.services.findings import Decisions, Findings
from forecasting.services.stairs import Worth, case_of, chance_it_pays, period_case_of
from forecasting.services.worth import base_label, likely, on_example_costs, on_placeholders, over
from forecasting.value.business_case import BusinessCase, CaseTerms
from forecasting.value.gain import FEWEST_BLOCKS
from forecasting.value.period_case import FEWEST_DAYS, PeriodCase

NO_COSTS = "no costs are given yet"


def value_tiles(found: Findings, worth: Worth) -> tuple[Tile, ...]:
    """Return ROI, payback, the chance that it pays, and the share of the possible that is captured."""
    lines, terms = found.decisions.lines, found.decisions.terms
    if worth.stairs is None:
        return (Tile("Forecast value", "n/a", "see below why"),)
    return (
        _roi_tile(found, worth),
        _payback_tile(worth, found.decisions, found.settings.currency),
        Tile(
            "Chance it pays",
            likely(chance_it_pays(worth, lines, terms)),
            _why_no_chance(worth, found.decisions),
            None,
            "Share of resamples of items and blocks of time in which the gain, after haircuts, "
            "is above the cost.",
        ),
        Tile(
            "Share of the possible",
            percent(worth.stairs.share_captured),
            f"{money(abs(worth.gain * worth.scale), found.settings.currency)} "
            f"{'saved' if worth.gain >= 0 else 'lost'} {over(worth)} "
            f"against {base_label(worth.stairs.base).lower()}",
            None if on_placeholders(found) else worth.gain > 0,
            "What our forecast saves against "
            + base_label(worth.stairs.base).lower()
            + ", of what perfect foresight would save by the same rule"
            + (", at placeholder costs." if on_placeholders(found) else "."),
        ),
    )


def _roi_tile(found: Findings, worth: Worth) -> Tile:
    lines, terms = found.decisions.lines, found.decisions.terms
    case = case_of(worth, lines, terms) or period_case_of(worth, lines, terms)
    partial = not all(line.estimated for line in lines) and not math.isnan(case.cost_total)
    spoken = years_of(terms) if isinstance(case, BusinessCase) else over(worth)
    if math.isnan(case.cost_total):
        compared = NO_COSTS
    elif case.cost_total == 0:
        compared = "undefined: nothing is paid"
    else:
        compared = f"over {years_of(terms)}, not discounted" if isinstance(case, BusinessCase) else spoken
    if partial and case.cost_total > 0:
        compared += ", some costs not given"
    example = on_example_costs(found)
    return Tile(
        "ROI" + (" (partial)" if partial else ""),
        percent(case.roi),
        f"{compared}, at the sample's example costs" if example else compared,
        None if partial or example or not math.isfinite(case.roi) else case.roi > 0,
        "(gain after haircuts − cost of the solution) / cost of the solution.",
    )


def _payback_tile(worth: Worth, decisions: Decisions, currency: str) -> Tile:
    case = case_of(worth, decisions.lines, decisions.terms)
    words = "Years until the gains have paid the one-off costs, not discounted; break-even is discounted."
    if case is None:
        return Tile("Payback", "n/a", f"{worth.days} days tested, {FEWEST_DAYS} needed", None, words)
    at = case.break_even_annual_gain
    compared = NO_COSTS if math.isnan(at) else f"breaks even at {money(at, currency)} believed a year"
    return Tile("Payback", payback(case), compared, None, words)


def _why_no_chance(worth: Worth, decisions: Decisions) -> str:
    if worth.stairs is None:
        return ""
    blocks = worth.stairs.forecast_value.blocks
    if blocks < FEWEST_BLOCKS:
        return f"{blocks} blocks of time, {FEWEST_BLOCKS} needed"
    if not any(line.estimated for line in decisions.lines):
        return NO_COSTS
    return f"by {blocks} blocks of time"


def years_of(terms: CaseTerms) -> str:
    """Return over how long a case is counted: '1 year', '3 years'."""
    return f"{terms.years} year{'' if terms.years == 1 else 's'}"


def payback(case: BusinessCase) -> str:
    """Return the payback in words: unknown costs and gains that never pay are not the same."""
    return _span(case.payback_years, unknown=math.isnan(case.cost_total))


def _span(years: float, *, unknown: bool) -> str:
    if not math.isfinite(years):
        return "n/a" if unknown else "never"
    months = math.ceil(years * 12 - 1e-9)
    if months > 24:
        return f"{years:.1f} years"
    return "at once" if months == 0 else f"{months} month{'' if months == 1 else 's'}"


def worth_lines(found: Findings, worth: Worth) -> tuple[tuple[str, str], ...]:
    """Return the business case as label and line: over years, or over the tested days alone."""
    if worth.stairs is None:
        return (("Business case", f"n/a: {worth.reason}"),)
    lines, terms = found.decisions.lines, found.decisions.terms
    case = case_of(worth, lines, terms)
    if case is None:
        return period_lines(period_case_of(worth, lines, terms), found.settings.currency)
    return case_lines(case, found.settings.currency)


def period_lines(case: PeriodCase, currency: str) -> tuple[tuple[str, str], ...]:
    """Return gain and cost of the tested days in one column of sums."""
    partial = " (partial: some lines are not estimated)" if not all(c.estimated for c in case.lines) else ""
    span, unknown = f"over the {case.days} tested days", math.isnan(case.cost_total)
    costs = (
        (f"− Cost {span}", f"{money(case.cost_total, currency)} (once in full, yearly by the day){partial}"),
        (f"= Net gain {span}", money(case.expected_gain - case.cost_total, currency) + partial),
        ("Return on investment (ROI)", f"{percent(case.roi)} ({span}){partial}"),
    )
    free = (("Note", "The solution costs nothing here, so its return is undefined."),)
    return (
        (f"Gain {span}, as measured", money(case.gain, currency)),
        *_haircuts(case.gain, case.terms, currency),
        (f"= Gain {span}, as believed", money(case.expected_gain, currency)),
        *((("Return on investment (ROI)", "n/a: no cost is estimated yet"),) if unknown else costs),
        ("Payback", f"n/a: {case.days} days were tested, {FEWEST_DAYS} are needed to speak of years"),
        ("Note", f"Not annualised: fewer than {FEWEST_DAYS} days were tested."),
        *(free if case.cost_total == 0 else ()),
    )


def case_lines(case: BusinessCase, currency: str) -> tuple[tuple[str, str], ...]:
    """Return the business case in one column of sums, every figure saying whether it is discounted."""
    terms = case.terms
    if math.isnan(case.cost_total):
        return (
            *_gain_lines(case, currency),
            ("Return on investment (ROI)", "n/a: no cost is estimated yet"),
            *(("Note", note) for note in case.notes),
        )
    partial = " (partial: some lines are not estimated)" if case.partial else ""
    span = f"over {years_of(terms)}"
    discounted = f"discounted at {percent(terms.discount_rate)} a year"
    return (
        *_gain_lines(case, currency),
        ("− Cost once", money(case.one_off_cost, currency) + partial),
        (
            f"− Cost each year, {span}",
            f"{money(terms.years * case.yearly_cost, currency)} (× {terms.years}, not discounted)",
        ),
        (f"= Net gain {span}", money(case.gain_total - case.cost_total, currency) + partial),
        (f"Cost {span}", f"{money(case.cost_total, currency)} (once and each year, not discounted)"),
        ("Return on investment (ROI)", f"{percent(case.roi)} (net gain over cost, not discounted){partial}"),
        ("Payback", f"{payback(case)} (not discounted)"),
        (
            "Payback, discounted",
            f"{_span(case.discounted_payback_years, unknown=math.isnan(case.cost_total))} ({discounted})",
        ),
        ("Net present value", f"{money(case.npv, currency)} ({discounted}){partial}"),
        ("Break-even gain a year", f"{money(case.break_even_annual_gain, currency)} ({discounted})"),
        ("Break-even adoption", _adoption(case)),
        *(("Note", note) for note in case.notes),
    )


def _adoption(case: BusinessCase) -> str:
    if math.isnan(case.break_even_adoption):
        return "n/a: there is no gain to follow"
    return f"{percent(case.break_even_adoption)} of orders must follow the advice"


def _gain_lines(case: BusinessCase, currency: str) -> tuple[tuple[str, str], ...]:
    terms = case.terms
    fading = f", {percent(terms.decay)} less each year" if terms.decay else ""
    return (
        ("Gain a year, as measured", money(case.annual_gain, currency)),
        *_haircuts(case.annual_gain, terms, currency),
        ("= Gain a year, as believed", money(case.expected_gain, currency)),
        (
            f"Gain over {years_of(terms)}",
            f"{money(case.gain_total, currency)} (× {terms.years}{fading}, not discounted)",
        ),
    )


def _haircuts(measured: float, terms: CaseTerms, currency: str) -> tuple[tuple[str, str], ...]:
    """Return what each haircut takes from a gain; a loss is not made smaller."""
    gain = max(measured, 0.0)
    ignored = gain * (1 - terms.adoption)
    lost = (gain - ignored) * (1 - terms.realisation)
    return (
        (
            "− Orders that do not follow the advice",
            f"{money(ignored, currency)} ({percent(terms.adoption)} follow it)",
        ),
        ("− Gain that practice loses", f"{money(lost, currency)} ({percent(terms.realisation)} is kept)"),
    )
