"""What a report says, gathered from the parts."""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd

from forecasting.report.columns import model_label
from forecasting.report.content import ReportContent
from forecasting.report.tables import money, percent
from forecasting.services.checks import Check, assumption_checks
from forecasting.services.errors_by import errors_table, floor_sentence, paired_table
from forecasting.services.evidence import evidence_sentences, mended_sentence
from forecasting.services.finance import answered
from forecasting.services.findings import Findings, scope_of, standing, total_forecast
from forecasting.services.judged import one_sided_sentences, paired_if_judged
from forecasting.services.ledger import advice_sentences, promises_table, tested_rows
from forecasting.services.order_lines import plan_totals
from forecasting.services.own_plan import plan_sentences
from forecasting.services.plan import chosen_forecast
from forecasting.services.proof import accuracy_sentences
from forecasting.services.reformulate_view import asked_sentences, ways_table
from forecasting.services.stairs import Worth, under_of, worth_of
from forecasting.services.tested import how_tested
from forecasting.services.tiles import forecast_tiles
from forecasting.services.unknown import unknown_sentences
from forecasting.services.value_tiles import worth_lines
from forecasting.services.worth import (
    SHOWN_IN_SHEETS,
    cautions,
    effects_table,
    item_gains,
    over,
    replay_table,
    staircase_table,
    value_sentences,
)
from forecasting.settings import Settings
from forecasting.value.cost_lines import CostLine


def report_content(findings: Findings, *, now: datetime, worth: Worth | None = None) -> ReportContent:
    """Return everything a report prints; parts that are not computed yet are empty.

    `worth` saves the replay when the caller has it already.
    """
    evaluation, settings = findings.evaluation, findings.settings
    worth = worth or worth_of(findings)
    under = under_of(worth)
    empty = pd.DataFrame()
    middle, moved = effects_table(worth, under, findings.decisions)
    checks = assumption_checks(findings) if evaluation else ()
    rows = tested_rows(findings)
    return ReportContent(
        title=f"Order plan and forecast: {findings.dataset.name}",
        scope=scope_of(findings),
        run_id=findings.results.run_id,
        made_at=now,
        currency=settings.currency,
        frequency=settings.frequency,
        tiles=forecast_tiles(findings),
        history=findings.dataset.sales,
        forecast=chosen_forecast(findings.results, findings.choice),
        orders=findings.orders,
        totals=plan_totals(findings),
        leaderboard=empty if evaluation is None else evaluation.leaderboard,
        scores=empty if evaluation is None else evaluation.scores,
        value=staircase_table(worth),
        case=() if evaluation is None else worth_lines(findings, worth),
        cost_lines=cost_table(findings.decisions.lines),
        settings=assumptions(settings),
        notes=notes(findings),
        coverage=settings.coverage,
        total=total_forecast(findings),
        cautions=(*standing(findings.results, settings), *cautions(findings)),
        tested=how_tested(findings),
        proof=proof_sentences(findings, checks, rows),
        worth=(*value_sentences(findings, worth), *one_sided_sentences(middle, moved, settings.currency)),
        over=over(worth),
        item_gains=item_gains(worth),
        effects=moved,
        finance=answered(findings, worth, under),
        replay=replay_table(worth, SHOWN_IN_SHEETS),
        promises=promises_table(rows, findings),
        errors=errors_table(rows, findings),
        asked=tuple(asked_sentences(findings.ways, checks, settings.currency)),
        ways=ways_table(findings.ways) if findings.ways else empty,
    )


def proof_sentences(findings: Findings, checks: Sequence[Check], rows: pd.DataFrame) -> tuple[str, ...]:
    """Return what the test says of the forecast: the choice, beyond chance or not, promises kept.

    `rows` are the `tested_rows`, `checks` the assumptions that were looked at.
    """
    if findings.evaluation is None:
        return ()
    broken = [c for c in checks if c.measured.holds is False]
    return (
        *accuracy_sentences(findings),
        *paired_if_judged(findings, paired_table(findings)),
        *filter(None, [floor_sentence(rows)]),
        *plan_sentences(findings),
        *advice_sentences(findings),
        *filter(None, [mended_sentence(findings)]),
        *evidence_sentences(findings),
        *unknown_sentences(findings),
        *(f"Does not hold: “{c.assumption}”. {c.finding} {c.consequence} {c.done}" for c in broken),
    )


def cost_table(lines: tuple[CostLine, ...]) -> pd.DataFrame:
    """Return the cost lines as a table; what is not estimated stays blank."""
    rows = [(c.label, c.one_off, c.yearly, c.source, c.confidence) for c in lines]
    return pd.DataFrame(rows, columns=["label", "one_off", "yearly", "source", "confidence"])


def assumptions(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Return what was assumed, for the last page of a report."""
    costs = settings.costs
    each = settings.per_unit
    unit = f"{money(costs.understock, settings.currency)} {each} short, "
    unit += f"{money(costs.overstock, settings.currency)} {each} left over"
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
