"""What the value page and the reports say about the gain: how sure it is, and what it rests on."""

import math

import numpy as np
import pandas as pd

from forecasting.ingest.notes import counted
from forecasting.report.columns import model_label
from forecasting.report.tables import day, money, percent
from forecasting.report.value_columns import BASE_LABELS, EFFECT_LABELS, GAIN_LABELS, STEP_LABELS
from forecasting.services.findings import Decisions, Findings
from forecasting.services.judged import errors_against_money, unjudged_sentences
from forecasting.services.stairs import Worth, effects
from forecasting.value.chance import Chance
from forecasting.value.contest import OURS, SAME, TODAY
from forecasting.value.days import PARTS
from forecasting.value.period_case import FEWEST_DAYS
from forecasting.value.sensitivity import GainsUnder
from forecasting.value.staircase import STEPS, UNITS, Staircase

ALMOST_SURE = 0.99  # a share of some thousand resamples says no more than this
SHOWN_IN_SHEETS = 20_000  # rows of the audit; more make a workbook that no office opens gladly
AT_PLACEHOLDERS = (
    "Every amount here is at placeholder costs: it shows how a gain would be counted, "
    "not what you would gain."
)
EXAMPLE = "example of the sample"  # how the source of each of the sample's cost lines begins
SCENARIOS = {
    "sales": "the till is believed on sold-out days",
    "imputed": "sold-out days are filled from neighbouring weeks",
    "dropped": "sold-out days count for nobody",
}


def base_label(base: str) -> str:
    """Return whose forecast is today's, as a manager reads it."""
    return BASE_LABELS.get(base, model_label(base))


def over(worth: Worth) -> str:
    """Return what amounts are counted over: 'a year', or 'over the 112 tested days'."""
    return "a year" if worth.days >= FEWEST_DAYS else f"over the {worth.days} tested days"


def staircase_table(worth: Worth) -> pd.DataFrame:
    """Return one row per step (VALUE_COLUMNS, VALUE_DETAILS): money as `over` says, units as tested."""
    stairs = worth.stairs
    if stairs is None:
        return pd.DataFrame()
    chances = {SAME: stairs.policy_value, OURS: stairs.forecast_value}
    rows = []
    for place, step in enumerate(STEPS):
        books, chance = stairs.books[step], chances.get(step)
        gain = stairs.gain(STEPS[place - 1], step).sum() if place else np.nan
        sold, lost = books.sold.sum(), books.lost.sum()
        rows.append(
            {
                "step": STEP_LABELS[step],
                "cost": books.cost.sum() * worth.scale,
                "gain": gain * worth.scale,
                "low": chance.low * worth.scale if chance else np.nan,
                "high": chance.high * worth.scale if chance else np.nan,
                "label": GAIN_LABELS[step],
                **{part: getattr(books, part).sum() * worth.scale for part in PARTS},
                "fill_rate": sold / (sold + lost) if sold + lost > 0 else np.nan,
                **{name: getattr(books, name).sum() for name in UNITS},
            }
        )
    return pd.DataFrame(rows)


def item_gains(worth: Worth) -> pd.DataFrame:
    """Return the forecast value of each series in its parts, money as `over` says, largest first."""
    if worth.stairs is None:
        return pd.DataFrame()
    table = worth.stairs.by_item()
    numbers = table.select_dtypes("number").columns
    return table.assign(**{name: table[name] * worth.scale for name in numbers})


def never_replayed(found: Findings, worth: Worth) -> pd.DataFrame:
    """Return unique_id and why of every series without money, once each; not forecast at all comes first."""
    silent = found.results.left_out.rename(columns={"reason": "why"})
    rows = pd.concat([silent, worth.left_out], ignore_index=True)
    return rows.drop_duplicates("unique_id", ignore_index=True)


def replay_table(worth: Worth, most: int | None = None) -> pd.DataFrame:
    """Return the audit behind every amount, one row per series, block and step; empty beyond `most` rows."""
    if worth.stairs is None:
        return pd.DataFrame()
    table = worth.stairs.table()
    if most is not None and len(table) > most:
        return pd.DataFrame()
    return table.assign(step=table["step"].map(STEP_LABELS))


def effects_table(worth: Worth, under: GainsUnder | None, decisions: Decisions) -> tuple[float, pd.DataFrame]:
    """Return the net result, and what moves it (EFFECT_COLUMNS), widest first."""
    middle, found = effects(worth, under, decisions.lines, decisions.terms)
    rows = [(EFFECT_LABELS[e.name], _end(e.ends[0]), e.low, _end(e.ends[1]), e.high) for e in found]
    return middle, pd.DataFrame(rows, columns=["name", "from", "low", "to", "high"])


def measure_of(worth: Worth, decisions: Decisions) -> str:
    """Return what the net result is, in words."""
    if not any(line.estimated for line in decisions.lines):
        return f"Gain after haircuts {over(worth)}"
    if math.isnan(worth.a_year):
        return f"Gain less cost {over(worth)}"
    return "Net present value"


def _end(name: str) -> str:
    return SCENARIOS.get(name) or (name if name[:1] in "−+" else base_label(name))


def value_sentences(found: Findings, worth: Worth) -> list[str]:
    """Return how sure the gain is and what it rests on, in sentences without markup."""
    stairs, currency = worth.stairs, found.settings.currency
    if stairs is None:
        return [f"No value can be given. {worth.reason}"]
    lines = [
        AT_PLACEHOLDERS if on_placeholders(found) else "",
        "What the solution costs is the sample's example, not yours: type your own costs below."
        if on_example_costs(found)
        else "",
        f"Every forecast fills the same shelves by the same rule at the same costs, day by day from "
        f"{day(worth.begins)} to {day(worth.ends)}, stock carried over; only the forecast differs.",
        f"Compared with {base_label(stairs.base)[:1].lower()}{base_label(stairs.base)[1:]} our forecast "
        f"{_saved(worth.gain, currency)} over these {worth.days} days. "
        "That, and nothing else, is forecast value.",
        *unjudged_sentences(found),
        *errors_against_money(found, worth),
        _rule(stairs, currency, worth.days),
        assumed_today(stairs),
    ]
    lines += [_year(worth, currency), *_season(worth), *_sold_out(stairs, currency), *_overlap(stairs)]
    return [line for line in (*lines, said_chance(stairs.forecast_value)) if line]


def assumed_today(stairs: Staircase) -> str:
    """Return which rule today's orders are taken to follow where nobody said it; '' where somebody did."""
    if math.isnan(stairs.multiple):
        return ""
    if not stairs.learned_from:
        return (
            "Nobody said how you order today and no earlier date can tell: the shelf is taken to be filled "
            "up to what the forecast expects. What the rule saves hangs on that: say how you order."
        )
    dates = counted(stairs.learned_from, "past date")
    times = "" if stairs.multiple == 1 else f"{stairs.multiple:g} times "
    return (
        f"Nobody said how you order today: the shelf is taken to be filled up to {times}"
        f"what the forecast expects, the multiple that was cheapest on the {dates} before the tested days. "
        "What the rule saves hangs on that: say how you order."
    )


def _saved(gain: float, currency: str) -> str:
    if gain == 0:
        return "neither saved nor lost anything"
    return f"{'saved' if gain >= 0 else 'lost'} {money(abs(gain), currency)}"


def _rule(stairs: Staircase, currency: str, days: int) -> str:
    gain, forecast = (float(stairs.gain(*pair).sum()) for pair in ((TODAY, SAME), (SAME, OURS)))
    amount = money(abs(gain), currency)
    if gain >= 0:
        return (
            f"Ordering by the best rule with that same forecast saves {amount} in {days} days already; "
            f"no new forecast is needed for it, so it is not counted.{_undecided(stairs, days)}"
        )
    return (
        f"With that same forecast the best rule costs {amount} more than what you do today in these {days} "
        f"days: a rule is no better than the forecast it believes.{_undecided(stairs, days)} Against what "
        f"you do today our forecast {_saved(gain + forecast, currency)}, and that is the number to decide by."
    )


def _undecided(stairs: Staircase, days: int) -> str:
    """Return that the sign of what the rule saves may turn with other days; '' where it is beyond chance."""
    chance, tested = stairs.policy_value, f"{days} days and {len(stairs.blocks)} past dates"
    if math.isnan(chance.low):
        signs = [gain > 0 for gain in chance.by_block if gain]
        if all(signs) or not any(signs):
            return ""
        return (
            f" {tested} do not decide whether the rule saves or costs: it saved in {sum(signs)} of "
            f"{len(chance.by_block)} blocks of time."
        )
    if chance.low > 0 or chance.high < 0:
        return ""
    return f" {tested} do not decide whether the rule saves or costs: other dates may turn the sign."


def _year(worth: Worth, currency: str) -> str:
    if math.isnan(worth.a_year):
        return (
            f"Not turned into a year: {worth.days} days were tested and {FEWEST_DAYS} are needed, for a few "
            "weeks may be anything but usual. Test on more past dates."
        )
    return f"That is {money(worth.a_year, currency)} a year (× 365 / {worth.days}), before haircuts."


def _season(worth: Worth) -> list[str]:
    season, lines = worth.season, []
    if season is None:
        return ["The history is shorter than a year: whether the tested days are usual cannot be said."]
    if not season.saw_peak:
        lines.append(f"The tested days miss {season.peak_month}, the strongest month.")
    if math.isfinite(season.pace):
        lines.append(f"The tested days sold {percent(season.pace)} of a usual day of the last year.")
    return lines


def _overlap(stairs: Staircase) -> list[str]:
    """Return that tested dates share days; nothing where an order's days end before the next date."""
    if stairs.overlap < 2:
        return []
    return [
        f"An order must last into the days after the next tested date: {len(stairs.blocks)} dates count as "
        f"{stairs.forecast_value.blocks} independent blocks of time, {stairs.overlap} dates in each."
    ]


def _sold_out(stairs: Staircase, currency: str) -> list[str]:
    if len(stairs.by_scenario) < 2:
        return []
    low, high = min(stairs.by_scenario.values()), max(stairs.by_scenario.values())
    lowest = stairs.by_scenario[stairs.scenario] == low
    used = "the lowest is used" if lowest else "until every model is tested the first is used"
    return [
        f"What customers wanted on sold-out days is not known: three answers give {money(low, currency)} to "
        f"{money(high, currency)}; {used} ({SCENARIOS[stairs.scenario]})."
    ]


def said_chance(chance: Chance) -> str:
    """Return how likely a gain is, or why that is not said."""
    if math.isnan(chance.p_positive):
        return chance.note
    return (
        f"The chance that it is a gain at all is {likely(chance.p_positive)}, "
        f"by {chance.blocks} independent blocks of time."
    )


def likely(share: float) -> str:
    r"""Return a chance in words; resampling proves no certainty.

    >>> likely(1.0), likely(0.4), likely(float("nan"))
    ('above 99\xa0%', '40\xa0%', 'n/a')
    """
    if share > ALMOST_SURE:
        return f"above {percent(ALMOST_SURE)}"
    if share < 1 - ALMOST_SURE:
        return f"below {percent(1 - ALMOST_SURE)}"
    return percent(share)


def on_placeholders(found: Findings) -> bool:
    """Return whether every line's money rests on costs that nobody has given."""
    lines = _placeholder_lines(found)
    return lines > 0 and lines == len(found.orders)


def on_example_costs(found: Findings) -> bool:
    """Return whether what the solution costs is, in some line, still the example that the sample brings."""
    return any(line.source.startswith(EXAMPLE) for line in found.decisions.lines if line.estimated)


def cautions(found: Findings) -> tuple[str, ...]:
    """Return what a reader must know before using any amount of money."""
    lines = _placeholder_lines(found)
    if not lines:
        return ()
    costs, currency, each = found.settings.costs, found.settings.currency, found.settings.per_unit
    return (
        f"The money of {lines:,} of {len(found.orders):,} lines rests on Shelfwise's placeholder costs, "
        f"not on yours: {money(costs.understock, currency)} {each} short and "
        f"{money(costs.overstock, currency)} {each} left over. Give prices and unit costs, type your own "
        "two costs, or confirm these.",
    )


def _placeholder_lines(found: Findings) -> int:
    if not found.settings.placeholder_costs or "basis" not in found.orders:
        return 0
    return int((found.orders["basis"] == "typed").sum())
