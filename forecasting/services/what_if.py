"""What if the plan changed? The measured effect of a price or a promotion, on units, orders and money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from forecasting.errors import SettingsError
from forecasting.evaluation.future import live_future
from forecasting.history.effects import Effects
from forecasting.history.events import Event
from forecasting.history.expected import PRICE
from forecasting.inventory.rules import number
from forecasting.paths import SamplePaths
from forecasting.report.tables import money, units
from forecasting.services.compute import Results
from forecasting.services.drivers import with_events
from forecasting.services.findings import Findings
from forecasting.services.plan import chosen_paths, order_plan


@dataclass(frozen=True)
class Plan:
    """A change of plan for some series on some days ahead."""

    unique_ids: tuple[str, ...]
    start: date
    end: date  # included
    price_change: float = 0.0  # fraction: −0.1 = a tenth cheaper
    # A promotion that is put on; blank: none. Its measured effect includes its usual cut of the price,
    # so beside one the price change counts in money only.
    switch: str = ""

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

    def sentences(self, currency: str) -> tuple[str, ...]:
        """Return what the plan does to all its series together."""
        total = self.table.sum(numeric_only=True)
        change = float(total["units"] - total["units_before"])
        more = "more" if change >= 0 else "fewer"
        ends = sorted(
            (
                float(total["units_low"] - total["units_before"]),
                float(total["units_high"] - total["units_before"]),
            )
        )
        lines = [
            f"{units(abs(change))} units {more} over the days ahead ({units(ends[0])} to {units(ends[1])}); "
            f"the order goes from {units(float(total['order_before']))} to {units(float(total['order']))}."
        ]
        margin = self.table[["margin_change", "margin_low", "margin_high"]]
        if margin.notna().all(axis=None):
            gain, low, high = (money(float(margin[c].sum()), currency) for c in margin)
            lines.append(f"Margin changes by {gain} ({low} to {high}).")
        else:
            lines.append("Margin cannot be told: price or unit cost of a series is not known.")
        return tuple(lines)


def as_planned(found: Findings, events: Sequence[Event]) -> Findings:
    """Return findings whose history and dates ahead hold all that the models were told of them.

    That is the accepted events, and for what the file does not say of the dates ahead what was assumed
    (a promotion of last year's same day): put on there, a promotion would count a second time.
    """
    known = with_events(found.dataset, events, found.settings.horizon)
    ids = sorted(found.results.forecast["unique_id"].unique())
    sales = known.sales[known.sales["unique_id"].isin(ids)]
    future, _ = live_future(
        sales, known.future, ids, horizon=found.settings.horizon, frequency=known.frequency
    )
    return replace(found, dataset=replace(known, future=future))


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
    on = days & _already_on(found, plan.switch, paths)  # (n, H)
    touched = days & ~on
    before, inside = expected.sum(axis=1), np.where(touched, expected, 0.0).sum(axis=1)
    after = {str(c): before + inside * (own[c].to_numpy() - 1) for c in own}
    table = pd.DataFrame({"unique_id": paths.unique_id, "units_before": before, "units": after["factor"]})
    table = table.assign(units_low=after["low"], units_high=after["high"])
    by_id = dict(zip(paths.unique_id, touched, strict=True))
    orders = _orders(found, choice, own["factor"], by_id)
    table = table.merge(orders, on="unique_id", how="left")
    money = _money(found, table, after, (plan.price_change, inside, own))
    return Outcome(pd.concat([table, money], axis=1), (*_on_anyway(plan.switch, on, days), *basis))


def _on_anyway(switch: str, on: np.ndarray, days: np.ndarray) -> tuple[str, ...]:
    """Return what is not changed by putting a promotion on, because it is on there (n, H) as it is."""
    if not on.any():
        return ()
    all_days = f"{len(on) * int(days.sum()):,} {'days' if len(on) == 1 else 'series-days'}"
    return (
        f"{switch} is on already, or taken to be, on {int(on.sum()):,} of these {all_days}: no change there.",
    )


def _factors(effects: Effects, plan: Plan) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return per series the factor on units with its interval (factor, low, high), and on whose word."""
    total = pd.DataFrame(0.0, index=list(plan.unique_ids), columns=["factor", "low", "high"])
    basis = []
    for name, scale in ((PRICE, np.log1p(plan.price_change)), (plan.switch, 1.0)):
        if not name or (name == PRICE and (plan.price_change == 0 or plan.switch)):
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
    if plan.switch:
        basis.append(f"The effect of {plan.switch} includes its usual cut of the price.")
    if not basis:
        basis.append("Each series' own measured effect was used.")
    factors = total.apply(np.exp)
    return factors, (*basis, "Effects are associations seen in the past, not causes.")


def _own(effects: Effects, name: str) -> pd.DataFrame:
    """Return each series' own effect on the log scale (per log price for a price): factor, low, high."""
    if name == PRICE:
        table, columns = effects.prices, ["elasticity", "elasticity_low", "elasticity_high"]
        logs = table.set_index("unique_id")[columns] if len(table) else pd.DataFrame(columns=columns)
    else:
        table = effects.switches[effects.switches["switch"] == name]
        columns = ["uplift", "uplift_low", "uplift_high"]
        logs = table.set_index("unique_id")[columns].astype(float).apply(np.log1p)
    return logs.set_axis(["factor", "low", "high"], axis=1)


def _already_on(found: Findings, switch: str, paths: SamplePaths) -> np.ndarray:
    """Return on which days ahead a promotion is planned anyway, (n, H): it cannot be put on twice."""
    off = np.zeros((len(paths.unique_id), paths.horizon), dtype=bool)
    ahead = found.dataset.future
    if not switch or switch not in ahead:
        return off
    grid = ahead.pivot(index="unique_id", columns="ds", values=switch)
    return grid.reindex(index=paths.unique_id, columns=paths.ds).fillna(0).to_numpy(dtype=float) > 0


def _orders(
    found: Findings, choice: pd.DataFrame, factor: pd.Series, touched: Mapping[str, np.ndarray]
) -> pd.DataFrame:
    """Return order_before and order per series: the same rule on the futures as planned."""
    changed = {}
    for name, group in choice.groupby("model"):
        paths = found.results.paths[str(name)].only(list(group["unique_id"]))
        days = np.stack([touched[i] for i in paths.unique_id])  # (n, H)
        own = factor.reindex(paths.unique_id).to_numpy(dtype=np.float32)
        scale = np.where(days, own[:, None], np.float32(1))
        changed[str(name)] = replace(
            paths, values=paths.values * scale[:, None], expected=paths.expectation() * scale
        )
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
