"""Everything a page or a report shows, worked out from results under the current settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from forecasting.errors import ForecastingError
from forecasting.evaluation.scores import BASELINE
from forecasting.evaluation.selection import CHOSEN
from forecasting.services.compute import Results
from forecasting.services.dataset import Dataset
from forecasting.services.evaluate import Evaluation, Measured, evaluate, measure_accuracy
from forecasting.services.findings import Findings, standing
from forecasting.services.order_lines import stock_notes, with_edits
from forecasting.services.plan import check_reach, live_choice, order_plan
from forecasting.settings import Settings
from forecasting.value.business_case import BusinessCase, CaseTerms
from forecasting.value.cost_lines import DEFAULT_COST_LINES, CostLine
from forecasting.value.data_costs import DataSource, cost_lines_of
from forecasting.value.yearly import MeasuredGain, measured_gain


@dataclass(frozen=True)
class Decisions:
    """What a manager has decided beside the settings: order quantities, and what the solution costs."""

    quantities: Mapping[str, float] = field(default_factory=dict)  # unique_id -> units to order
    cost_lines: tuple[CostLine, ...] = DEFAULT_COST_LINES
    terms: CaseTerms = field(default_factory=CaseTerms)
    sources: tuple[DataSource, ...] = ()  # of data, with their costs


def work_out(
    dataset: Dataset,
    settings: Settings,
    results: Results,
    *,
    measured: Measured | None = None,
    import_notes: tuple[str, ...] = (),
) -> Findings:
    """Return the findings so far: choice, orders, and, once models are tested, evaluation and case.

    `measured` saves its work when the caller still has it from an earlier call.
    """
    check_reach(dataset, settings)
    evaluation = None
    if results.models:
        measured = measured or measure_accuracy(results, dataset, settings)
        evaluation = evaluate(results, measured, dataset, settings)
    choice = live_choice(results, evaluation.live_choice if evaluation else None)
    orders = order_plan(results, choice, dataset, settings)
    gain = gain_of(evaluation, settings) if evaluation else None
    # Its costs are still unknown: they are the manager's.
    case = BusinessCase(gain.year.amount) if gain else None
    notes = (*standing(results, settings), *stock_notes(orders), *import_notes)
    return Findings(dataset, settings, results, choice, orders, evaluation, case, notes, gain)


def decided(found: Findings, decisions: Decisions) -> Findings:
    """Return the findings with what the manager has decided; quick, for nothing is replayed or refitted."""
    case = found.case
    if case is not None:
        lines = (*decisions.cost_lines, *cost_lines_of(decisions.sources))
        case = replace(case, lines=lines, terms=decisions.terms)
    return replace(with_edits(found, decisions.quantities), case=case)


def gain_of(evaluation: Evaluation, settings: Settings) -> MeasuredGain | None:
    """Return the gain of our forecast against seasonal naive; None where nothing can be compared."""
    try:
        return measured_gain(
            evaluation.replayed,
            CHOSEN,
            BASELINE,
            days_per_period=settings.days_per_period,
            seed=settings.seed,
        )
    except ForecastingError:
        return None
