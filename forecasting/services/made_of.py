"""What the forecast of one item is made of: trend, week, year, holidays, each driver, in units."""

import pandas as pd

from forecasting.evaluation.future import live_future
from forecasting.models.parts import forecast_parts
from forecasting.models.prophet_package import PackageProphet
from forecasting.report.columns import model_label
from forecasting.report.tables import units
from forecasting.services.dataset import Dataset
from forecasting.services.findings import Findings
from forecasting.settings import Settings

WHOLE = ("ds", "y", "trend", "expected")  # every other column is a part on top of the trend
WORDS = {"week": "weekday", "year": "time of year", "holidays": "public holidays"}
NOTHING = 0.5  # units over all dates ahead: a season goes up and down and comes to about nothing


def made_of(dataset: Dataset, settings: Settings, unique_id: str) -> pd.DataFrame:
    """Return the parts of one series' forecast on the dates ahead on which it is open (`forecast_parts`).

    `dataset` is the one the models see, events included. Raises what `forecast_parts` does.
    """
    future, _ = live_future(
        dataset.sales, dataset.future, [unique_id], horizon=settings.horizon, frequency=dataset.frequency
    )
    history = _unknown_while_closed(dataset.sales[dataset.sales["unique_id"] == unique_id])
    closed = set(future.loc[future["open"] == 0, "ds"]) if "open" in future else set()
    model = PackageProphet(dataset.frequency, settings.country or None, seed=settings.seed)
    parts = forecast_parts(model, history, future.drop(columns="open", errors="ignore"))
    ahead = parts["ds"] > dataset.sales["ds"].max()
    return parts[ahead & ~parts["ds"].isin(closed)].reset_index(drop=True)


def _unknown_while_closed(history: pd.DataFrame) -> pd.DataFrame:
    if "open" not in history:
        return history
    out = history["stockout"].fillna(False).astype(bool) if "stockout" in history else False
    return history.drop(columns="open").assign(stockout=(history["open"] == 0) | out)


def names_of(parts: pd.DataFrame) -> dict[str, str]:
    """Return the columns of the parts on top of the trend, and what a manager calls them."""
    return {name: WORDS.get(name, name) for name in parts.columns if name not in WHOLE}


def made_of_in_words(found: Findings, parts: pd.DataFrame, unique_id: str) -> str:
    """Return what the parts come to over all dates ahead, and whose forecast they are."""
    sums = parts.drop(columns=["ds", "y"]).sum()
    told = [f"{_signed(float(sums[name]))} by {word}" for name, word in names_of(parts).items()]
    picked = found.choice.set_index("unique_id")["model"][unique_id]
    whose = (
        "The order rests on this model."
        if picked == "prophet"
        else f"The order itself rests on {model_label(str(picked))}, which cannot be taken apart like this."
    )
    return (
        f"Prophet expects {units(sums['expected'])} units on the {len(parts)} "
        f"{found.settings.period}s ahead on which it is open: {units(sums['trend'])} by the trend"
        f"{', ' if told else ''}{', '.join(told)}. {whose}"
    )


def _signed(amount: float) -> str:
    if abs(amount) < NOTHING:
        return "nothing in sum"
    return f"{'+' if amount > 0 else ''}{units(amount)}"
