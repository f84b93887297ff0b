"""Why a figure of the leaderboard is not there: what cannot be computed has its reason, never a zero."""

import numpy as np
import pandas as pd

from forecasting.report.columns import model_label
from forecasting.schema import PLAN
from forecasting.services.findings import Findings

OVER_SALES = ("wape", "floor", "bias", "wql")


def unknown_sentences(found: Findings) -> list[str]:
    """Return a sentence for every kind of figure that is missing (n/a) for a model, or rests on a part.

    What the manager's own plan cannot say has its sentence in `plan_sentences`.
    """
    if found.evaluation is None:
        return []
    board = found.evaluation.leaderboard
    board = board[board["model"] != PLAN]
    lines = [_over_sales(board), _scaled(found.evaluation.measured.sums, found.settings.period)]
    lines += [_skill(board), _money(board)]
    return [line for line in lines if line]


def _over_sales(board: pd.DataFrame) -> str:
    if not board[list(OVER_SALES)].isna().any(axis=None):
        return ""
    return (
        "Error, bias and range error are n/a: nothing was sold on the tested dates, so nothing can be put in "
        "relation to sales."
    )


def _scaled(sums: pd.DataFrame, period: str) -> str:
    """Return how many series MASE leaves out, because nothing can be scaled by their history."""
    known = sums.groupby("unique_id")["seasonal_scale"].apply(lambda scale: bool(np.isfinite(scale).any()))
    out, of = int((~known).sum()), len(known)
    if not out:
        return ""
    whom = "MASE is n/a:" if out == of else f"MASE leaves out {out:,} of {of:,} series:"
    return (
        f"{whom} before the tested dates their sales never changed from one season to the next, or too few "
        f"{period}s were known, and an error cannot be divided by nothing."
    )


def _skill(board: pd.DataFrame) -> str:
    if board["wql"].isna().any() or not board["skill"].isna().any():
        return ""
    return (
        "The column that compares with last season is n/a: repeating last season was not among the models, "
        "or never erred."
    )


def _money(board: pd.DataFrame) -> str:
    blank = board.loc[board["money"].isna(), "model"]
    if blank.empty:
        return ""
    names = ", ".join(map(model_label, blank))
    return f"Cost is n/a for {names}: no order cycle that every model has could be put into money."
