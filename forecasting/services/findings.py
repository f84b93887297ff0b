"""All that has been worked out about one project, and what follows from it directly."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from forecasting.evaluation.selection import CHOSEN
from forecasting.ingest.notes import counted
from forecasting.paths import SamplePaths
from forecasting.report.tables import day
from forecasting.schema import QUANTILE_LEVELS
from forecasting.services.compute import Results
from forecasting.services.dataset import Dataset
from forecasting.services.evaluate import Evaluation
from forecasting.services.limits import BudgetPlan, SharedLimits
from forecasting.services.order_view import OrderView
from forecasting.services.plan import chosen_forecast, chosen_paths
from forecasting.services.reformulate import Reformulations
from forecasting.settings import GRAIN, Settings
from forecasting.value.business_case import CaseTerms
from forecasting.value.cost_lines import DEFAULT_COST_LINES, CostLine
from forecasting.value.data_costs import DataSource, cost_lines_of


@dataclass(frozen=True)
class Decisions:
    """What a manager has decided beside the settings: order quantities, and what the solution costs."""

    quantities: Mapping[str, float] = field(default_factory=dict)  # unique_id -> units to order
    cost_lines: tuple[CostLine, ...] = DEFAULT_COST_LINES
    terms: CaseTerms = field(default_factory=CaseTerms)
    sources: tuple[DataSource, ...] = ()  # of data, with their costs
    reasons: Mapping[str, str] = field(default_factory=dict)  # unique_id -> why its quantity was changed
    limits: SharedLimits = field(default_factory=SharedLimits)  # budget, volume, pallets of all orders
    keep_below: float = 0.0  # money a line: a change that gains less keeps the order already in place
    placed: Mapping[str, float] = field(default_factory=dict)  # unique_id -> units, as last ordered
    placed_at: str = ""  # when that was, ISO; '' never
    views: tuple[OrderView, ...] = ()  # ways of looking at the order lines

    @property
    def lines(self) -> tuple[CostLine, ...]:
        """Return everything the solution costs: the lines on the page, and one per source of data."""
        return (*self.cost_lines, *cost_lines_of(self.sources))


@dataclass(frozen=True)
class Findings:
    """All that has been worked out about one project; what is not there yet is None or empty."""

    dataset: Dataset
    settings: Settings
    results: Results
    choice: pd.DataFrame  # unique_id, model, reason
    orders: pd.DataFrame
    evaluation: Evaluation | None
    import_notes: tuple[str, ...] = ()
    decisions: Decisions = field(default_factory=Decisions)
    shared: BudgetPlan | None = None  # the orders under shared limits, where any is set
    ways: Reformulations | None = None  # the same decision asked in other ways, where that was compared


def standing(results: Results, settings: Settings) -> tuple[str, ...]:
    """Return that these numbers are provisional, one sentence; nothing once every model has been tested."""
    if not results.unfinished(settings.models):
        return ()
    tested = results.tested(settings.models)
    return (
        f"Provisional: {tested} of {len(settings.models)} models tested; the choice of a model, and with it "
        "every order and every sum of money, may still change.",
    )


def of_other_dates(results: Results, settings: Settings) -> str:
    """Return that figures come from another number of past dates than was asked for; '' where they do not."""
    tested, asked = len(results.scored), settings.folds
    if not tested or tested == asked:
        return ""
    return f"these figures are of {counted(tested, 'past date')}, {asked} were asked for."


def unlike_asked(results: Results, settings: Settings) -> str:
    """Return how results differ from what was asked for, by models or past dates; '' where they do not."""
    if results.unfinished(settings.models):
        done = results.tested(settings.models)
        return f"{done} of {len(settings.models)} models are tested so far."
    return of_other_dates(results, settings)


def marked(frame: pd.DataFrame, provisional: tuple[str, ...]) -> pd.DataFrame:
    """Return a table that leaves the house: what is provisional says so on every line (`standing`)."""
    return frame.assign(standing=" ".join(provisional)) if provisional else frame


def marked_name(name: str, provisional: tuple[str, ...]) -> str:
    """Return the name of a file, which says that it is provisional too.

    >>> marked_name("orders.csv", ("Provisional: 2 of 5 models tested.",)), marked_name("orders.csv", ())
    ('orders-provisional.csv', 'orders.csv')
    """
    stem, dot, kind = name.rpartition(".")
    return f"{stem}-provisional{dot}{kind}" if provisional else name


def scope_line(dataset: Dataset, settings: Settings) -> str:
    """Return what the numbers are about: '60 series · daily · actuals through 28 Jun 2026 · EUR'."""
    sales = dataset.sales
    grain = GRAIN[Settings(frequency=dataset.frequency).period]
    count = sales["unique_id"].nunique()
    last = day(sales["ds"].max())
    return f"{count:,} series · {grain} · actuals through {last} · {settings.counted_in}"


def scope_of(findings: Findings) -> str:
    """Return the scope with how many of the series are forecast, and why the others are not."""
    whole = scope_line(findings.dataset, findings.settings)
    out = findings.results.left_out
    if out.empty:
        return whole
    count, rest = whole.split(" · ", 1)
    return f"{count}, {len(findings.choice):,} forecast ({reasons_in_short(out['reason'])}) · {rest}"


def reasons_in_short(reasons: pd.Series) -> str:
    """Return why series are not forecast, the frequent reasons first.

    Dates and counts differ from series to series; what stands before or after them is the reason.

    >>> reasons_in_short(pd.Series(["only 3 days of history, 60 are needed", "only 9 days of history, 60 …"]))
    '2 with too short a history'
    """
    words = reasons.astype(str)
    kinds = np.select(
        [words.str.contains("discontinued"), words.str.contains("of history")],
        ["discontinued", "with too short a history"],
        "that no model could forecast",
    )
    counts = pd.Series(kinds).value_counts()
    return ", ".join(f"{n:,} {kind}" for kind, n in counts.items())


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
