"""The command line: inspect a file, replay the past, plan orders."""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from inspect import Signature, signature
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from forecasting.errors import DecisionError, ForecastingError
from forecasting.evaluation.tasks import Mapper
from forecasting.execution.choice import mapper_for
from forecasting.execution.cluster import ADDRESS_VARIABLE
from forecasting.execution.jobs import Progress
from forecasting.execution.libraries import versions
from forecasting.ingest.report import PAGES_ONLY, in_words, told
from forecasting.ingest.sales import ImportOptions, import_sales
from forecasting.services.asked import dataset_of, decisions_of, settings_of
from forecasting.services.compute import Results
from forecasting.services.dataset import Dataset
from forecasting.services.deciding import decided
from forecasting.services.evaluate import Evaluation
from forecasting.services.files import OutputFolder, write_run, write_ways
from forecasting.services.findings import Findings
from forecasting.services.plan import check_items, check_reach
from forecasting.services.reasons import in_short
from forecasting.services.reformulate import reformulate
from forecasting.services.reformulate_view import ways_in_words
from forecasting.services.stairs import worth_of
from forecasting.services.value_files import staircase_in_words, write_value
from forecasting.services.whole import Spoken, all_said
from forecasting.services.work_out import work_out
from forecasting.services.worth import cautions
from forecasting.settings import Settings
from forecasting.store.batches import Batches, beside

CORES = os.cpu_count() or 1
Finish = Callable[[Findings, tuple[str, ...], Mapper], None]

# The class behind every misspelt option or missing argument; typer exports only its children.
USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)

File = Annotated[Path, typer.Argument(help="A sales file: CSV, workbook, Parquet, JSON.", show_default=False)]
Columns = Annotated[str | None, typer.Option(help='Roles, e.g. "unique_id=Store+Item,ds=Date,y=Units".')]
Sheet = Annotated[str | None, typer.Option(help="Sheet of a workbook.")]
DateOrder = Annotated[str | None, typer.Option(help="day-first or month-first, where the file is open.")]
Decimal = Annotated[str | None, typer.Option(help="comma or point, where the file does not decide.")]
Encoding = Annotated[str | None, typer.Option(help="Encoding of a text file; found if not given.")]
Returns = Annotated[str, typer.Option(help="Negative quantities: net (within their period) or drop.")]
Duplicates = Annotated[str, typer.Option(help="Rows alike in every column: sum (real sales) or drop_exact.")]
Gaps = Annotated[str, typer.Option(help="Periods without a row: zero, unknown, or auto (as the file shows).")]
Drivers = Annotated[str, typer.Option(help="Columns known ahead, e.g. Promo,Open.")]
Strict = Annotated[bool, typer.Option("--strict-drivers", help="Refuse drivers unknown ahead, assume none.")]
Country = Annotated[str, typer.Option(help="Public holidays of this country, e.g. DE.")]
Frequency = Annotated[str, typer.Option(help="auto, D, W or MS.")]
Horizon = Annotated[int | None, typer.Option(help="Periods ahead; 28 days, 13 weeks, 6 months if blank.")]
Folds = Annotated[int, typer.Option(help="How many past origins are scored.")]
Start = Annotated[str | None, typer.Option(help="First day, where periods are only counted: W0, 1-01.")]
Quarters = Annotated[str, typer.Option(help="Quarters: spread over their months, or leave.")]
Measure = Annotated[str, typer.Option(help="What y counts: units, or money to divide by the price.")]
Layout = Annotated[str, typer.Option(help="lines (a row is a sale) or across (a column per store).")]
Blanks = Annotated[str, typer.Option(help="Below a date or name written once: above (it counts) or leave.")]
Stray = Annotated[str, typer.Option(help="Single dates far from all others: leave_out or keep.")]
Step = Annotated[int | None, typer.Option(help="Periods between origins; the horizon if not given.")]
Models = Annotated[str, typer.Option(help="all, or a list: seasonal_naive,prophet …")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same bytes in every CSV.")]
Items = Annotated[Path | None, typer.Option(help="A file of prices, unit costs, stock, packs …")]
Overstock = Annotated[float | None, typer.Option(help="Money lost per unit over, where items say nothing.")]
Understock = Annotated[float | None, typer.Option(help="Money lost per unit short, where items say nothing.")]
LeadTime = Annotated[int | None, typer.Option(help="Periods from order to delivery: 5 days if not given.")]
Review = Annotated[int | None, typer.Option(help="Periods between orders: 7 days if not given.")]
Rule = Annotated[str, typer.Option(help="order_up_to, min_max, fixed_quantity or known_demand.")]
Search = Annotated[bool, typer.Option(help="Search levels of lost sales and dated goods by simulation.")]
Reformulate = Annotated[bool, typer.Option(help="Ask the same orders otherwise too: weekly, by group …")]
Currency = Annotated[str, typer.Option(help="Currency of every amount; as the file says, else EUR.")]
Workers = Annotated[int, typer.Option(help="Worker processes for the heavy models.")]
Dask = Annotated[
    str,
    typer.Option(
        envvar=ADDRESS_VARIABLE, help="Scheduler of a Dask cluster to run on instead, e.g. tcp://host:8786."
    ),
]
Out = Annotated[
    Path,
    typer.Option(
        help="Folder for the files; what an interrupted run finished waits beside it.", show_default=False
    ),
]
Costs = Annotated[
    Path | None, typer.Option(help="What the solution costs: label, one_off, yearly, source, confidence.")
]
Today = Annotated[
    str, typer.Option(help="Today's forecast: auto, manager_plan, last_year, moving_average, seasonal_naive.")
]
Cover = Annotated[float | None, typer.Option(help="Periods of today's forecast to fill the shelf up to.")]
Years = Annotated[int, typer.Option(help="Years the business case is counted over.")]
Discount = Annotated[float, typer.Option(help="Discount rate a year, 0.1 is 10 %.")]
Adoption = Annotated[float, typer.Option(help="Share of orders that follow the advice.")]
Realisation = Annotated[float, typer.Option(help="Share of the measured gain that practice keeps.")]
Decay = Annotated[float, typer.Option(help="Share of the gain that is lost each year.")]


@app.command()
def inspect(
    file: File, columns: Columns = None, sheet: Sheet = None, date_order: DateOrder = None,
    decimal: Decimal = None, encoding: Encoding = None, frequency: Frequency = "auto",
    returns: Returns = "net", duplicates: Duplicates = "sum", gaps: Gaps = "auto", start: Start = None,
    quarters: Quarters = "auto", measure: Measure = "auto", layout: Layout = "auto", blanks: Blanks = "auto",
    stray_dates: Stray = "auto", as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:  # fmt: skip
    """Say how a file would be read, without importing it."""
    options = ImportOptions(
        columns=columns, sheet=sheet, date_order=date_order, decimal=decimal, encoding=encoding, gaps=gaps,
        frequency=frequency, returns=returns, duplicates=duplicates, start=start, quarters=quarters,
        measure=measure, layout=layout, blanks=blanks, stray_dates=stray_dates,
    )  # fmt: skip
    report = import_sales(file, name=file.name, options=options).report
    scripts = {key: told for key, told in report.items() if key not in PAGES_ONLY}
    typer.echo(json.dumps(scripts, indent=1, ensure_ascii=False) if as_json else in_words(report))


def _options(
    file: File,
    out: Out,
    columns: Columns = None,
    sheet: Sheet = None,
    date_order: DateOrder = None,
    decimal: Decimal = None,
    encoding: Encoding = None,
    returns: Returns = "net",
    duplicates: Duplicates = "sum",
    gaps: Gaps = "auto",
    start: Start = None,
    quarters: Quarters = "auto",
    measure: Measure = "auto",
    layout: Layout = "auto",
    blanks: Blanks = "auto",
    stray_dates: Stray = "auto",
    drivers: Drivers = "",
    strict_drivers: Strict = False,
    country: Country = "",
    frequency: Frequency = "auto",
    horizon: Horizon = None,
    folds: Folds = 4,
    step: Step = None,
    models: Models = "all",
    seed: Seed = 0,
    items: Items = None,
    overstock: Overstock = None,
    understock: Understock = None,
    lead_time: LeadTime = None,
    review_period: Review = None,
    policy: Rule = "order_up_to",
    search_levels: Search = False,
    reformulate: Reformulate = False,
    currency: Currency = "",
    workers: Workers = CORES,
    dask: Dask = "",
) -> None:
    """Name the options that `backtest` and `plan` share: written once, registered twice."""


def _register(name: str, words: str, *, orders: bool) -> None:
    def command(**given: Any) -> None:
        _run(given, orders=orders)

    command.__annotations__ = dict(_options.__annotations__)
    vars(command)["__signature__"] = signature(_options)
    app.command(name, help=words)(command)


_register("backtest", "Replay the past with every model and write what each would have said.", orders=False)
_register("plan", "Forecast, choose models by money, and write orders and reports.", orders=True)


def _value_options(
    costs: Costs = None, today: Today = "auto", cover: Cover = None, years: Years = 3,
    discount: Discount = 0.1, adoption: Adoption = 0.7, realisation: Realisation = 0.8, decay: Decay = 0.0,
) -> None:  # fmt: skip
    """Name the options that `value` has beside the shared ones."""


def _value(**given: Any) -> None:
    """Replay the past day by day and write what better forecasts are worth."""
    decisions = decisions_of(given)  # first: a mistake in the costs is said before anything long

    def finish(found: Findings) -> None:
        worth = worth_of(found)
        if worth.stairs is None:
            raise DecisionError(worth.reason)
        with OutputFolder(given["out"]) as folder:
            write_value(folder, found, worth)
            write_ways(folder, found.ways)
        typer.echo(staircase_in_words(found, worth))
        typer.echo(ways_in_words(found.ways, found.settings.currency), nl=False)
        typer.echo(f"Written to {given['out']} (run {found.results.run_id}).")
        for line in [*found.import_notes, *found.results.assumptions]:
            typer.echo(f"note: {line}", err=True)

    _work_out(given, lambda found, _warned, _mapper: finish(decided(found, decisions)), orders=True)


_value.__annotations__ = _options.__annotations__ | _value_options.__annotations__
vars(_value)["__signature__"] = Signature(
    [*signature(_options).parameters.values(), *signature(_value_options).parameters.values()]
)
app.command("value")(_value)


def _run(given: dict[str, Any], *, orders: bool) -> None:
    def finish(found: Findings, warned: tuple[str, ...], mapper: Mapper) -> None:
        write_run(given["out"], found, now=datetime.now(), mapper=mapper if orders else None)
        if found.evaluation is not None:
            noted = (*cautions(found), *(found.import_notes if orders else warned))
            typer.echo(ways_in_words(found.ways, found.settings.currency), nl=False)
            _say_what_came(found.results, found.evaluation, noted, given["out"])

    _work_out(given, finish, orders=orders)


def _work_out(given: dict[str, Any], finish: Finish, *, orders: bool) -> None:
    """Work out all findings and hand them on; what was computed is kept until that has succeeded."""
    with Batches(beside(given["out"]), versions()) as kept:
        # First: a cluster that does not answer is said before a long file is read.
        with mapper_for(given["dask"], given["workers"]) as mapper:
            dataset, report = dataset_of(given)
            settings = settings_of(given, dataset, report)
            if orders:
                check_reach(dataset, settings)
            check_items(dataset, settings)
            # Before the models: what cannot be compared is said before anything long.
            ways = reformulate(dataset, settings) if given["reformulate"] else None
            spoken = _compute(dataset, settings, mapper, kept)
        # The models' workers have ended: what they held (0.2 GB each, 1,000 series) is free for what follows.
        results = spoken.results()
        warned = told(report)
        found = replace(work_out(dataset, settings, results, import_notes=warned), ways=ways)
        # No report travels to a cluster.
        with mapper_for("", 1 if given["dask"].strip() else given["workers"]) as here:
            finish(found, warned, here)


def _compute(dataset: Dataset, settings: Settings, mapper: Mapper, kept: Batches) -> Spoken:
    progress = Progress()

    def show(stage: str, share: float) -> None:
        progress.step(stage, share)
        if sys.stderr.isatty():
            typer.echo(f"\r{share:4.0%}  {progress.words():<70.70}", nl=False, err=True)

    try:
        return all_said(dataset, settings, mapper=mapper, progress=show, kept=kept)
    except KeyboardInterrupt:
        typer.echo(
            f"\nStopped. Finished batches wait in {kept.folder}; the same command goes on from there.",
            err=True,
        )
        raise
    finally:
        if sys.stderr.isatty():
            typer.echo(err=True)


def _say_what_came(results: Results, evaluation: Evaluation, noted: tuple[str, ...], out: Path) -> None:
    board = evaluation.leaderboard
    shown = board[["model", "money", "wape", "bias", "mase", "wql", "coverage_80", "skill"]]
    typer.echo(shown.to_string(index=False, float_format=lambda v: f"{v:,.3f}"))
    for line in [*noted, *results.assumptions]:
        typer.echo(f"note: {line}", err=True)
    if trouble := in_short(results.failures, results.notes):
        typer.echo(f"note: {trouble}; see problems.csv", err=True)
    typer.echo(f"Written to {out} (run {results.run_id}).")


def main() -> NoReturn:
    """Run the command line; a mistake in the input is one line on stderr and exit code 2."""
    try:
        # Ctrl-C comes back from typer as an exit code, not as an exception.
        code = app(standalone_mode=False)
    except ForecastingError as error:
        _fail(str(error))
    except USAGE_ERROR as error:
        said = str(getattr(error, "format_message", error.__str__)())  # names the option, `str` does not
        _fail(f"{said.rstrip('.')}. See: python -m forecasting --help".removeprefix(". "))
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(130)
    sys.exit(code or 0)


def _fail(message: str) -> NoReturn:
    typer.echo(" ".join(message.split()), err=True)
    sys.exit(2)
