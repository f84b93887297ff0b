"""What the accuracy and value pages say: how far the past bears the forecast out, and what it was worth."""

import numpy as np
import pandas as pd

from forecasting.evaluation.noise_floor import poisson_deviation
from forecasting.evaluation.selection import CHOSEN
from forecasting.report.columns import model_label
from forecasting.report.tables import money, percent
from forecasting.schema import PLAN
from forecasting.services.findings import Findings
from forecasting.services.judged import never_judged, unjudged_sentences


def accuracy_sentences(found: Findings) -> list[str]:
    """Return what the leaderboard means, in sentences without markup."""
    evaluation, currency = found.evaluation, found.settings.currency
    if evaluation is None:
        return []
    models = evaluation.leaderboard[evaluation.leaderboard["model"] != PLAN]
    board = models[models["model"] != CHOSEN]
    lines = [
        f"{model_label(CHOSEN)} picks a model per series by the money its errors cost, at each date from "
        f"earlier dates only; {len(board)} models were tried. Amounts here are of one order at a time; "
        "the Value page carries stock over from day to day, so its amounts differ."
    ]
    lines += [*unjudged_sentences(found), _single_models(board, currency)]
    if never_judged(found):
        return lines
    lines += _why_not_the_cheapest(models, currency)
    price = evaluation.price_of_accuracy
    if np.isfinite(price):
        word = "more" if price >= 0 else "less"
        lines.append(
            f"Choosing per series by accuracy instead of money would pick another model for "
            f"{percent(evaluation.differ)} of the series and would have cost "
            f"{money(abs(price), currency)} {word}."
        )
    return lines


def _single_models(board: pd.DataFrame, currency: str) -> str:
    cheapest, accurate = board.nsmallest(1, "money").iloc[0], board.nsmallest(1, "wape").iloc[0]
    if cheapest["model"] == accurate["model"]:
        return f"{model_label(cheapest['model'])} is both the cheapest and the most accurate single model."
    extra = money(accurate["money"] - cheapest["money"], currency)
    return (
        f"The most accurate model ({model_label(accurate['model'])}) is not the cheapest "
        f"({model_label(cheapest['model'])}): ordering by it would have cost {extra} more."
    )


def _why_not_the_cheapest(leaderboard: pd.DataFrame, currency: str) -> list[str]:
    """Return why a single model that turned out cheaper than our choice is not used, if there is one."""
    ours = leaderboard.loc[leaderboard["model"] == CHOSEN, "money"]
    cheapest = leaderboard.nsmallest(1, "money").iloc[0]
    if ours.empty or not cheapest["money"] < ours.iloc[0]:
        return []
    dearer = float(ours.iloc[0] - cheapest["money"])
    share = f" ({percent(dearer / cheapest['money'])})" if cheapest["money"] > 0 else ""
    return [
        f"Choosing per series cost {money(dearer, currency)} more{share} than "
        f"{model_label(cheapest['model'])} for everything would have, but that is known "
        "only now: of several models one always looks best on the dates it is judged by, so we do not switch "
        "to it; the next choice counts these dates too."
    ]


def errors_by_horizon(rows: pd.DataFrame) -> pd.DataFrame:
    """Return WAPE by model, own plan included, and step ahead: model, h, wape.

    `rows` are the `ledger.tested_rows`. Model `chance` is what chance alone leaves.
    """
    if rows.empty:
        return pd.DataFrame(columns=["model", "h", "wape"])
    rows = rows[["model", "h", "y", "mean"]]
    rows = rows.assign(error=(rows["y"] - rows["mean"]).abs())
    ours = rows[rows["model"] == CHOSEN]
    floor = ours.assign(model="chance", error=poisson_deviation(ours["mean"].to_numpy(dtype=float)))
    sums = pd.concat([rows, floor]).groupby(["model", "h"], sort=False)[["error", "y"]].sum()
    return (sums["error"] / sums["y"].where(sums["y"] > 0)).rename("wape").reset_index()


def worst_series(found: Findings, most: int = 15) -> pd.DataFrame:
    """Return the series whose past orders cost most under our forecast, with their accuracy."""
    if found.evaluation is None:
        return pd.DataFrame()
    past = found.evaluation.replayed
    cost = past[past["model"] == CHOSEN].groupby("unique_id")["cost"].sum().rename("money")
    scores = found.evaluation.scores
    mine = (
        scores[scores["model"] == CHOSEN]
        .groupby("unique_id")[["wape", "floor", "bias", "coverage_80"]]
        .mean()
    )
    return (
        mine.join(cost)
        .nlargest(most, "money")
        .reset_index()[["unique_id", "money", "wape", "floor", "bias", "coverage_80"]]
    )
