"""Why an order may lie beside the cheapest quantity of its item: packs, and demand lost before it."""

import numpy as np

from forecasting.inventory.before_delivery import Outlook
from forecasting.inventory.blocks import Block, blocks
from forecasting.inventory.interval_cost import best_level
from forecasting.inventory.lots import lots_of
from forecasting.inventory.packs import cheapest_feasible
from forecasting.inventory.policy import KNOWN_DEMAND
from forecasting.inventory.supply import limits
from forecasting.report.tables import display, money
from forecasting.services.findings import Findings
from forecasting.services.order_views import FLAT, CostCurve, lines_of


def beside_the_curve(found: Findings, unique_id: str, curve: CostCurve) -> list[str]:
    """Return a sentence for each reason; none where order and curve agree.

    The rule (R, S) fills up to S less what is on hand and on order, whatever is lost before the
    delivery. Customers who leave before it will not come for those units, so an order that leaves
    them out can be expected to cost less this once; it is said, with what it would save.
    """
    block = next(iter(blocks(*lines_of(found, unique_id))), None)
    if block is None or not _by_cost(block):
        return []
    order = block.columns["order_quantity"].astype(float)
    said = [_packs(float(order[0]), curve)]
    line = found.orders[found.orders["unique_id"] == unique_id].iloc[0]
    if not np.isnan(line["on_hand"]):  # on an empty shelf that nobody counted all would seem lost before
        said.append(_lean(block, order, found.settings.currency, whole=found.dataset.whole_units))
    return [sentence for sentence in said if sentence]


def _by_cost(block: Block) -> bool:
    """Return whether costs alone chose the order: no lot, no known demand, no target instead of a cost."""
    columns = block.columns
    by_rule = lots_of(block)[0] > 0 or columns["policy"][0] == KNOWN_DEMAND
    return not by_rule and bool(np.isnan(columns["implied_underage"][0]))


def _packs(order: float, curve: CostCurve) -> str:
    if curve.flat_from <= order <= curve.flat_to:
        return ""
    return (
        f"The suggestion is {display(order, 'units', '')}: of what packs, minimum order and room allow it "
        "costs least."
    )


def _lean(block: Block, order: np.ndarray, currency: str, *, whole: bool) -> str:
    position = block.columns["inventory_position"].astype(float)
    outlook = Outlook(block.demand, block.terms, position)
    wanted = np.maximum(best_level(outlook.demand, block.terms, whole_units=whole) - position, 0.0)
    lean = cheapest_feasible(wanted, limits(block.columns), lambda q: outlook.cost(position + q))
    now, then = (float(outlook.cost(position + q)[0]) for q in (order, lean))
    avoidable = now - float(outlook.lost_cost[0])
    if lean[0] == order[0] or now - then < max(FLAT * avoidable, 0.01):
        return ""
    gone = display(float(outlook.lost.mean()), "units", "")
    return (
        f"The rule fills up to its level although about {gone} units of that demand are lost before the "
        f"delivery. Leaving them out, {display(float(lean[0]), 'units', '')} would cost "
        f"{money(now - then, currency)} less this once; type it under Yours to order it."
    )
