"""The command line: inspect a file, replay the past, plan orders."""

import json
import os
import sys
from datetime import datetime
from inspect import signature
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from forecasting.errors import ForecastingError
from forecasting.evaluation.tasks import Mapper
from forecasting.execution.choice import mapper_for
from forecasting.execution.cluster import ADDRESS_VARIABLE
from forecasting.execution.jobs import Progress
from forecasting.execution.libraries import versions
from forecasting.ingest.sales import ImportOptions, import_sales
from forecasting.services.calibrated import calibrated_results
from forecasting.services.compute import Results
from forecasting.services.dataset import Dataset
from forecasting.services.evaluate import Evaluation
from forecasting.services.files import OutputFolder, write_backtest, write_plan
from forecasting.services.findings import Findings
from forecasting.services.opening import open_history
from forecasting.services.plan import check_reach
from forecasting.services.reasons import in_short
from forecasting.services.work_out import work_out
from forecasting.settings import Settings, usual_settings
from forecasting.store.batches import Batches, beside

CORES = os.cpu_count() or 1

# The class behind every misspelt option or missing argument; typer exports only its children.
USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)

File = Annotated[Path, typer.Argument(help="A sales file: CSV (also .gz) or XLSX.", show_default=False)]
Columns = Annotated[str | None, typer.Option(help='Roles, e.g. "unique_id=Store+Item,ds=Date,y=Units".')]
Sheet = Annotated[str | None, typer.Option(help="Sheet of an XLSX file.")]
DateOrder = Annotated[
    str | None, typer.Option(help="day-first or month-first, where the file does not decide.")
]
Decimal = Annotated[str | None, typer.Option(help="comma or point, where the file does not decide.")]
Encoding = Annotated[
    str | None, typer.Option(help="Encoding of a text file, e.g. cp1252; found if not given.")
]
Returns = Annotated[str, typer.Option(help="Negative quantities: net (within their period) or drop.")]
Duplicates = Annotated[str, typer.Option(help="Rows alike in every column: sum (real sales) or drop_exact.")]
Gaps = Annotated[str, typer.Option(help="Periods without a row: zero, unknown, or auto (as the file shows).")]
Drivers = Annotated[str, typer.Option(help="Columns known ahead, e.g. Promo,Open.")]
Country = Annotated[str, typer.Option(help="Public holidays of this country, e.g. DE.")]
Frequency = Annotated[str, typer.Option(help="auto, D, W or MS.")]
Horizon = Annotated[
    int | None, typer.Option(help="Periods ahead: 28 days, 13 weeks or 6 months if not given.")
]
Folds = Annotated[int, typer.Option(help="How many past origins are scored.")]
Step = Annotated[int | None, typer.Option(help="Periods between origins; the horizon if not given.")]
Models = Annotated[str, typer.Option(help="all, or a list: seasonal_naive,prophet …")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same bytes in every CSV.")]
Items = Annotated[Path | None, typer.Option(help="A file of prices, unit costs, stock, packs …")]
Overstock = Annotated[
    float | None, typer.Option(help="Money lost per unit left over, where items say nothing.")
]
Understock = Annotated[float | None, typer.Option(help="Money lost per unit short, where items say nothing.")]
LeadTime = Annotated[int | None, typer.Option(help="Periods from order to delivery: 5 days if not given.")]
Review = Annotated[int | None, typer.Option(help="Periods between orders: 7 days if not given.")]
Currency = Annotated[str, typer.Option(help="Currency of every amount.")]
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
        help="Folder for the files. Of an interrupted run the finished batches wait beside it in "
        ".NAME.unfinished, and the same command goes on from there.",
        show_default=False,
    ),
]


@app.command()
def inspect(
    file: File,
    columns: Columns = None,
    sheet: Sheet = None,
    date_order: DateOrder = None,
    decimal: Decimal = None,
    encoding: Encoding = None,
    frequency: Frequency = "auto",
    returns: Returns = "net",
    duplicates: Duplicates = "sum",
    gaps: Gaps = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say how a file would be read, without importing it."""
    options = ImportOptions(
        columns=columns, sheet=sheet, date_order=date_order, decimal=decimal, encoding=encoding,
        frequency=frequency, returns=returns, duplicates=duplicates, gaps=gaps,
    )  # fmt: skip
    report = import_sales(file, name=file.name, options=options).report
    typer.echo(json.dumps(report, indent=1, ensure_ascii=False) if as_json else _in_words(report))


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
    drivers: Drivers = "",
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
    currency: Currency = "EUR",
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


def _run(given: dict[str, Any], *, orders: bool) -> None:
    # First: a cluster that does not answer is said before a long file is read.
    with Batches(beside(given["out"]), versions()) as kept:
        with mapper_for(given["dask"], given["workers"]) as mapper:
            dataset, report = _dataset(given)
            settings = _settings(given, dataset)
            if orders:
                check_reach(dataset, settings)
            results = _compute(dataset, settings, mapper, kept)
        found = work_out(dataset, settings, results, import_notes=tuple(report["warnings"]))
        _write(found, given["out"], orders=orders)
    if found.evaluation is not None:
        noted = found.import_notes if orders else tuple(report["warnings"])
        _say_what_came(results, found.evaluation, noted, given["out"])


def _write(found: Findings, out: Path, *, orders: bool) -> None:
    if found.evaluation is None:
        raise AssertionError("complete results have been evaluated")
    with OutputFolder(out) as folder:
        write_backtest(folder, found.results, found.evaluation, found.dataset, found.settings)
        if orders:
            write_plan(folder, found, now=datetime.now())


def _dataset(given: dict[str, Any]) -> tuple[Dataset, dict[str, Any]]:
    names = tuple(d.strip() for d in given["drivers"].split(",") if d.strip())
    read_as = ("columns", "sheet", "date_order", "decimal", "encoding", "frequency")
    rules = ("returns", "duplicates", "gaps")
    options = ImportOptions(drivers=names, **{option: given[option] for option in (*read_as, *rules)})
    return open_history(given["file"], name=given["file"].name, options=options, items=given["items"])


def _settings(given: dict[str, Any], dataset: Dataset) -> Settings:
    settings = usual_settings(
        dataset.frequency,
        horizon=given["horizon"],
        folds=given["folds"],
        step=given["step"] or given["horizon"],
        models=None if given["models"] == "all" else tuple(m.strip() for m in given["models"].split(",")),
        country=given["country"].upper(),
        seed=given["seed"],
        lead_time=given["lead_time"],
        review_period=given["review_period"],
        currency=given["currency"],
    )
    return settings.with_typed_costs(overstock=given["overstock"], understock=given["understock"])


def _compute(dataset: Dataset, settings: Settings, mapper: Mapper, kept: Batches) -> Results:
    last: Results | None = None
    progress = Progress()

    def show(stage: str, share: float) -> None:
        progress.step(stage, share)
        if sys.stderr.isatty():
            typer.echo(f"\r{share:4.0%}  {progress.words():<70.70}", nl=False, err=True)

    try:
        for latest in calibrated_results(dataset, settings, mapper=mapper, progress=show, kept=kept):
            last = latest
    except KeyboardInterrupt:
        typer.echo(
            f"\nStopped. Finished batches wait in {kept.folder}; the same command goes on from there.",
            err=True,
        )
        raise
    finally:
        if sys.stderr.isatty():
            typer.echo(err=True)
    if last is None:
        raise AssertionError("settings always name at least one model")
    return last


def _say_what_came(results: Results, evaluation: Evaluation, noted: tuple[str, ...], out: Path) -> None:
    board = evaluation.leaderboard
    shown = board[["model", "money", "wape", "bias", "mase", "wql", "coverage_80", "skill"]]
    typer.echo(shown.to_string(index=False, float_format=lambda v: f"{v:,.3f}"))
    for line in [*noted, *results.assumptions]:
        typer.echo(f"note: {line}", err=True)
    if trouble := in_short(results.failures, results.notes):
        typer.echo(f"note: {trouble}; see problems.csv", err=True)
    typer.echo(f"Written to {out} (run {results.run_id}).")


def _in_words(report: dict[str, Any]) -> str:
    rows, roles = report["rows"], report["columns"]
    lines = [
        f"{rows['read']:,} rows read, {rows['kept']:,} kept.",
        f"{report['series']:,} series ({' + '.join(roles['unique_id']) or 'one'}), {report['frequency']}, "
        f"{report['start']} to {report['end']}, {report['total_units']:,.0f} units ({roles['y']}).",
    ]
    lines += [f"dropped {d['count']:,}: {d['reason']}" for d in rows["dropped"]]
    lines += [f"question: {q['question']} (assumed: {q['assumed']})" for q in report["questions"]]
    lines += [f"note: {w}" for w in report["warnings"]]
    return "\n".join(lines)


def main() -> NoReturn:
    """Run the command line; a mistake in the input is one line on stderr and exit code 2."""
    try:
        # Ctrl-C comes back from typer as an exit code, not as an exception.
        code = app(standalone_mode=False)
    except ForecastingError as error:
        _fail(str(error))
    except USAGE_ERROR as error:
        _fail(
            f"{error} See: python -m forecasting --help"
            if str(error)
            else "See: python -m forecasting --help"
        )
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(130)
    sys.exit(code or 0)


def _fail(message: str) -> NoReturn:
    typer.echo(" ".join(message.split()), err=True)
    sys.exit(2)
