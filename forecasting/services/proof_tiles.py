"""The four numbers at the top of the accuracy page, each beside what it is compared with."""

import math
from collections.abc import Hashable, Mapping
from typing import Any

from forecasting.evaluation.scores import BASELINE
from forecasting.evaluation.selection import CHOSEN
from forecasting.ingest.notes import counted
from forecasting.report.content import Tile
from forecasting.report.tables import money, percent
from forecasting.schema import PLAN
from forecasting.services.findings import Findings
from forecasting.services.judged import of_the_simplest
from forecasting.services.tiles import AVERAGE, accuracy_tile, beside, no_worse

PROMISE = 0.8  # of the range whose promise the tile tells
TOLERANCE = 0.02  # nobody acts on less; with few dates chance alone moves a share by as much


def accuracy_tiles(found: Findings) -> tuple[Tile, ...]:
    """Return money, error, kept promises and bias, each beside seasonal naive and the manager's own plan."""
    evaluation = found.evaluation
    if evaluation is None:
        return (accuracy_tile(found),)
    board = evaluation.leaderboard.set_index("model")
    ours = board.loc[CHOSEN].to_dict()
    naive = board.loc[BASELINE if BASELINE in board.index else board.index[-1]].to_dict()
    plan = board.loc[PLAN].to_dict() if PLAN in board.index else {}
    average = board.loc[AVERAGE].to_dict() if AVERAGE in board.index else {}
    currency = found.settings.currency
    others = beside(*(money(row.get("money"), currency) for row in (naive, plan, average)))
    tiles = (
        Tile(
            "Money lost on past orders",
            money(ours["money"], currency),
            f"{others}, {_dates(found)}",
            no_worse(ours["money"], naive["money"], average.get("money", math.nan)),
            "Cost of too much and too little, ordering every item once by the forecast on each past date."
            f"{_plan_in_part(plan)}",
        ),
        accuracy_tile(found),
        Tile(
            "80 % range kept",
            percent(ours["coverage_80"]),
            _against_promise(ours["coverage_80"]),
            _kept(ours["coverage_80"]),
            "Share of past periods whose sales fell inside the range that should hold 80 % of them; "
            f"repeating last season kept {percent(naive['coverage_80'])}."
            f"{' Your own plan is one number a date and promises no range.' if plan else ''}",
        ),
        Tile(
            "Bias",
            percent(ours["bias"]),
            beside(*(percent(row.get("bias")) for row in (naive, plan))),
            bool(abs(ours["bias"]) <= abs(naive["bias"])),
            "Forecast minus sales over sales; positive = forecast too high.",
        ),
    )
    return tuple(of_the_simplest(tile, found) for tile in tiles)


def _plan_in_part(plan: Mapping[Hashable, Any]) -> str:
    """Return why the plan's money is not beside ours, where there is a plan; '' where it is."""
    if not plan or not math.isnan(plan["money"]):
        return ""
    return " Your own plan does not cover every tested order cycle, so no sum of it stands beside these."


def _dates(found: Findings) -> str:
    return f"on {counted(len(found.results.scored), 'past date')}"


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
