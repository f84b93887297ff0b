"""What a report says, gathered from the parts."""

import math
from datetime import datetime

import pandas as pd

from forecasting.report.columns import model_label
from forecasting.report.content import ReportContent
from forecasting.report.tables import money, percent
from forecasting.services.checks import assumption_checks
from forecasting.services.errors_by import floor_sentence, paired_sentence
from forecasting.services.evidence import evidence_sentences
from forecasting.services.findings import Findings, scope_of, total_forecast
from forecasting.services.ledger import advice_sentences, tested_rows
from forecasting.services.order_lines import totals_in_words
from forecasting.services.plan import chosen_forecast
from forecasting.services.proof import accuracy_sentences
from forecasting.services.proof_tiles import payback, years_of
from forecasting.services.tested import how_tested
from forecasting.services.tiles import forecast_tiles
from forecasting.services.worth import cautions, rhythm_table, value_sentences
from forecasting.settings import Settings
from forecasting.value.business_case import BusinessCase


def report_content(findings: Findings, *, now: datetime) -> ReportContent:
    """Return everything a report prints; parts that are not computed yet are empty."""
    evaluation, settings = findings.evaluation, findings.settings
    empty = pd.DataFrame()
    return ReportContent(
        title="Order plan and forecast",
        scope=scope_of(findings),
        run_id=findings.results.run_id,
        made_at=now,
        currency=settings.currency,
        frequency=settings.frequency,
        tiles=forecast_tiles(findings),
        history=findings.dataset.sales,
        forecast=chosen_forecast(findings.results, findings.choice),
        orders=findings.orders,
        totals=totals_in_words(findings.orders, settings.currency),
        leaderboard=empty if evaluation is None else evaluation.leaderboard,
        scores=empty if evaluation is None else evaluation.scores,
        value=empty if evaluation is None else evaluation.value,
        case=() if findings.case is None else case_lines(findings.case, settings.currency),
        cost_lines=empty if findings.case is None else cost_table(findings.case),
        settings=assumptions(settings),
        notes=notes(findings),
        coverage=settings.coverage,
        total=total_forecast(findings),
        cautions=cautions(findings),
        tested=how_tested(findings),
        proof=proof_sentences(findings),
        worth=tuple(value_sentences(findings)),
        rhythm=rhythm_table(findings),
    )


def proof_sentences(findings: Findings) -> tuple[str, ...]:
    """Return what the test says of the forecast: the choice, beyond chance or not, promises kept."""
    if findings.evaluation is None:
        return ()
    rows = tested_rows(findings)
    broken = [c for c in assumption_checks(findings) if c.measured.holds is False]
    return (
        *accuracy_sentences(findings),
        *filter(None, (paired_sentence(findings), floor_sentence(rows))),
        *advice_sentences(findings),
        *evidence_sentences(findings),
        *(f"Does not hold: {c.assumption.lower()}. {c.finding} {c.done}" for c in broken),
    )


def case_lines(case: BusinessCase, currency: str) -> tuple[tuple[str, str], ...]:
    """Return the business case as label and line: from the gain to the return in one column of sums.

    Return and payback follow from the lines above them, undiscounted; what is discounted says so.
    """
    known = not math.isnan(case.cost_total)
    partial = " (partial: some cost lines are not estimated)" if case.partial and known else ""
    terms, over = case.terms, f"over {years_of(case)}"
    discounted = f"discounted at {percent(terms.discount_rate)} a year"
    return (
        ("Gain a year, as measured", money(case.annual_gain, currency)),
        *_haircuts(case, currency),
        ("= Gain a year, as believed", money(case.expected_gain, currency)),
        (f"Gain {over}", f"{money(case.gain_total, currency)} (× {terms.years}, not discounted)"),
        ("− Cost once", money(case.one_off_cost, currency) + partial),
        (
            f"− Cost each year, {over}",
            f"{money(terms.years * case.yearly_cost, currency)} (× {terms.years}, not discounted)",
        ),
        (f"= Net gain {over}", money(case.gain_total - case.cost_total, currency) + partial),
        (f"Cost {over}", f"{money(case.cost_total, currency)} (once and each year, not discounted)"),
        ("Return on investment (ROI)", f"{percent(case.roi)} (net gain over cost, not discounted){partial}"),
        ("Payback", f"{payback(case)} (not discounted)"),
        ("Net present value", f"{money(case.npv, currency)} ({discounted}){partial}"),
        ("Break-even gain a year", f"{money(case.break_even_annual_gain, currency)} ({discounted})"),
        *(("Note", note) for note in case.notes),
    )


def _haircuts(case: BusinessCase, currency: str) -> tuple[tuple[str, str], ...]:
    """Return what each haircut takes from the gain a year; a loss is not made smaller."""
    terms, gain = case.terms, max(case.annual_gain, 0.0)
    ignored = gain * (1 - terms.adoption)
    lost = (gain - ignored) * (1 - terms.realisation)
    return (
        (
            "− Orders that do not follow the advice",
            f"{money(ignored, currency)} ({percent(terms.adoption)} follow it)",
        ),
        ("− Gain that practice loses", f"{money(lost, currency)} ({percent(terms.realisation)} is kept)"),
    )


def cost_table(case: BusinessCase) -> pd.DataFrame:
    """Return the cost lines as a table; what is not estimated stays blank."""
    rows = [(c.label, c.one_off, c.yearly, c.source, c.confidence) for c in case.lines]
    return pd.DataFrame(rows, columns=["label", "one_off", "yearly", "source", "confidence"])


def assumptions(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Return what was assumed, for the last page of a report."""
    costs = settings.costs
    unit = f"{money(costs.understock, settings.currency)} a unit short, "
    unit += f"{money(costs.overstock, settings.currency)} a unit left over"
    every = " (for every item)" if costs.source == "typed" else " (where an item has none)"
    whose = "Placeholder costs, not yours" if settings.placeholder_costs else "Costs typed"
    return (
        ("Forecast", f"{settings.horizon} {settings.period}s ahead"),
        ("Models", ", ".join(model_label(m) for m in settings.models)),
        ("Public holidays", settings.country or "none"),
        ("Must last", settings.protection_sentence() + ", where an item says nothing else"),
        (whose, unit + every),
        ("Holding", f"{percent(costs.holding_rate)} of the unit cost a year"),
        ("Seed", str(settings.seed)),
    )


def notes(findings: Findings) -> tuple[str, ...]:
    """Return the warnings a reader must know."""
    left_out = findings.results.left_out
    problems = findings.orders["problem"] if "problem" in findings.orders else pd.Series(dtype=str)
    lines = [*findings.import_notes, *findings.results.assumptions]
    if len(left_out):
        first = left_out.to_dict("records")[0]
        lines.append(
            f"{len(left_out)} series are not forecast, e.g. {first['unique_id']}: {first['reason']}."
        )
    if (problems != "").any():
        lines.append(f"{int((problems != '').sum())} lines could not be decided; the orders sheet says why.")
    lines.append(
        "The range of the total treats series as independent of each other: it is too narrow "
        "where they rise and fall together."
    )
    return tuple(lines)
