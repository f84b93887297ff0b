"""What the forecast page shows of one series, or of all together."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.evaluation.scores import band_columns
from forecasting.evaluation.selection import CHOSEN
from forecasting.report.columns import model_label
from forecasting.report.content import one_series, total_history
from forecasting.report.tables import money, percent, units
from forecasting.schema import PLAN
from forecasting.services.findings import Findings, total_forecast
from forecasting.services.plan import chosen_forecast, chosen_paths

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
        picked = found.choice
    else:
        history, forecast = one_series(found.dataset.sales, series), one_series(whole, series)
        picked = found.choice[found.choice["unique_id"] == series]
        model, reason = str(picked["model"].iloc[0]), str(picked["reason"].iloc[0])
        runner_up = _runner_up(found, series, model)
    demand = chosen_paths(found.results, picked).values.sum(axis=(0, 2))
    low, high = np.quantile(demand, [(1 - coverage) / 2, (1 + coverage) / 2])
    settings, ends = found.settings, [float(demand.mean()), float(low), float(high)]
    in_money = settings.measure == "money"
    mean, least, most = (money(end, settings.currency) if in_money else units(end) for end in ends)
    sentence = (
        f"Next {settings.horizon} {settings.period}s: {mean}{'' if in_money else ' units'}, "
        f"{percent(coverage)} sure it is between {least} and {most}."
    )
    bounds = list(band_columns(coverage))
    table = forecast[["ds", "mean", *bounds]]
    return ForecastView(history, forecast, runner_up, sentence, model, reason, table, _overview(found, whole))


def _runner_up(found: Findings, series: str, model: str) -> pd.DataFrame | None:
    """Return what the next cheapest model says about a series; None while nothing is tested."""
    if found.evaluation is None:
        return None
    others = [m for m in found.evaluation.leaderboard["model"] if m not in (model, CHOSEN, PLAN)]
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
