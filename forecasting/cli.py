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
from forecasting.execution import Processes
from forecasting.ingest.sales import ImportOptions, import_sales
from forecasting.services.compute import Results, compute
from forecasting.services.dataset import Dataset
from forecasting.services.evaluate import Evaluation
from forecasting.services.files import OutputFolder, write_backtest, write_plan
from forecasting.services.opening import open_history
from forecasting.services.work_out import work_out
from forecasting.settings import Settings, usual_settings

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
Out = Annotated[Path, typer.Option(help="Folder for the files.", show_default=False)]


@app.command()
def inspect(
    file: File,
    columns: Columns = None,
    sheet: Sheet = None,
    date_order: DateOrder = None,
    decimal: Decimal = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say how a file would be read, without importing it."""
    options = ImportOptions(columns=columns, sheet=sheet, date_order=date_order, decimal=decimal)
    report = import_sales(file, name=file.name, options=options).report
    typer.echo(json.dumps(report, indent=1, ensure_ascii=False) if as_json else _in_words(report))


def _options(
    file: File,
    out: Out,
    columns: Columns = None,
    sheet: Sheet = None,
    date_order: DateOrder = None,
    decimal: Decimal = None,
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
    dataset, report = _dataset(given)
    settings = _settings(given, dataset)
    if orders:
        settings.check_horizon()
    results = _compute(dataset, settings, given["workers"])
    found = work_out(dataset, settings, results, import_notes=tuple(report["warnings"]))
    evaluation = found.evaluation
    if evaluation is None:
        raise AssertionError("complete results have been evaluated")
    with OutputFolder(given["out"]) as folder:
        write_backtest(folder, results, evaluation, dataset, settings)
        if orders:
            write_plan(folder, found, now=datetime.now())
    _say_what_came(results, evaluation, report, given["out"])


def _dataset(given: dict[str, Any]) -> tuple[Dataset, dict[str, Any]]:
    names = tuple(d.strip() for d in given["drivers"].split(",") if d.strip())
    options = ImportOptions(
        columns=given["columns"],
        drivers=names,
        sheet=given["sheet"],
        date_order=given["date_order"],
        decimal=given["decimal"],
        frequency=given["frequency"],
    )
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


def _compute(dataset: Dataset, settings: Settings, workers: int) -> Results:
    processes = Processes(workers) if workers > 1 else None
    last: Results | None = None
    try:
        for latest in compute(dataset, settings, mapper=processes or map, progress=_progress):
            last = latest
    finally:
        if processes is not None:
            processes.close()
        if sys.stderr.isatty():
            typer.echo(err=True)
    if last is None:
        raise AssertionError("settings always name at least one model")
    return last


def _progress(stage: str, share: float) -> None:
    if sys.stderr.isatty():
        typer.echo(f"\r{share:4.0%}  {stage:<70.70}", nl=False, err=True)


def _say_what_came(results: Results, evaluation: Evaluation, report: dict[str, Any], out: Path) -> None:
    board = evaluation.leaderboard
    shown = board[["model", "money", "wape", "bias", "mase", "wql", "coverage_80", "skill"]]
    typer.echo(shown.to_string(index=False, float_format=lambda v: f"{v:,.3f}"))
    for line in [*report["warnings"], *results.assumptions]:
        typer.echo(f"note: {line}", err=True)
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
        app(standalone_mode=False)
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
    sys.exit(0)


def _fail(message: str) -> NoReturn:
    typer.echo(" ".join(message.split()), err=True)
    sys.exit(2)
