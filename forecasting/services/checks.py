"""What formulas take for granted, in plain words: what was found, what it does to an order, what we did."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from forecasting.dates import season_length
from forecasting.evaluation import assumptions
from forecasting.evaluation.assumptions import Measured
from forecasting.report.tables import percent
from forecasting.services.evaluate import chosen_rows
from forecasting.services.findings import Findings
from forecasting.services.ledger import dependence

SEEN_AS = {True: "● holds", False: "▲ does not hold", None: "○ not known"}
NOT_THE_STEPS = (
    "Judged is the whole history at once, year on year where there are two; Health lists sudden steps of one "
    "date, four weeks against four, so it may name others."
)


@dataclass(frozen=True)
class Check:
    """One assumption: does it hold, what was found, what follows for the order, what the app does."""

    assumption: str
    measured: Measured
    finding: str
    consequence: str
    done: str


def assumption_checks(found: Findings) -> tuple[Check, ...]:
    """Return every assumption, those that do not hold first."""
    wide = assumptions.wide_sales(found.dataset.sales, found.settings.frequency)
    checks = (
        *_of_errors(found),
        *_of_history(found, wide),
        _stockouts(found),
        _lead_times(found),
    )
    order = {False: 0, None: 1, True: 2}
    return tuple(sorted(checks, key=lambda c: order[c.measured.holds]))


def checks_in_words(checks: tuple[Check, ...]) -> tuple[tuple[str, str], ...]:
    """Return label and line of every check: what was found, what it does, what is done about it."""
    return tuple(
        (
            f"{SEEN_AS[c.measured.holds]}: “{c.assumption}”",
            f"{c.finding} {c.consequence} What Shelfwise does: {c.done}",
        )
        for c in checks
    )


def _of_errors(found: Findings) -> tuple[Check, ...]:
    """Return the checks on how our forecast erred in the past."""
    if found.evaluation is None:
        return ()
    backtest, sums = (
        chosen_rows(frame, found.results, found.evaluation)
        for frame in (found.results.backtest, found.results.cumulative)
    )
    lasts, period = int(dependence(found)), found.settings.period
    return (
        Check(
            "Errors of neighbouring periods are independent",
            together := assumptions.error_correlation(backtest),
            _say(together, lambda m: f"Errors one {period} apart correlate by {m.value:+.2f}."),
            f"Adding up the ranges of single {period}s would misstate what {lasts} {period}s can ask for.",
            "Orders rest on whole futures summed along the way, and their sums are calibrated by past sums.",
        ),
        Check(
            "Demand summed until the next delivery is normal",
            normal := assumptions.normality(sums, lasts),
            _say(
                normal,
                lambda m: f"Skewness of past sums around the forecast: {m.value:+.2f} (0 = symmetric).",
            ),
            "The textbook's expected demand + z · σ would put the level too low on skewed demand.",
            "Levels are quantiles of simulated futures, never expected demand + z · σ.",
        ),
    )


def _of_history(found: Findings, wide: pd.DataFrame) -> tuple[Check, ...]:
    """Return the checks on the sales themselves."""
    frequency = found.settings.frequency
    swings = assumptions.growing_swings(wide, season_length(frequency))
    short = assumptions.short_histories(wide, frequency)
    shift = assumptions.recent_shift(wide, frequency)
    broken = assumptions.structural_break(wide, frequency)
    return (
        Check(
            "Sales swing as widely as they used to",
            swings,
            _say(
                swings,
                lambda m: f"Recent swings are {percent(m.value)} of earlier ones ({_count(m)} grew most).",
            ),
            "Where swings grow, ranges learned from older errors are too narrow: stock runs out more often.",
            "Past misses move the ranges, and the newest dates are among them.",
        ),
        Check(
            "The history is long enough to know the seasons",
            short,
            _say(short, lambda m: f"{_count(m)} have less than two years."),
            "A yearly season seen once is taken for a trend, or missed: Christmas would come as a surprise.",
            "Yearly patterns are used where two years are there; the trees borrow them from other series.",
        ),
        Check(
            "Nothing changed its level in the last weeks",
            shift,
            _say(shift, lambda m: f"{_count(m)} left their level (year on year where known)."),
            "Orders may follow the old level for a while: too much after a fall, too little after a rise.",
            "Models that follow recent sales are chosen where that was cheaper; look at these items.",
        ),
        Check(
            "No lasting break in the history",
            broken,
            _say(broken, lambda m: f"{_count(m)} changed their level for good at some time. {NOT_THE_STEPS}"),
            "Data from before a break teach the wrong level and make ranges too wide.",
            "Trend changes are modelled (Prophet, smoothing); older sales still count in the others.",
        ),
    )


def _stockouts(found: Findings) -> Check:
    sales = found.dataset.sales
    name = "Sales are demand: nothing was missed for want of stock"
    lost = "Recommendations learned from cut-off sales are too low, and each order gets lower (spiral down)."
    if "stockout" not in sales:
        return Check(
            name, assumptions.UNKNOWN, "The file has no stock and no stock-out column.", lost,
            "Sales are taken as demand. Add a stock column: until then recommendations may be biased low.",
        )  # fmt: skip
    out = sales["stockout"].fillna(False).astype(bool)
    series = int(sales.loc[out, "unique_id"].nunique())
    measured = Measured(float(out.mean()), not out.any(), series, int(sales["unique_id"].nunique()))
    finding = (
        f"{int(out.sum()):,} {found.settings.period}s with the shelf empty ({percent(measured.value)}), "
        f"{_count(measured)}."
    )
    return Check(
        name,
        measured,
        finding,
        lost,
        "These days are unknown demand: no model learns from them, none is scored on them.",
    )


def _lead_times(found: Findings) -> Check:
    items = found.dataset.items
    name, risk = (
        "Deliveries take as long as stated",
        "A late delivery eats the safety stock meant for demand.",
    )
    given = [c for c in ("lead_time_min", "lead_time_max") if c in items]
    varies = items[given].notna().any(axis=1) if given else pd.Series(False, index=items.index)
    if not varies.any():
        return Check(
            name,
            assumptions.UNKNOWN,
            "No record of deliveries is in the data, so lead times cannot be checked.",
            risk,
            "Lead times count as given; add lead_time_min and lead_time_max to the items where they vary.",
        )
    count = int(varies.sum())
    measured = Measured(count / len(items), False, count, len(items))
    finding = f"{_count(measured)} are delivered sooner or later than usual."
    return Check(
        name, measured, finding, risk, "Their orders cover demand over a lead time drawn anew per future."
    )


def _say(measured: Measured, words: Callable[[Measured], str]) -> str:
    return words(measured) if measured.holds is not None else "Too little data to measure it."


def _count(measured: Measured) -> str:
    return f"{measured.series:,} of {measured.of:,} series"
