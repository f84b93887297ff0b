"""A sceptical director on the test: against what, on which days, how many tries, how sure."""

import math

import pandas as pd

from forecasting.report.columns import model_label
from forecasting.report.tables import day, percent
from forecasting.services.questions import Answer, Asked
from forecasting.services.worth import (
    SCENARIOS,
    base_label,
    item_gains,
    never_replayed,
    over,
    said_chance,
    staircase_table,
)
from forecasting.value.chance import winners_curse
from forecasting.value.contest import OURS, SAME, TODAY

FEW_ITEMS = 5
STAIRCASE, ITEM_GAINS = "What is it worth?", "Forecast value by item"  # parts that every report has


def compared(asked: Asked) -> Answer:
    """Return whose forecast ours was held against, and by how much it won or lost."""
    stairs = asked.stairs
    table = asked.amounts({base_label(name): gain for name, gain in stairs.by_baseline.items()})
    how = "your own plan" if stairs.base == "manager_plan" else "the strongest of these simple forecasts"
    if asked.found.settings.practice.forecast != "auto":
        how = "the forecast you named"
    return Answer(
        "Compared with what?",
        f"{asked.money(asked.shown(asked.worth.gain))} {over(asked.worth)} "
        f"against {base_label(stairs.base).lower()}",
        f"The headline compares with {how}, ordered by the same best rule. All of them are in the table.",
        table,
    )


def same_rule(asked: Asked) -> Answer:
    """Return whether both sides ordered by one rule."""
    practice, n = asked.found.settings.practice, len(asked.stairs.unique_id)
    if practice.cover is None:
        today = (
            f"nobody said how you order, so {asked.stairs.multiple:g} × the forecast is assumed, what "
            f"was cheapest on {asked.stairs.learned_from} earlier dates"
        )
    else:
        today = f"{practice.cover:g} {asked.found.settings.period}s of expected sales, as you said"
    return Answer(
        "Is it the same stock policy on both sides?",
        f"Yes: 1 rule for {n:,} items",
        "Order up to the level that the two unit costs ask for, at every review, same lead times, opening "
        f"stock, costs and days. Only the first step differs: {today}.",
        staircase_table(asked.worth),
        STAIRCASE,
    )


def left_out(asked: Asked) -> Answer:
    """Return which days and items do not count, and why."""
    worth, rows = asked.worth, never_replayed(asked.found, asked.worth)
    dropped = "sold-out days count for nobody; " if asked.stairs.scenario == "dropped" else ""
    return Answer(
        "Which days and items were left out, and why?",
        f"{worth.days} days counted, {len(rows):,} items left out",
        f"{day(worth.begins)} to {day(worth.ends)}, after the days every shelf needs to forget its opening "
        f"stock; {dropped}days without a row count for nobody. {asked.stairs.filled_in:,} forecasts were "
        "missing and replaced by the simplest model's, so a failure never flatters.",
        rows,
    )


def models_tried(asked: Asked) -> Answer:
    """Return how many models were tried, and what picking the best afterwards would claim."""
    stairs = asked.stairs
    tried = len(stairs.by_model)
    gains = {model_label(m): stairs.cost(SAME) - float(c.sum()) for m, c in stairs.by_model.items()}
    gains = {"Our forecast: chosen on earlier dates": asked.worth.gain, **gains}
    gains["Best model of each item, known afterwards"] = stairs.naive_best_gain_by_item
    return Answer(
        "How many models were tried?",
        f"{tried}: {asked.money(asked.shown(asked.worth.gain))} chosen beforehand, "
        f"{asked.money(asked.shown(stairs.naive_best_gain))} picked afterwards",
        f"The best of {tried} equal models looks better than it is by {winners_curse(tried):.2f} standard "
        "errors. Ours is picked at each date from earlier dates only and is the number we stand by.",
        asked.amounts(gains),
    )


def few_items(asked: Asked) -> Answer:
    """Return how much of the gain a handful of items is."""
    without = asked.stairs.without_the_best(FEW_ITEMS)
    share = without / asked.worth.gain if asked.worth.gain > 0 else math.nan
    return Answer(
        f"How much of it is {FEW_ITEMS} items?",
        f"{asked.money(asked.shown(without))} remain without the best {FEW_ITEMS}",
        f"That is {percent(share)} of the gain. Every item is in the table, losers too."
        if math.isfinite(share)
        else "Every item is in the table, losers too.",
        item_gains(asked.worth),
        ITEM_GAINS,
    )


def forecast_or_stock(asked: Asked) -> Answer:
    """Return what is forecast value and what is had by a better rule."""
    stairs = asked.stairs
    rule = float(stairs.gain(TODAY, SAME).sum())
    kept = stairs.books[OURS].held.sum() / max(float(stairs.books[SAME].held.sum()), 1e-9) - 1
    return Answer(
        "Is it better forecasts or just more stock?",
        f"{asked.money(asked.shown(asked.worth.gain))} forecast, {asked.money(asked.shown(rule))} rule",
        "Only the first is forecast value; the second is had with the forecast you have. Our forecast keeps "
        f"{percent(abs(kept))} {'more' if kept > 0 else 'less'} stock than the same rule with today's "
        "forecast; stock built up by the end is no gain.",
        staircase_table(asked.worth),
        STAIRCASE,
    )


def lower_bound(asked: Asked) -> Answer:
    """Return how low the gain may be."""
    chance = asked.stairs.forecast_value
    table = pd.DataFrame(
        {"block": asked.stairs.blocks, "amount": chance.by_block}  # as tested: a block is not a year
    )
    if math.isnan(chance.low):
        number = f"{asked.money(min(chance.by_block))} in the worst of {len(chance.by_block)} blocks"
    else:
        number = f"{asked.money(asked.shown(chance.low))} {over(asked.worth)} in 19 of 20 resamples or more"
    return Answer("What is the lower bound?", number, said_chance(chance), table)


def sold_out(asked: Asked) -> Answer:
    """Return what sold-out days may hide."""
    spread = asked.stairs.by_scenario
    if len(spread) < 2:
        return Answer(
            "Sales are not demand: what about sold-out days?",
            "0 sold-out days known",
            "The file marks none in the tested days. If there were any, sales understate demand and favour "
            "whoever orders less.",
        )
    low, high = (asked.money(asked.shown(end(spread.values()))) for end in (min, max))
    return Answer(
        "Sales are not demand: what about sold-out days?",
        f"{low} to {high}",
        "Three answers, none of them known to be true; the lowest is the headline: "
        f"{SCENARIOS[asked.stairs.scenario]}.",
        asked.amounts({SCENARIOS[name]: value for name, value in spread.items()}),
    )
