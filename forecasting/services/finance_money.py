"""A sceptical director on the money: who follows, what is cash, when it pays, what may go wrong."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd

from forecasting.report.tables import percent
from forecasting.services.questions import Answer, Asked
from forecasting.services.stairs import Worth, case_of
from forecasting.services.value_tiles import payback, years_of
from forecasting.services.worth import on_placeholders, over
from forecasting.value.contest import OURS, SAME
from forecasting.value.period_case import DAYS_A_YEAR
from forecasting.value.sensitivity import GainsUnder
from forecasting.value.staircase import GAINS

# The parts of a gain as they stand beside their sum; one left out would make a loss look like a gain.
CASH_PARTS = {
    "recovered_margin": "margin",
    "avoided_waste": "waste",
    "avoided_holding": "holding",
    "avoided_ordering": "ordering",
}
ADOPTIONS = (0.25, 0.5, 0.75, 1.0)


def override(asked: Asked) -> Answer:
    """Return what is left where planners go their own way."""
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


def cash(asked: Asked) -> Answer:
    """Return the net saving, and which part of it is cash."""
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
    told = {name: asked.money(asked.shown(parts[_words(part)])) for part, name in CASH_PARTS.items()}
    none = "" if sum(parts.values()) > 0 else "There is no saving to split: the parts add up to none. "
    return Answer(
        "Is the saving cash or accounting?",
        f"{asked.money(asked.shown(sum(parts.values())))} net: "
        + ", ".join(f"{amount} {name}" for name, amount in told.items()),
        f"{none}Margin and waste are cash; holding is cash only as far as space and capital are really "
        "freed. Goodwill and released capital stand apart and are in no headline.",
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


def break_even(asked: Asked) -> Answer:
    """Return when it has paid for itself."""
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


def stress(asked: Asked, under: GainsUnder) -> Answer:
    """Return what is left in a worse world."""
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


def afterwards(asked: Asked) -> Answer:
    """Return what to hold it to later."""
    question, terms = "Who checks after go-live?", asked.found.decisions.terms
    words = (
        "Nobody yet: nothing has gone live. Let some stores go on ordering as today and compare; a replay "
        "cannot know what customers do next."
    )
    if on_placeholders(asked.found):
        return Answer(question, "n/a", f"Placeholder costs, not yours, promise nothing: give yours. {words}")
    a_month = terms.kept(asked.worth.gain) / max(asked.worth.days, 1) * DAYS_A_YEAR / 12
    if a_month > 0:
        number = f"{asked.money(a_month)} a month, as on the tested days, is what to hold it to"
    else:
        number = f"{asked.money(-a_month)} a month were lost in the test: there is no gain to promise"
    return Answer(question, number, words)
