"""Everything a page or a report shows, worked out from results under the current settings."""

import pandas as pd

from forecasting.inventory.rules import together
from forecasting.services.compute import Results
from forecasting.services.dataset import Dataset
from forecasting.services.evaluate import Measured, evaluate, measure_accuracy
from forecasting.services.findings import Findings
from forecasting.services.order_lines import stock_notes
from forecasting.services.plan import check_reach, live_choice, order_plan
from forecasting.services.reasons import stand_ins
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
    orders = _with_stand_ins(order_plan(results, choice, dataset, settings), results, choice)
    notes = (*stock_notes(orders), *import_notes)
    return Findings(dataset, settings, results, choice, orders, evaluation, notes)


def _with_stand_ins(orders: pd.DataFrame, results: Results, choice: pd.DataFrame) -> pd.DataFrame:
    """Return the orders with a note on every line whose forecast is not its model's own."""
    told = stand_ins(results.notes, choice, results.forecast["cutoff"].max())
    if not told:
        return orders
    said = orders["unique_id"].map(told)
    sentences = ("Its forecast: " + said + ".").where(said.notna(), "")
    return orders.assign(note=together(orders["note"].to_numpy(), sentences.to_numpy()))
