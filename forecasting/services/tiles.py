"""The four numbers at the top of each page, each beside what it is compared with."""

import numpy as np

from forecasting.evaluation.scores import BASELINE
from forecasting.evaluation.selection import CHOSEN
from forecasting.report.columns import Kind
from forecasting.report.content import Tile
from forecasting.report.tables import NOT_AVAILABLE, display, money, percent, units
from forecasting.schema import PLAN
from forecasting.services.findings import Findings, total_ahead
from forecasting.services.judged import of_the_simplest
from forecasting.services.order_lines import OrderTotals, order_totals

AVERAGE = "moving_average"  # often the strongest simple forecast, where last season is the weakest
STOCK_UNKNOWN = "stock is not given"


def forecast_tiles(findings: Findings) -> tuple[Tile, ...]:
    """Return the four numbers of the first glance, each against a baseline."""
    settings, total = findings.settings, order_totals(findings.orders)
    coming, before = total_ahead(findings)
    change = coming / before - 1 if before > 0 else float("nan")
    ahead = f"in the next {settings.horizon} {settings.period}s"
    in_money = settings.measure == "money"
    return (
        Tile(
            f"Sales {ahead}" if in_money else f"Units {ahead}",
            money(coming, settings.currency) if in_money else units(coming),
            f"{percent(change, signed=True)} on the last {settings.horizon}",
            None,
            "Expected sales of all series together.",
        ),
        _due_tile(total),
        _saved_tile(total, settings.currency),
        accuracy_tile(findings),
    )


def order_tiles(found: Findings) -> tuple[Tile, ...]:
    """Return lines due, units, money to spend and money saved, to the unit: an edit must be seen to count."""
    total, currency = order_totals(found.orders), found.settings.currency
    kind: Kind = "units" if found.settings.measure == "units" else "money"
    return (
        _due_tile(total),
        Tile(
            "Units to order" if kind == "units" else "To order, at selling price",
            display(total.ordered, kind, currency),
            f"{display(total.suggested, kind, currency)} suggested",
            None,
            "Whole packs as suggested; your own quantities where you changed them.",
        ),
        Tile(
            "To spend",
            display(total.spend, "money", currency),
            _spend_beside(found, total),
            None,
            "Quantities ordered times unit cost.",
        ),
        _saved_tile(total, currency, exact=True),
    )


def _spend_beside(found: Findings, total: OrderTotals) -> str:
    """Return the budget, where there is one; else how many lines have a cost."""
    limit = found.decisions.limits.money
    if limit is None or not total.known:
        return _priced(total)
    return f"of a budget of {display(limit, 'money', found.settings.currency)}"


def _priced(total: OrderTotals) -> str:
    if not total.known:
        return STOCK_UNKNOWN
    return (
        f"{total.priced} of {total.lines} lines have {'stock and ' * (total.known < total.lines)}a unit cost"
    )


def _due_tile(total: OrderTotals) -> Tile:
    return Tile(
        "Lines to order now",
        f"{total.due}" if total.known else NOT_AVAILABLE,
        f"of {total.known} lines" if total.known else STOCK_UNKNOWN,
        None,
        "Stock will not last until the delivery after next. Only lines whose stock is given.",
    )


def _saved_tile(total: OrderTotals, currency: str, *, exact: bool = False) -> Tile:
    def said(amount: float) -> str:
        return str(display(amount, "money", currency)) if exact else money(amount, currency)

    compared = f"{said(total.nothing)} lost without, {said(total.left)} with, one order cycle"
    return Tile(
        "Saved by these orders",
        said(total.saved) if total.known else NOT_AVAILABLE,
        compared if total.known else STOCK_UNKNOWN,
        None,
        "Expected cost of ordering nothing, less the expected cost with the quantities to order: "
        "sales lost and stock left over until the delivery after next.",
    )


def accuracy_tile(found: Findings) -> Tile:
    """Return the forecast error beside that of repeating last season."""
    words = "Sum of absolute errors over sum of sales (WAPE), on past dates the models had not seen."
    evaluation = found.evaluation
    if evaluation is None:
        return Tile("Forecast error", "n/a", "the test on the past is still running", None, words)
    table = evaluation.leaderboard.set_index("model")
    board = table["wape"]
    if np.isfinite(floor := table["floor"].get(CHOSEN, np.nan)):
        words += f" Chance alone would leave a perfect forecast {percent(floor)}."
    ours, naive, average, plan = (board.get(name, np.nan) for name in (CHOSEN, BASELINE, AVERAGE, PLAN))
    good = no_worse(ours, naive, average)
    others = beside(percent(naive), percent(plan), percent(average))
    if np.isfinite(floor):
        others += f", {percent(floor)} by chance alone"
    return of_the_simplest(Tile("Forecast error", percent(ours), others, good, words), found)


def no_worse(ours: float, *others: float) -> bool | None:
    """Return whether our loss is at most that of every simple forecast that has one; None where none has.

    >>> no_worse(236.0, 447.0, 197.0), no_worse(1.0, 2.0, float("nan")), no_worse(1.0, float("nan"))
    (False, True, None)
    """
    known = [float(other) for other in others if np.isfinite(other)]
    return bool(ours <= min(known)) if known and np.isfinite(ours) else None


def beside(naive: str, plan: str, average: str = NOT_AVAILABLE) -> str:
    """Return what a tile stands beside: repeating last season, the moving average and the own plan if known.

    >>> beside("27.4 %", "n/a"), beside("€410", "€380", "€390")
    ('27.4 % repeating last season', '€410 repeating last season, €390 moving average, €380 your own plan')
    """
    others = ((naive, "repeating last season"), (average, "moving average"), (plan, "your own plan"))
    told = [f"{value} {name}" for value, name in others if value != NOT_AVAILABLE]
    return ", ".join(told) if naive != NOT_AVAILABLE else ", ".join([f"{naive} {others[0][1]}", *told])
