"""From live forecasts and the choice of a model to what to order today."""

import numpy as np
import pandas as pd

from forecasting.evaluation.scores import BASELINE
from forecasting.evaluation.selection import CHOSEN
from forecasting.inventory.orders import OrderInputs, plan_orders
from forecasting.paths import SamplePaths
from forecasting.services.compute import Results
from forecasting.services.dataset import Dataset
from forecasting.settings import Settings


def live_choice(results: Results, choice: pd.DataFrame | None) -> pd.DataFrame:
    """Return unique_id, model, reason for every live series: the tested choice, else the baseline."""
    ids = sorted(results.forecast["unique_id"].unique())
    if choice is not None:
        return choice
    first = BASELINE if BASELINE in results.paths else next(iter(results.paths))
    return pd.DataFrame({"unique_id": ids, "model": first, "reason": "the models are still being tested"})


def chosen_paths(results: Results, choice: pd.DataFrame) -> SamplePaths:
    """Return the futures of every series under its chosen model."""
    first = next(iter(results.paths.values()))
    values = np.empty_like(first.values)
    for name, group in choice.groupby("model"):
        rows = np.isin(first.unique_id, group["unique_id"].to_numpy(dtype=object))
        values[rows] = results.paths[str(name)].values[rows]
    return SamplePaths(first.unique_id, first.ds, values)


def chosen_forecast(results: Results, choice: pd.DataFrame) -> pd.DataFrame:
    """Return the live forecast frame of the choice: model `chosen`, and `source_model` saying whose it is."""
    rows = results.forecast.merge(choice[["unique_id", "model"]], on=["unique_id", "model"])
    return rows.assign(source_model=rows["model"], model=CHOSEN)


def order_plan(results: Results, choice: pd.DataFrame, dataset: Dataset, settings: Settings) -> pd.DataFrame:
    """Return the orders frame with the items' attributes and the model behind each line."""
    paths = chosen_paths(results, choice)
    items = dataset.items_of(list(paths.unique_id))
    sold = dataset.sales["y"].to_numpy()
    inputs = OrderInputs(
        items=items,
        defaults=settings.costs,
        policy=settings.policy,
        days_per_period=settings.days_per_period,
        currency=settings.currency,
        whole_units=bool((sold == np.floor(sold)).all()),
    )
    orders = plan_orders(paths, inputs)
    known = [c for c in items.columns if c not in orders.columns]
    orders = orders.merge(items[["unique_id", *known]], on="unique_id", how="left")
    model = choice.set_index("unique_id")["model"]
    return orders.assign(model=orders["unique_id"].map(model))
