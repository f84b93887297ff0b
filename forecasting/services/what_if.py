"""What if the plan changed? The measured effect of a price or a promotion, on units, orders and money."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from forecasting.errors import SettingsError
from forecasting.history.effects import Effects
from forecasting.history.expected import PRICE
from forecasting.inventory.rules import number
from forecasting.services.compute import Results
from forecasting.services.findings import Findings
from forecasting.services.plan import chosen_paths, order_plan


@dataclass(frozen=True)
class Plan:
    """A change of plan for some series on some days ahead."""

    unique_ids: tuple[str, ...]
    start: date
    end: date  # included
    price_change: float = 0.0  # fraction: −0.1 = a tenth cheaper
    switch: str = ""  # a promotion that is put on; blank: none

    def __post_init__(self) -> None:
        if not -0.9 <= self.price_change <= 2.0:
            raise SettingsError(
                f"A price change of {self.price_change:.0%} is not a plan; give −90 % to +200 %."
            )
        if self.end < self.start:
            raise SettingsError(f"The plan ends on {self.end} before it starts on {self.start}.")
        if not self.unique_ids:
            raise SettingsError("Choose at least one series for the plan.")


@dataclass(frozen=True)
class Outcome:
    """What a plan does to the series it is about; ranges follow the effect's interval."""

    table: pd.DataFrame  # see `what_if`
    basis: tuple[str, ...]  # whose effect was used, and what is not known


def what_if(found: Findings, effects: Effects, plan: Plan) -> Outcome:
    """Return units, orders and money with the plan and without it.

    Every future of a series is multiplied by its measured effect on the plan's days (its own where
    it was measurable, else that of all series together); orders are worked out anew.

    Returns
    -------
    A table of unique_id, units_before, units, units_low, units_high (over the days ahead),
    order_before, order, revenue_change, margin_change, margin_low, margin_high (money over the days
    ahead; NaN where price or unit cost is not known).

    Raises `SettingsError` when no effect could be measured: nothing is invented.
    """
    factors, basis = _factors(effects, plan)
    choice = found.choice[found.choice["unique_id"].isin(plan.unique_ids)]
    if choice.empty:
        raise SettingsError("None of these series is forecast; choose others.")
    paths = chosen_paths(found.results, choice)
    days = (paths.ds >= pd.Timestamp(plan.start)) & (paths.ds <= pd.Timestamp(plan.end))
    if not days.any():
        raise SettingsError(
            f"The plan lies outside the forecast, {paths.ds[0]:%d %b %Y} to {paths.ds[-1]:%d %b %Y}; "
            "choose days inside."
        )
    own = factors.reindex(paths.unique_id)
    expected = paths.expectation()  # (n, H)
    before = expected.sum(axis=1)
    after = {c: before + expected[:, days].sum(axis=1) * (own[c].to_numpy() - 1) for c in own}
    table = pd.DataFrame({"unique_id": paths.unique_id, "units_before": before, "units": after["factor"]})
    table = table.assign(units_low=after["low"], units_high=after["high"])
    orders = _orders(found, choice, own["factor"], np.asarray(days))
    table = table.merge(orders, on="unique_id", how="left")
    money = _money(found, table, after, (plan.price_change, expected[:, days].sum(axis=1), own))
    return Outcome(pd.concat([table, money], axis=1), basis)


def _factors(effects: Effects, plan: Plan) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return per series the factor on units with its interval (factor, low, high), and on whose word."""
    total = pd.DataFrame(0.0, index=list(plan.unique_ids), columns=["factor", "low", "high"])
    basis = []
    for name, scale in ((PRICE, np.log1p(plan.price_change)), (plan.switch, 1.0)):
        if not name or (name == PRICE and plan.price_change == 0):
            continue
        own = _own(effects, name).reindex(total.index)
        pooled = effects.pooled[effects.pooled["effect"] == name] if len(effects.pooled) else effects.pooled
        borrowed = own["factor"].isna()
        if borrowed.any() and pooled.empty:
            raise SettingsError(
                f"No effect of {name} could be measured on this history, so nothing can be said of the plan."
            )
        if borrowed.any():
            shared = pooled.iloc[0][["value", "low", "high"]].to_numpy(dtype=float)
            own.loc[borrowed] = shared if name == PRICE else np.log1p(shared)
            basis.append(
                f"The effect of {name} on {int(borrowed.sum()):,} series is that of all series together."
            )
        ends = np.sort(own[["low", "high"]].to_numpy() * scale, axis=1)
        total = total + pd.DataFrame(
            {"factor": own["factor"] * scale, "low": ends[:, 0], "high": ends[:, 1]}, index=total.index
        )
    if not basis:
        basis.append("Each series' own measured effect was used.")
    return np.exp(total), (*basis, "Effects are associations seen in the past, not causes.")


def _own(effects: Effects, name: str) -> pd.DataFrame:
    """Return each series' own effect on the log scale (per log price for a price): factor, low, high."""
    if name == PRICE:
        table, columns = effects.prices, ["elasticity", "elasticity_low", "elasticity_high"]
        logs = table.set_index("unique_id")[columns] if len(table) else pd.DataFrame(columns=columns)
    else:
        table = effects.switches[effects.switches["switch"] == name]
        columns = ["uplift", "uplift_low", "uplift_high"]
        logs = (
            np.log1p(table.set_index("unique_id")[columns].astype(float))
            if len(table)
            else pd.DataFrame(columns=columns)
        )
    return logs.set_axis(["factor", "low", "high"], axis=1)


def _orders(found: Findings, choice: pd.DataFrame, factor: pd.Series, days: np.ndarray) -> pd.DataFrame:
    """Return order_before and order per series: the same rule on the futures as planned."""
    changed = {}
    for name, group in choice.groupby("model"):
        paths = found.results.paths[str(name)].only(list(group["unique_id"]))
        scale = np.ones((len(paths.unique_id), 1, paths.horizon), dtype=np.float32)
        scale[:, 0, days] = factor.reindex(paths.unique_id).to_numpy(dtype=np.float32)[:, None]
        expected = paths.expectation() * scale[:, 0]
        changed[str(name)] = replace(paths, values=paths.values * scale, expected=expected)
    results: Results = replace(found.results, paths=changed)
    after = order_plan(results, choice, found.dataset, found.settings)
    before = found.orders.set_index("unique_id")["order_quantity"]
    return pd.DataFrame(
        {
            "unique_id": after["unique_id"],
            "order_before": after["unique_id"].map(before),
            "order": after["order_quantity"],
        }
    )


def _money(
    found: Findings,
    table: pd.DataFrame,
    after: dict[str, np.ndarray],
    planned: tuple[float, np.ndarray, pd.DataFrame],
) -> pd.DataFrame:
    """Return the change of revenue and margin over the days ahead, with the margin's range."""
    change, inside, own = planned
    items = found.dataset.items_of(list(table["unique_id"]))
    price, cost = number(items, "price"), number(items, "unit_cost")
    before = table["units_before"].to_numpy()

    def margin(units: np.ndarray, factor: np.ndarray) -> np.ndarray:
        planned_units = inside * factor
        return units * (price - cost) + planned_units * price * change - before * (price - cost)

    figures = {name: margin(after[name], own[name].to_numpy()) for name in ("factor", "low", "high")}
    ends = np.sort(np.stack([figures["low"], figures["high"]]), axis=0)
    revenue = (after["factor"] - before) * price + inside * own["factor"].to_numpy() * price * change
    return pd.DataFrame(
        {
            "revenue_change": revenue,
            "margin_change": figures["factor"],
            "margin_low": ends[0],
            "margin_high": ends[1],
        }
    )


def plan_in_words(outcome: Outcome, plan: Plan, currency_of: Sequence[str] = ()) -> list[str]:
    """Return what a plan does, in sentences, and on whose word."""
    del currency_of
    return list(outcome.basis)
