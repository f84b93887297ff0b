"""On which days the models were tested, against what, and what was left out of it."""

import pandas as pd

from forecasting.dates import next_periods
from forecasting.evaluation.scores import fallback
from forecasting.ingest.notes import counted
from forecasting.report.columns import model_label
from forecasting.report.tables import day
from forecasting.services.evaluate import Evaluation
from forecasting.services.findings import Findings, reasons_in_short


def how_tested(found: Findings) -> tuple[tuple[str, str], ...]:
    """Return label and line: the days, the comparison, what was left out, and what the words mean."""
    evaluation = found.evaluation
    if evaluation is None:
        return ()
    return (
        ("Tested on", _days(found)),
        ("Compared with", _comparison(found)),
        ("Left out", " ".join(_left_out(found, evaluation))),
        (
            "Words",
            "Lost: demand the shelf could not serve. Left: units still there when the next delivery came. "
            "Dropped: cycles that one model lacks and which therefore count for none. "
            "Clipped: cycles whose costs ask for a rarer case than the forecast states.",
        ),
    )


def _days(found: Findings) -> str:
    settings, origins = found.settings, sorted(found.results.scored)
    ends = next_periods(origins[-1], settings.horizon, settings.frequency)[-1]
    begins = next_periods(origins[0], 1, settings.frequency)[0]
    count = counted(len(origins), "past date")
    standing = ", ".join(map(day, origins))
    return (
        f"{day(begins)} to {day(ends)}: {count} ({standing}), "
        f"each time the next {settings.horizon} {settings.period}s, unseen by the models.{_overlap(found)}"
    )


def _overlap(found: Findings) -> str:
    """Return that tested stretches overlap and what follows; '' where they do not."""
    horizon, step, dates = found.settings.horizon, found.settings.step, len(found.results.scored)
    if step >= horizon or dates < 2:
        return ""
    alone = int((horizon + (dates - 1) * step) / horizon + 1e-9)
    return (
        f" They begin {step} {found.settings.period}s apart and overlap: {dates} of them count as "
        f"{alone} stretch{'' if alone == 1 else 'es'} of time, and every range is as wide as that asks."
    )


def _comparison(found: Findings) -> str:
    models = found.results.models
    baseline = model_label(fallback(models))
    return (
        f"{baseline} (repeat what sold one season ago) with the same ordering rule, costs and days; "
        "not with your own past orders, which the file does not tell."
    )


def _left_out(found: Findings, evaluation: Evaluation) -> list[str]:
    """Return sentences on the series, cycles and days that count for nobody."""
    series, lines = found.results.left_out, []
    if len(series):
        lines.append(f"{len(series):,} series that are not forecast ({reasons_in_short(series['reason'])}).")
    missing = evaluation.not_replayed.drop_duplicates(["unique_id", "cutoff"])
    if len(missing):
        why = missing["why"].value_counts()
        lines.append(
            f"{len(missing):,} cycles without money, {why.iloc[0]:,} of them because: {why.index[0]}"
        )
    dropped = int(evaluation.value["dropped"].max())
    if dropped:
        lines.append(f"Up to {dropped:,} cycles of a model that another one lacks (dropped).")
    if (closed := _closed(found.results.backtest)) > 0:
        lines.append(f"{closed:,} closed {found.settings.period}s of single series.")
    lines.append(
        "Packs and minimum orders. Models are judged one order at a time; the value is replayed with stock."
    )
    return lines


def _closed(backtest: pd.DataFrame) -> int:
    """Return the tested periods on which a series was known to be closed."""
    if "open" not in backtest:
        return 0
    shut = backtest[backtest["open"].fillna(1) == 0]
    return len(shut[["unique_id", "cutoff", "ds"]].drop_duplicates())
