"""A column of what people planned to sell: on how much it rests, and whether it can have been a plan."""

import pandas as pd

from forecasting.dates import period_kind
from forecasting.ingest.notes import Notes, counted
from forecasting.schema import PLAN

SAME = 0.95  # share of periods that hit sales to the unit, from which a plan was written afterwards
FAR = 3.0  # times what was sold, or a third of it: another unit, or one number repeated on every row


def tell_of_plan(sales: pd.DataFrame, column: str | None, frequency: str, notes: Notes) -> pd.DataFrame:
    """Return the sales without a plan that holds no number, and say in `notes` what the plan covers."""
    if column is None or PLAN not in sales:
        return sales
    planned = sales[sales[PLAN].notna()]
    if planned.empty:
        notes.warn(f"{column!r} holds no number of planned units, so there is no plan to compare with.")
        return sales.drop(columns=PLAN)
    kind, share = period_kind(frequency), len(planned) / len(sales)
    gaps = f" The other {counted(len(sales) - len(planned), f'series-{kind}')} do not count for it."
    notes.warn(
        f"{column!r} is read as your own plan: {planned[PLAN].sum():,.0f} units planned for "
        f"{counted(len(planned), f'series-{kind}')} ({share:.0%}), where {planned['y'].sum():,.0f} sold."
        f"{gaps if share < 1 else ''} It is taken as set before the order for its {kind}, compared with our "
        "forecasts, and never shown to a model."
    )
    _doubt(planned, column, kind, notes)
    return sales


def _doubt(planned: pd.DataFrame, column: str, kind: str, notes: Notes) -> None:
    busy = planned[planned["y"] > 0]
    hit = float((busy[PLAN] == busy["y"]).mean()) if len(busy) else 0.0
    if hit >= SAME:
        notes.warn(
            f"{column!r} is what sold on {hit:.0%} of the {kind}s with sales: it seems to have been written "
            "afterwards, and then no forecast can be held against it. Unpick it in the columns if so."
        )
    ratio = planned[PLAN].sum() / planned["y"].sum() if planned["y"].sum() > 0 else 1.0
    if not 1 / FAR <= ratio <= FAR:
        notes.warn(
            f"{column!r} is {ratio:,.2g} times what was sold: check its unit, and whether each row holds its "
            "own part of the plan (rows of one period are added up)."
        )
