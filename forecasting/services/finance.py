"""What a sceptical finance director asks, each question with its number and the table behind it."""

import math
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from forecasting.report.columns import model_label
from forecasting.report.tables import day, money, percent
from forecasting.services.findings import Findings
from forecasting.services.stairs import Worth, case_of
from forecasting.services.value_tiles import payback, years_of
from forecasting.services.worth import (
    SCENARIOS,
    base_label,
    item_gains,
    over,
    said_chance,
    staircase_table,
)
from forecasting.value.chance import winners_curse
from forecasting.value.contest import OURS, SAME, TODAY
from forecasting.value.period_case import DAYS_A_YEAR
from forecasting.value.sensitivity import GainsUnder
from forecasting.value.staircase import GAINS, Staircase

FEW_ITEMS = 5
ADOPTIONS = (0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Answer:
    """A question, its number, the words around it and the table it comes from."""

    question: str
    number: str
    words: str
    table: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True)
class _Asked:
    """What every answer may read."""

    found: Findings
    worth: Worth
    stairs: Staircase

    def money(self, amount: float) -> str:
        return money(amount, self.found.settings.currency)

    def shown(self, amount: float) -> float:
        return amount * self.worth.scale

    def amounts(self, named: dict[str, float]) -> pd.DataFrame:
        return pd.DataFrame({"name": list(named), "amount": [self.shown(v) for v in named.values()]})


def answers(found: Findings, worth: Worth, under: GainsUnder | None) -> tuple[Answer, ...]:
    """Return every question with its answer; none where nothing could be replayed."""
    if worth.stairs is None:
        return ()
    asked = _Asked(found, worth, worth.stairs)
    return (
        _compared(asked),
        _same_rule(asked),
        _left_out(asked),
        _models_tried(asked),
        _few_items(asked),
        _forecast_or_stock(asked),
        _lower_bound(asked),
        _sold_out(asked),
        _override(asked),
        _cash(asked),
        _break_even(asked),
        *((_stress(asked, under),) if under else ()),
        _afterwards(asked),
    )


def finance_pairs(found: Findings, worth: Worth, under: GainsUnder | None) -> tuple[tuple[str, str], ...]:
    """Return the questions and answers as a report prints them."""
    return tuple((a.question, f"{a.number}. {a.words}") for a in answers(found, worth, under))


def _compared(asked: _Asked) -> Answer:
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


def _same_rule(asked: _Asked) -> Answer:
    practice, n = asked.found.settings.practice, len(asked.stairs.unique_id)
    if practice.cover is None:
        today = (
            "nobody said how you order, so the multiple of the forecast that was cheapest before is assumed"
        )
    else:
        today = f"{practice.cover:g} {asked.found.settings.period}s of expected sales, as you said"
    return Answer(
        "Is it the same stock policy on both sides?",
        f"Yes: 1 rule for {n:,} items",
        "Order up to the level that the two unit costs ask for, at every review, same lead times, opening "
        f"stock, costs and days. Only the first step differs: {today}.",
        staircase_table(asked.worth),
    )


def _left_out(asked: _Asked) -> Answer:
    worth, out = asked.worth, asked.found.results.left_out
    rows = pd.concat([worth.left_out, out.rename(columns={"reason": "why"})], ignore_index=True)
    rows = rows.drop_duplicates("unique_id")
    dropped = "sold-out days count for nobody; " if asked.stairs.scenario == "dropped" else ""
    return Answer(
        "Which days and items were left out, and why?",
        f"{worth.days} days counted, {len(rows):,} items left out",
        f"{day(worth.begins)} to {day(worth.ends)}, after the days every shelf needs to forget its opening "
        f"stock; {dropped}days without a row count for nobody. {asked.stairs.filled_in:,} forecasts were "
        "missing and replaced by the simplest model's, so a failure never flatters.",
        rows,
    )


def _models_tried(asked: _Asked) -> Answer:
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


def _few_items(asked: _Asked) -> Answer:
    without = asked.stairs.without_the_best(FEW_ITEMS)
    share = without / asked.worth.gain if asked.worth.gain > 0 else math.nan
    return Answer(
        f"How much of it is {FEW_ITEMS} items?",
        f"{asked.money(asked.shown(without))} remain without the best {FEW_ITEMS}",
        f"That is {percent(share)} of the gain. Every item is in the table, losers too."
        if math.isfinite(share)
        else "Every item is in the table, losers too.",
        item_gains(asked.worth),
    )


def _forecast_or_stock(asked: _Asked) -> Answer:
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
    )


def _lower_bound(asked: _Asked) -> Answer:
    chance = asked.stairs.forecast_value
    table = pd.DataFrame(
        {"block": asked.stairs.blocks, "amount": chance.by_block}  # as tested: a block is not a year
    )
    if math.isnan(chance.low):
        number = f"{asked.money(min(chance.by_block))} in the worst of {len(chance.by_block)} blocks"
    else:
        number = f"{asked.money(asked.shown(chance.low))} {over(asked.worth)} in 19 of 20 resamples or more"
    return Answer("What is the lower bound?", number, said_chance(chance), table)


def _sold_out(asked: _Asked) -> Answer:
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


def _override(asked: _Asked) -> Answer:
    terms, lines = asked.found.decisions.terms, asked.found.decisions.lines
    shown = asked.shown(asked.worth.gain)
    kept = {a: replace(terms, adoption=a).kept(shown) for a in ADOPTIONS}
    case = case_of(asked.worth, lines, terms)
    needed = case.break_even_adoption if case else math.nan
    words = (
        f"The case pays from {percent(needed)} of orders on."
        if math.isfinite(needed)
        else "From which share on it pays cannot be said yet."
    )
    table = pd.DataFrame({"share": list(kept), "amount": list(kept.values())})
    return Answer(
        "What if planners override it?",
        f"{asked.money(terms.kept(shown))} {over(asked.worth)} at {percent(terms.adoption)} followed",
        f"{words} An order that does not follow the advice is taken to gain nothing.",
        table,
    )


def _cash(asked: _Asked) -> Answer:
    stairs, worth = asked.stairs, asked.worth
    table = stairs.by_item()
    parts = {_words(name): float(table[name].sum()) for name in GAINS}
    release = _working_capital(worth)
    shown = asked.amounts(parts)
    apart = pd.DataFrame(
        {
            "name": ["Apart: goodwill of served customers", "Apart: cash released once, less stock"],
            "amount": [asked.shown(stairs.goodwill()), release],
        }
    )
    return Answer(
        "Is the saving cash or accounting?",
        f"{asked.money(asked.shown(parts[_words('recovered_margin')]))} margin, "
        f"{asked.money(asked.shown(parts[_words('avoided_waste')]))} waste",
        "Margin and waste are cash; holding is cash only as far as space and capital are really freed. "
        "Goodwill and released capital stand apart and are in no headline.",
        pd.concat([shown, apart], ignore_index=True),
    )


def _words(name: str) -> str:
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def _working_capital(worth: Worth) -> float:
    """Return the money that less stock sets free once: mean stock at cost, today's forecast less ours."""
    if worth.stairs is None or worth.contest is None:
        return math.nan
    held = {step: worth.stairs.books[step].held.sum(axis=1) for step in (SAME, OURS)}
    cost = worth.contest.shelves.unit_cost
    if np.isnan(cost).all():
        return math.nan
    periods = max(worth.stairs.evaluated_periods, 1)
    return float(np.nansum((held[SAME] - held[OURS]) * cost) / periods)


def _break_even(asked: _Asked) -> Answer:
    decisions = asked.found.decisions
    case = case_of(asked.worth, decisions.lines, decisions.terms)
    question = "When does it break even?"
    if case is None:
        return Answer(
            question, "n/a", f"{asked.worth.days} tested days cannot speak of years; test on more past dates."
        )
    at = case.break_even_annual_gain
    if math.isnan(at):
        return Answer(question, "n/a", "No cost is estimated yet.")
    return Answer(
        question,
        payback(case),
        f"At {asked.money(at)} of believed gain a year the net present value over {years_of(case.terms)} "
        f"is 0; {asked.money(case.expected_gain)} are believed.",
    )


def _stress(asked: _Asked, under: GainsUnder) -> Answer:
    named = {
        "As tested": asked.worth.gain,
        "A fifth less demand than anybody forecast": under.less_demand,
        "Deliveries take half as long again, unannounced": under.late,
    }
    worst = min(under.less_demand, under.late)
    return Answer(
        "What if demand falls or deliveries are late?",
        f"{asked.money(asked.shown(worst))} in the worse of the two",
        "Both sides are hit by the same shock; the table shows what is left of the difference.",
        asked.amounts(named),
    )


def _afterwards(asked: _Asked) -> Answer:
    terms = asked.found.decisions.terms
    a_month = terms.kept(asked.worth.gain) / max(asked.worth.days, 1) * DAYS_A_YEAR / 12
    return Answer(
        "Who checks after go-live?",
        f"{asked.money(a_month)} a month is the promise to hold it to",
        "Nobody yet: nothing has gone live. Let some stores go on ordering as today and compare; a replay "
        "cannot know what customers do next.",
    )
