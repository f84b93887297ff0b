"""Everything a page or a report shows, worked out from results under the current settings."""

from forecasting.services.compute import Results
from forecasting.services.dataset import Dataset
from forecasting.services.evaluate import Measured, evaluate, measure_accuracy
from forecasting.services.findings import Findings
from forecasting.services.order_lines import stock_notes
from forecasting.services.plan import check_reach, live_choice, order_plan
from forecasting.settings import Settings


def work_out(
    dataset: Dataset,
    settings: Settings,
    results: Results,
    *,
    measured: Measured | None = None,
    import_notes: tuple[str, ...] = (),
) -> Findings:
    """Return the findings so far: choice, orders, and, once models are tested, the evaluation.

    `measured` saves its work when the caller still has it from an earlier call.
    """
    check_reach(dataset, settings)
    evaluation = None
    if results.models:
        measured = measured or measure_accuracy(results, dataset, settings)
        evaluation = evaluate(results, measured, dataset, settings)
    choice = live_choice(results, evaluation.live_choice if evaluation else None)
    orders = order_plan(results, choice, dataset, settings)
    notes = (*stock_notes(orders), *import_notes)
    return Findings(dataset, settings, results, choice, orders, evaluation, notes)
