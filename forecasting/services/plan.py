"""From live forecasts and the choice of a model to what to order today."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.errors import DecisionError
from forecasting.evaluation.scores import fallback
from forecasting.evaluation.selection import CHOSEN
from forecasting.inventory.orders import OrderInputs, costs_and_times, plan_orders
from forecasting.inventory.rules import either, number
from forecasting.paths import SamplePaths, concatenate
from forecasting.schema import ITEM_ORIGIN
from forecasting.services.compute import Results
from forecasting.services.dataset import Dataset
from forecasting.settings import Settings


def live_choice(results: Results, choice: pd.DataFrame | None) -> pd.DataFrame:
    """Return unique_id, model, reason for every live series: the tested choice, else the baseline.

    A series that its model could not forecast this time gets the simplest model that could.
    """
    ids = sorted(results.forecast["unique_id"].unique())
    if choice is None:
        first = fallback(tuple(results.paths))
        reason = "the models are still being tested"
        choice = pd.DataFrame({"unique_id": ids, "model": first, "reason": reason})
    return _served(choice, results)


def _served(choice: pd.DataFrame, results: Results) -> pd.DataFrame:
    able = {
        str(model): set(results.paths[str(model)].unique_id)
        for model in choice["model"].unique()
        if model in results.paths
    }
    pairs = zip(choice["unique_id"], choice["model"], strict=True)
    missed = [i not in able.get(model, ()) for i, model in pairs]
    if not any(missed):
        return choice
    mended = choice.copy()
    for row in mended.index[missed]:
        series, wanted = mended.loc[row, "unique_id"], mended.loc[row, "model"]
        mended.loc[row, "model"] = next(m for m, paths in results.paths.items() if series in paths.unique_id)
        mended.loc[row, "reason"] = f"{str(wanted).replace('_', ' ')} could not forecast it this time"
    return mended


def chosen_paths(results: Results, choice: pd.DataFrame) -> SamplePaths:
    """Return the futures of every series of a choice under its chosen model."""
    by_model = choice.groupby("model")["unique_id"]
    parts = [results.paths[str(model)].only(list(ids)) for model, ids in by_model]
    return concatenate(parts) if len(parts) > 1 else parts[0]


def chosen_forecast(results: Results, choice: pd.DataFrame) -> pd.DataFrame:
    """Return the live forecast frame of the choice: model `chosen`, and `source_model` saying whose it is."""
    rows = results.forecast.merge(choice[["unique_id", "model"]], on=["unique_id", "model"])
    return rows.assign(source_model=rows["model"], model=CHOSEN)


# An empty shelf that nobody counted is a guess: no money, no date and no risk may be read from it.
NEEDS_STOCK = (
    "money_at_stake", "expected_cost", "expected_cost_if_nothing", "short_before", "lost_before",
    "risk_before", "excess_before", "fill_rate", "cycle_service_level", "stockout_risk", "days_of_cover",
    "stockout_date", "overstock_cost", "shortage_cost",
)  # fmt: skip


@dataclass(frozen=True)
class DefaultUse:
    """How many items take each of the project's defaults, because they do not give their own."""

    items: int
    without_costs: int  # price or unit cost is missing
    lead_time: int
    review_period: int

    @property
    def policy(self) -> bool:
        """Return whether any order depends on the default lead time or review period."""
        return self.lead_time > 0 or self.review_period > 0


def default_use(dataset: Dataset) -> DefaultUse:
    """Return how many of the series take the default costs, lead time and review period."""
    items = dataset.items_of(list(dataset.series))
    blank = {
        name: np.isnan(number(items, name)) for name in ("price", "unit_cost", "lead_time", "review_period")
    }
    typed = blank["price"] | blank["unit_cost"]
    return DefaultUse(
        len(items), int(typed.sum()), int(blank["lead_time"].sum()), int(blank["review_period"].sum())
    )


def check_reach(dataset: Dataset, settings: Settings) -> None:
    """Raise `DecisionError` when an order by the default times would outlast the forecast.

    Items that give their own times are checked line by line (`plan_orders`).
    """
    if default_use(dataset).policy:
        settings.check_horizon()


def check_items(dataset: Dataset, settings: Settings) -> None:
    """Raise `DecisionError` when not one item can be ordered because its costs or times make no sense.

    One wrong row among others is a line without an order; none that is right is a mistake of the file.
    """
    ids = list(dataset.series)
    _, costs, policies = costs_and_times(order_inputs(dataset, settings, ids), ids)
    problems = either(costs["problem"].to_numpy(), policies["problem"].to_numpy())
    lasts = policies["protection_interval"].to_numpy()
    if not ((problems == "") & (lasts <= settings.horizon)).any():
        first = problems[0] or (
            f"its order must last {lasts[0]:g} {settings.period}s (lead time plus review), the forecast "
            f"reaches {settings.horizon}; forecast further ahead or shorten one of the two."
        )
        raise DecisionError(f"None of the {len(ids)} items can be ordered. {ids[0]}: {first}")


def _without_guesses(orders: pd.DataFrame) -> pd.DataFrame:
    """Return the orders without what only a counted shelf can tell, blank where nobody gave the stock."""
    counted = orders["on_hand"].notna()
    blank = {name: orders[name].where(counted) for name in NEEDS_STOCK}
    return orders.assign(status=orders["status"].where(counted, ""), **blank)


def order_inputs(
    dataset: Dataset,
    settings: Settings,
    unique_ids: list[str],
    lead_times: Mapping[str, np.ndarray] | None = None,
) -> OrderInputs:
    """Return all that orders for these series need beside the forecast.

    `lead_times` holds what suppliers have shown (`lead_times.observed_lead_times` of their receipts).
    """
    return OrderInputs(
        items=dataset.items_of(unique_ids),
        defaults=settings.costs,
        policy=settings.policy,
        days_per_period=settings.days_per_period,
        currency=settings.currency,
        period=settings.period,
        whole_units=dataset.whole_units,
        target=settings.target,
        lead_times=lead_times or {},
        stock_confirmed=settings.stock_confirmed,
    )


def order_plan(
    results: Results,
    choice: pd.DataFrame,
    dataset: Dataset,
    settings: Settings,
    lead_times: Mapping[str, np.ndarray] | None = None,
) -> pd.DataFrame:
    """Return the orders frame with the items' attributes and the model behind each line."""
    paths = chosen_paths(results, choice)
    inputs = order_inputs(dataset, settings, list(paths.unique_id), lead_times)
    items = inputs.items
    orders = _without_guesses(plan_orders(paths, inputs))
    known = [c for c in items.columns if c not in (*orders.columns, *ITEM_ORIGIN)]
    orders = orders.merge(items[["unique_id", *known]], on="unique_id", how="left")
    model = choice.set_index("unique_id")["model"]
    return orders.assign(model=orders["unique_id"].map(model))
