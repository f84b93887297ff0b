"""Everything a page or a report shows, worked out from results under the current settings."""

from forecasting.errors import ForecastingError
from forecasting.evaluation.scores import BASELINE
from forecasting.evaluation.selection import CHOSEN
from forecasting.services.compute import Results
from forecasting.services.content import Findings
from forecasting.services.dataset import Dataset
from forecasting.services.evaluate import Evaluation, Measured, evaluate, measure_accuracy
from forecasting.services.plan import live_choice, order_plan
from forecasting.settings import Settings
from forecasting.value.business_case import DEFAULT_COST_LINES, BusinessCase, CostLine
from forecasting.value.gain import annual_gain


def work_out(
    dataset: Dataset,
    settings: Settings,
    results: Results,
    cost_lines: tuple[CostLine, ...] = DEFAULT_COST_LINES,
    *,
    measured: Measured | None = None,
    import_notes: tuple[str, ...] = (),
) -> Findings:
    """Return the findings so far: choice, orders, and, once models are tested, evaluation and case.

    `measured` saves its work when the caller still has it from an earlier call.
    """
    settings.check_horizon()
    evaluation = None
    if results.models:
        measured = measured or measure_accuracy(results, dataset, settings)
        evaluation = evaluate(results, measured, dataset, settings)
    choice = live_choice(results, evaluation.live_choice if evaluation else None)
    orders = order_plan(results, choice, dataset, settings)
    case = business_case(evaluation, settings, cost_lines) if evaluation else None
    return Findings(dataset, settings, results, choice, orders, evaluation, case, import_notes)


def business_case(
    evaluation: Evaluation, settings: Settings, lines: tuple[CostLine, ...]
) -> BusinessCase | None:
    """Return the business case of our forecast against seasonal naive; None when nothing was measured."""
    try:
        gain = annual_gain(evaluation.replayed, CHOSEN, BASELINE, days_per_period=settings.days_per_period)
        return BusinessCase(gain.amount, lines)
    except ForecastingError:
        return None
