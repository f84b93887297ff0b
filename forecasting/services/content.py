"""What a report says, gathered from the parts."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from forecasting.evaluation.scores import BASELINE
from forecasting.evaluation.selection import CHOSEN
from forecasting.paths import SamplePaths
from forecasting.report.columns import model_label
from forecasting.report.content import ReportContent, Tile
from forecasting.report.tables import day, money, percent, units
from forecasting.schema import QUANTILE_LEVELS
from forecasting.services.compute import Results
from forecasting.services.dataset import Dataset
from forecasting.services.evaluate import Evaluation
from forecasting.services.plan import chosen_forecast, chosen_paths
from forecasting.settings import Settings
from forecasting.value.business_case import BusinessCase

GRAIN = {"day": "daily", "week": "weekly", "month": "monthly"}


@dataclass(frozen=True)
class Findings:
    """All that has been worked out about one project; what is not there yet is None or empty."""

    dataset: Dataset
    settings: Settings
    results: Results
    choice: pd.DataFrame  # unique_id, model, reason
    orders: pd.DataFrame
    evaluation: Evaluation | None
    case: BusinessCase | None
    import_notes: tuple[str, ...] = ()


def scope_line(dataset: Dataset, currency: str) -> str:
    """Return what the numbers are about: '60 series · daily · actuals through 28 Jun 2026 · EUR'."""
    sales = dataset.sales
    grain = GRAIN[Settings(frequency=dataset.frequency).period]
    count = sales["unique_id"].nunique()
    last = day(sales["ds"].max())
    return f"{count:,} series · {grain} · actuals through {last} · {currency}"


def forecast_tiles(findings: Findings) -> tuple[Tile, ...]:
    """Return the four numbers of the first glance, each against a baseline."""
    orders, settings = findings.orders, findings.settings
    due = int((orders["status"] == "order now").sum()) if len(orders) else 0
    stake = orders["money_at_stake"].sum() if len(orders) else float("nan")
    cost = orders["expected_cost"].sum() if len(orders) else float("nan")
    currency = settings.currency
    coming, before = total_ahead(findings)
    change = coming / before - 1 if before > 0 else float("nan")
    tiles = [
        Tile(
            f"Next {settings.horizon} {settings.period}s",
            f"{units(coming)} units",
            f"{percent(change)} on the last {settings.horizon}",
            None,
            "Expected sales of all series together.",
        ),
        Tile(
            "Lines to order now",
            f"{due}",
            f"of {len(orders)} series",
            None,
            "Series whose stock will not last until the delivery after next.",
        ),
        Tile(
            "At stake if you do nothing",
            money(stake, currency),
            f"{money(cost, currency)} left after ordering",
            None,
            "Expected cost of ordering nothing, less the expected cost of these orders.",
        ),
        accuracy_tile(findings.evaluation),
    ]
    return tuple(tiles)


def accuracy_tile(evaluation: Evaluation | None) -> Tile:
    """Return the forecast error beside that of repeating last season."""
    words = "Sum of absolute errors over sum of sales (WAPE), on past dates the models had not seen."
    if evaluation is None:
        return Tile("Forecast error", "n/a", "the test on the past is still running", None, words)
    board = evaluation.leaderboard.set_index("model")["wape"]
    ours, naive = board.get(CHOSEN, np.nan), board.get(BASELINE, np.nan)
    good = bool(ours <= naive) if np.isfinite([ours, naive]).all() else None
    return Tile("Forecast error", percent(ours), f"{percent(naive)} repeating last season", good, words)


def total_ahead(findings: Findings) -> tuple[float, float]:
    """Return expected units over the horizon, and the units of as many periods before it."""
    coming = chosen_forecast(findings.results, findings.choice)["mean"].sum()
    live = findings.dataset.sales
    live = live[live["unique_id"].isin(findings.choice["unique_id"])]
    dates = np.sort(live["ds"].unique())[-findings.settings.horizon :]
    return float(coming), float(live.loc[live["ds"].isin(dates), "y"].sum())


def total_forecast(findings: Findings) -> pd.DataFrame:
    """Return the forecast frame of the sum of all series.

    Series are drawn independently of each other, so the range of the sum is too
    narrow where they rise and fall together; the page says so.
    """
    paths = chosen_paths(findings.results, findings.choice)
    summed = paths.values.sum(axis=0, dtype=np.float64)[None].astype(np.float32)  # (1, n_paths, H)
    total = SamplePaths(np.array(["All series"], dtype=object), paths.ds, summed)
    cutoff = findings.results.forecast["cutoff"].iloc[0]
    return total.quantiles(QUANTILE_LEVELS).assign(model=CHOSEN, cutoff=cutoff)


def report_content(findings: Findings, *, now: datetime) -> ReportContent:
    """Return everything a report prints; parts that are not computed yet are empty."""
    evaluation, settings = findings.evaluation, findings.settings
    empty = pd.DataFrame()
    return ReportContent(
        title="Order plan and forecast",
        scope=scope_line(findings.dataset, settings.currency),
        run_id=findings.results.run_id,
        made_at=now,
        currency=settings.currency,
        frequency=settings.frequency,
        tiles=forecast_tiles(findings),
        history=findings.dataset.sales,
        forecast=chosen_forecast(findings.results, findings.choice),
        orders=findings.orders,
        leaderboard=empty if evaluation is None else evaluation.leaderboard,
        scores=empty if evaluation is None else evaluation.scores,
        value=empty if evaluation is None else evaluation.value,
        case=() if findings.case is None else case_lines(findings.case, settings.currency),
        cost_lines=empty if findings.case is None else cost_table(findings.case),
        settings=assumptions(settings),
        notes=notes(findings),
        coverage=settings.coverage,
        total=total_forecast(findings),
    )


def case_lines(case: BusinessCase, currency: str) -> tuple[tuple[str, str], ...]:
    """Return the business case as label and line."""
    partial = " (partial: some cost lines are not estimated)" if case.partial else ""
    roi = case.roi
    return (
        ("Gain a year", money(case.annual_gain, currency)),
        ("Cost over the years", money(case.cost_total, currency) + partial),
        ("Return on investment (ROI)", (percent(roi) if np.isfinite(roi) else "n/a") + partial),
        ("Payback", _payback(case)),
        ("Break-even gain a year", money(case.break_even_annual_gain, currency)),
        *(("Note", note) for note in case.notes),
    )


def _payback(case: BusinessCase) -> str:
    """Return the payback in words: unknown costs and gains that never pay are not the same."""
    if np.isfinite(case.payback_years):
        return f"{case.payback_years:.3g} years"
    return "n/a" if np.isnan(case.cost_total) else "never at this gain"


def cost_table(case: BusinessCase) -> pd.DataFrame:
    """Return the cost lines as a table; what is not estimated stays blank."""
    rows = [(c.label, c.one_off, c.yearly, c.source, c.confidence) for c in case.lines]
    return pd.DataFrame(rows, columns=["label", "one_off", "yearly", "source", "confidence"])


def assumptions(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Return what was assumed, for the last page of a report."""
    costs = settings.costs
    typed = f"{money(costs.understock, settings.currency)} a unit short, "
    typed += f"{money(costs.overstock, settings.currency)} a unit left over"
    return (
        ("Forecast", f"{settings.horizon} {settings.period}s ahead"),
        ("Tested on", f"{settings.folds} past origins, {settings.step} {settings.period}s apart"),
        ("Models", ", ".join(model_label(m) for m in settings.models)),
        ("Public holidays", settings.country or "none"),
        ("Must last", settings.protection_sentence() + ", where an item says nothing else"),
        (
            "Costs typed",
            typed + (" (for every item)" if costs.source == "typed" else " (where an item has none)"),
        ),
        ("Holding", f"{percent(costs.holding_rate)} of the unit cost a year"),
        ("Seed", str(settings.seed)),
    )


def notes(findings: Findings) -> tuple[str, ...]:
    """Return the warnings a reader must know."""
    left_out = findings.results.left_out
    problems = findings.orders["problem"] if "problem" in findings.orders else pd.Series(dtype=str)
    lines = [*findings.import_notes, *findings.results.assumptions]
    if len(left_out):
        first = left_out.to_dict("records")[0]
        lines.append(
            f"{len(left_out)} series are not forecast, e.g. {first['unique_id']}: {first['reason']}."
        )
    if (problems != "").any():
        lines.append(f"{int((problems != '').sum())} lines could not be decided; the orders sheet says why.")
    lines.append(
        "The range of the total treats series as independent of each other: it is too narrow "
        "where they rise and fall together."
    )
    return tuple(lines)
