"""What each page shows, as plain values: a page asks here and only lays out the answer."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.errors import ForecastingError
from forecasting.evaluation.metrics import binomial_interval
from forecasting.evaluation.scores import BASELINE, band_columns
from forecasting.evaluation.selection import CHOSEN
from forecasting.report.columns import model_label
from forecasting.report.content import Tile, one_series, total_history
from forecasting.report.tables import money, percent, units
from forecasting.schema import QUANTILE_LEVELS, quantile_column
from forecasting.services.content import Findings, accuracy_tile, total_forecast
from forecasting.services.evaluate import scored_rows
from forecasting.services.plan import chosen_forecast, chosen_paths
from forecasting.value.business_case import BusinessCase
from forecasting.value.gain import annual_gain, gain_interval

ALL = "All series"
RECENT = 60  # periods of history in a table's small picture


@dataclass(frozen=True)
class ForecastView:
    """One series (or all of them) as the forecast page shows it."""

    history: pd.DataFrame
    forecast: pd.DataFrame
    runner_up: pd.DataFrame | None
    sentence: str
    model: str
    reason: str
    table: pd.DataFrame
    overview: pd.DataFrame


def forecast_view(found: Findings, series: str, coverage: float) -> ForecastView:
    """Return the picture, the sentence and the tables of one series at one coverage."""
    whole = chosen_forecast(found.results, found.choice)
    if series == ALL:
        history, forecast = total_history(found.dataset.sales), total_forecast(found)
        model, reason, runner_up = CHOSEN, "each series under its own model", None
        demand = chosen_paths(found.results, found.choice).values.sum(axis=(0, 2))
    else:
        history, forecast = one_series(found.dataset.sales, series), one_series(whole, series)
        row = found.choice[found.choice["unique_id"] == series].iloc[0]
        model, reason = str(row["model"]), str(row["reason"])
        runner_up = _runner_up(found, series, model)
        paths = chosen_paths(found.results, found.choice).only([series])
        demand = paths.values.sum(axis=(0, 2))
    low, high = np.quantile(demand, [(1 - coverage) / 2, (1 + coverage) / 2])
    sentence = (
        f"Next {found.settings.horizon} {found.settings.period}s: {units(float(demand.mean()))} units, "
        f"{coverage:.0%} sure it is between {units(float(low))} and {units(float(high))}."
    )
    bounds = list(band_columns(coverage))
    table = forecast[["ds", "mean", *bounds]]
    return ForecastView(history, forecast, runner_up, sentence, model, reason, table, _overview(found, whole))


def _runner_up(found: Findings, series: str, model: str) -> pd.DataFrame | None:
    """Return what the next cheapest model says about a series; None while nothing is tested."""
    if found.evaluation is None:
        return None
    others = [m for m in found.evaluation.leaderboard["model"] if m not in (model, CHOSEN)]
    live = found.results.forecast
    return None if not others else one_series(live[live["model"] == others[0]], series)


def _overview(found: Findings, whole: pd.DataFrame) -> pd.DataFrame:
    recent = found.dataset.sales.groupby("unique_id")["y"].apply(lambda y: list(y.tail(RECENT)))
    ahead = whole.sort_values("ds").groupby("unique_id")["mean"].agg(list)
    source = whole.groupby("unique_id")["source_model"].first()
    return pd.DataFrame(
        {
            "unique_id": ahead.index,
            "total": [sum(values) for values in ahead],
            "path": [recent[str(name)] + values for name, values in ahead.items()],
            "model": source.reindex(ahead.index).map(model_label).to_numpy(),
        }
    ).sort_values("total", ascending=False, ignore_index=True)


def typical_series(found: Findings) -> list[str]:
    """Return every forecast series, the best sellers first: a page opens on one that matters."""
    volume = found.dataset.sales.groupby("unique_id")["y"].sum()
    ids = found.choice["unique_id"]
    return list(volume.reindex(ids).sort_values(ascending=False).index)


def accuracy_tiles(found: Findings) -> tuple[Tile, ...]:
    """Return money, error, kept promises and bias, each beside seasonal naive."""
    evaluation = found.evaluation
    if evaluation is None:
        return (accuracy_tile(None),)
    board = evaluation.leaderboard.set_index("model")
    ours = board.loc[CHOSEN].to_dict()
    naive = board.loc[BASELINE if BASELINE in board.index else board.index[-1]].to_dict()
    currency = found.settings.currency
    return (
        Tile(
            "Money lost on past orders",
            money(ours["money"], currency),
            f"{money(naive['money'], currency)} repeating last season",
            bool(ours["money"] <= naive["money"]),
            "Cost of too much and too little, ordering by the forecast on past dates.",
        ),
        accuracy_tile(evaluation),
        Tile(
            "80 % range kept",
            percent(ours["coverage_80"]),
            f"{percent(naive['coverage_80'])} repeating last season",
            bool(abs(ours["coverage_80"] - 0.8) <= abs(naive["coverage_80"] - 0.8)),
            "Share of past periods whose sales fell inside the range; 80 % was promised.",
        ),
        Tile(
            "Bias",
            percent(ours["bias"]),
            f"{percent(naive['bias'])} repeating last season",
            bool(abs(ours["bias"]) <= abs(naive["bias"])),
            "Forecast minus sales over sales; positive = forecast too high.",
        ),
    )


def accuracy_sentences(found: Findings) -> list[str]:
    """Return what the leaderboard means, in sentences."""
    evaluation = found.evaluation
    if evaluation is None:
        return []
    board = evaluation.leaderboard[evaluation.leaderboard["model"] != CHOSEN]
    cheapest, accurate = board.nsmallest(1, "money").iloc[0], board.nsmallest(1, "wape").iloc[0]
    currency = found.settings.currency
    lines = [
        f"Tested on {len(found.results.scored)} past dates, {found.settings.horizon} "
        f"{found.settings.period}s each, {len(board)} models tried. **Our forecast** picks a model per "
        "series by the money its errors cost on earlier dates than those shown here."
    ]
    if cheapest["model"] != accurate["model"]:
        extra = money(accurate["money"] - cheapest["money"], currency)
        lines.append(
            f"The most accurate model ({model_label(accurate['model'])}) is not the cheapest "
            f"({model_label(cheapest['model'])}): ordering by it would have cost {_literal(extra)} more."
        )
    else:
        lines.append(
            f"{model_label(cheapest['model'])} is both the cheapest and the most accurate single model."
        )
    price = evaluation.price_of_accuracy
    if np.isfinite(price):
        word = "more" if price >= 0 else "less"
        lines.append(
            f"Choosing per series by accuracy instead of money would pick another model for "
            f"{evaluation.differ:.0%} of the series and would have cost "
            f"{_literal(money(abs(price), currency))} {word}."
        )
    return lines


def _literal(text: str) -> str:
    """Return text that markdown does not read as mathematics."""
    return text.replace("$", "\\$")


def calibration_of(found: Findings, model: str) -> pd.DataFrame:
    """Return promised and kept shares of a model: nominal, achieved, low, high, n."""
    if found.evaluation is None:
        return pd.DataFrame(columns=["nominal", "achieved", "low", "high", "n"])
    rows = scored_rows(found.results.backtest, found.results, found.evaluation)
    rows = rows[(rows["model"] == model) & rows["y"].notna()]
    if "open" in rows:
        rows = rows[rows["open"].fillna(1) != 0]
    table = []
    for level in QUANTILE_LEVELS:
        hits = int((rows["y"] <= rows[quantile_column(level)]).sum())
        low, high = binomial_interval(hits, len(rows))
        table.append((level, hits / len(rows) if len(rows) else np.nan, low, high, len(rows)))
    return pd.DataFrame(table, columns=["nominal", "achieved", "low", "high", "n"])


def errors_by_horizon(found: Findings) -> pd.DataFrame:
    """Return WAPE by model and step ahead: model, h, wape."""
    if found.evaluation is None:
        return pd.DataFrame(columns=["model", "h", "wape"])
    rows = scored_rows(found.results.backtest, found.results, found.evaluation).dropna(subset=["y"])
    rows = rows.assign(error=(rows["y"] - rows["mean"]).abs())
    sums = rows.groupby(["model", "h"])[["error", "y"]].sum()
    return (sums["error"] / sums["y"].where(sums["y"] > 0)).rename("wape").reset_index()


def worst_series(found: Findings, most: int = 15) -> pd.DataFrame:
    """Return the series whose past orders cost most under our forecast, with their accuracy."""
    if found.evaluation is None:
        return pd.DataFrame()
    past = found.evaluation.replayed
    cost = past[past["model"] == CHOSEN].groupby("unique_id")["cost"].sum().rename("money")
    scores = found.evaluation.scores
    mine = scores[scores["model"] == CHOSEN].groupby("unique_id")[["wape", "bias", "coverage_80"]].mean()
    return (
        mine.join(cost)
        .nlargest(most, "money")
        .reset_index()[["unique_id", "money", "wape", "bias", "coverage_80"]]
    )


def with_edits(orders: pd.DataFrame, edits: dict[str, float]) -> pd.DataFrame:
    """Return the orders with the manager's quantity beside the suggestion, most money at stake first."""
    yours = orders["unique_id"].map(edits).astype(float).fillna(orders["order_quantity"])
    marked = orders.assign(yours=yours, changed=yours != orders["order_quantity"])
    return marked.sort_values("money_at_stake", ascending=False, kind="stable", ignore_index=True)


def order_tiles(found: Findings, edits: dict[str, float]) -> tuple[Tile, ...]:
    """Return lines due, units, money to spend and money at stake."""
    orders = with_edits(found.orders, edits)
    currency = found.settings.currency
    due = int((orders["status"] == "order now").sum())
    suggested, yours = orders["order_quantity"].sum(), orders["yours"].sum()
    spend = (orders["yours"] * orders["unit_cost"]).sum() if "unit_cost" in orders else float("nan")
    priced = int(orders["unit_cost"].notna().sum()) if "unit_cost" in orders else 0
    return (
        Tile(
            "Lines to order now",
            f"{due}",
            f"of {len(orders)}",
            None,
            "Stock will not last until the delivery after next.",
        ),
        Tile("Units to order", units(yours), f"{units(suggested)} suggested", None, "Whole packs."),
        Tile(
            "To spend",
            money(spend if priced else float("nan"), currency),
            f"{priced} of {len(orders)} lines have a unit cost",
            None,
            "Your quantities times unit cost.",
        ),
        Tile(
            "At stake if you do nothing",
            money(orders["money_at_stake"].sum(), currency),
            f"{money(orders['expected_cost'].sum(), currency)} left after these",
            None,
            "Expected cost of ordering nothing, less the expected cost of these orders.",
        ),
    )


def value_tiles(found: Findings, case: BusinessCase | None) -> tuple[Tile, ...]:
    """Return gain on the past, gain a year, ROI and payback."""
    if found.evaluation is None:
        return (accuracy_tile(None),)
    currency = found.settings.currency
    value = found.evaluation.value.set_index("model")
    gain = value["gain"].get(CHOSEN, np.nan)
    base = value["cost"].get(BASELINE, np.nan)
    first = Tile(
        "Gain on past orders",
        money(gain, currency),
        f"of {money(base, currency)} at last season's rule",
        bool(gain > 0),
        "Cost of seasonal naive less cost of our forecast, same rule, same days.",
    )
    if case is None:
        return (first,)
    partial = "some costs are not estimated" if case.partial else f"over {case.years} years"
    return (
        first,
        Tile(
            "Gain a year",
            money(case.annual_gain, currency),
            f"{money(case.expected_gain, currency)} after haircuts",
            None,
            "One decision per review period, extrapolated from the dates tested.",
        ),
        Tile(
            "ROI" + (" (partial)" if case.partial else ""),
            percent(case.roi),
            partial,
            None if not np.isfinite(case.roi) else case.roi > 0,
            "(gain − cost of the solution) / cost of the solution.",
        ),
        Tile(
            "Payback",
            f"{case.payback_years:.2g} years" if np.isfinite(case.payback_years) else "n/a",
            f"breaks even at {money(case.break_even_annual_gain, currency)} a year",
            None,
            "Years until the gains have paid the one-off costs.",
        ),
    )


def value_sentences(found: Findings) -> list[str]:
    """Return how sure the gain is, and what it rests on."""
    evaluation = found.evaluation
    if evaluation is None:
        return []
    try:
        interval = gain_interval(
            evaluation.replayed,
            CHOSEN,
            BASELINE,
            days_per_period=found.settings.days_per_period,
            seed=found.settings.seed,
        )
        yearly = annual_gain(
            evaluation.replayed, CHOSEN, BASELINE, days_per_period=found.settings.days_per_period
        )
    except ForecastingError as error:
        return [str(error)]
    currency = found.settings.currency
    low, high = _literal(money(interval.low, currency)), _literal(money(interval.high, currency))
    return [
        "Every forecast fills the same shelf by the same rule at the same costs on the same past dates; "
        "only the forecast differs.",
        f"The gain lies between {low} and {high} ({interval.coverage:.0%} interval); "
        f"the chance that it is a gain at all is {interval.p_positive:.0%}. {interval.note}",
        yearly.note,
    ]
