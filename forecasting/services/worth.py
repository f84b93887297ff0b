"""What the value page and the reports say about the gain: how sure it is, and what it rests on."""

import math

import pandas as pd

from forecasting.evaluation.selection import CHOSEN
from forecasting.report.columns import RHYTHM_COLUMNS, model_label
from forecasting.report.tables import money, percent
from forecasting.services.findings import Findings
from forecasting.value.gain import GainInterval

ALMOST_SURE = 0.99  # a share of some thousand resamples says no more than this


def value_sentences(found: Findings) -> list[str]:
    """Return how sure the gain is, over the test and a year, in sentences without markup."""
    if found.evaluation is None:
        return []
    gain, currency = found.gain, found.settings.currency
    if gain is None:
        return [
            "No order cycle was tested for both our forecast and seasonal naive, so no gain can be given."
        ]
    measured = found.evaluation.value.set_index("model")["gain"].get(CHOSEN, math.nan)
    lines = [
        "Every forecast fills the same shelf by the same rule at the same costs on the same past dates; "
        "only the forecast differs.",
        f"Over the dates tested our forecast saved {money(measured, currency)}"
        f"{_between(gain.test, currency)} against {model_label(gain.baseline).lower()}.",
        f"That is {money(gain.year.amount, currency)} a year as measured"
        f"{_between(gain.year_range, currency)}: "
        "for each item the mean gain of a cycle, times its orders a year.",
    ]
    if found.case is not None and found.case.annual_gain > 0:
        lines.append(
            f"After haircuts {money(found.case.expected_gain, currency)} a year are believed: "
            f"{percent(found.case.terms.adoption)} of orders follow the advice, and practice keeps "
            f"{percent(found.case.terms.realisation)} of the gain."
        )
    if gain.year.without_overlap < 0.95 * gain.year.amount:
        lines.append(
            "A cycle lasts until the delivery after next, so cycles of consecutive orders share days. "
            "Counted with every day in one cycle only it is "
            f"{money(gain.year.without_overlap, currency)} a year, "
            "before haircuts: the cautious end."
        )
    return lines + [line for line in (_chance(gain.test), gain.year.note) if line]


def _between(interval: GainInterval, currency: str) -> str:
    if not math.isfinite(interval.low):
        return ""
    low, high = money(interval.low, currency), money(interval.high, currency)
    return f" ({percent(interval.coverage)} interval {low} to {high})"


def _chance(interval: GainInterval) -> str:
    """Return how likely a gain is, or why that is not said."""
    if math.isnan(interval.p_positive):
        return interval.note
    if interval.p_positive > ALMOST_SURE:
        share = f"above {percent(ALMOST_SURE)}"
    elif interval.p_positive < 1 - ALMOST_SURE:
        share = f"below {percent(1 - ALMOST_SURE)}"
    else:
        share = percent(interval.p_positive)
    return f"The chance that it is a gain at all is {share}, by {interval.blocks} independent periods."


def rhythm_table(found: Findings) -> pd.DataFrame:
    """Return the multiplication behind the gain a year (columns of `RHYTHM_COLUMNS`); empty when unknown."""
    if found.gain is None:
        return pd.DataFrame()
    return found.gain.year.rhythm[list(RHYTHM_COLUMNS)]


def on_placeholders(found: Findings) -> bool:
    """Return whether every line's money rests on costs that nobody has given."""
    lines = _placeholder_lines(found)
    return lines > 0 and lines == len(found.orders)


def cautions(found: Findings) -> tuple[str, ...]:
    """Return what a reader must know before using any amount of money."""
    lines = _placeholder_lines(found)
    if not lines:
        return ()
    costs, currency = found.settings.costs, found.settings.currency
    return (
        f"The money of {lines:,} of {len(found.orders):,} lines rests on Shelfwise's placeholder costs, "
        f"not on yours: {money(costs.understock, currency)} a unit short and "
        f"{money(costs.overstock, currency)} a unit left over. Give prices and unit costs, type your own "
        "two costs, or confirm these.",
    )


def _placeholder_lines(found: Findings) -> int:
    if not found.settings.placeholder_costs or "basis" not in found.orders:
        return 0
    return int((found.orders["basis"] == "typed").sum())
