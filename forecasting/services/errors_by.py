"""Where the error lies, beside what chance alone would leave; and which model is better beyond chance."""

import numpy as np
import pandas as pd

from forecasting.errors import ForecastingError
from forecasting.evaluation.noise_floor import lowest_wape
from forecasting.evaluation.scores import BASELINE
from forecasting.evaluation.segments import FEWEST_PERIODS, errors_by, possible_segments, with_segments
from forecasting.evaluation.selection import CHOSEN
from forecasting.report.columns import PROMISE_COLUMNS, column_of, model_label
from forecasting.report.tables import percent
from forecasting.schema import PLAN
from forecasting.services.evaluate import Evaluation
from forecasting.services.findings import Findings
from forecasting.value.gain import GainInterval, gain_interval, summarise

PAIRED = ("model", "better", "low", "high", "words", "note")


def segment_errors(rows: pd.DataFrame, segment: str) -> pd.DataFrame:
    """Return our error per segment beside seasonal naive's, the own plan's and the floor of chance."""
    return errors_by(rows, segment, {"ours": CHOSEN, "baseline": BASELINE, "plan": PLAN})


def few_sentence(table: pd.DataFrame) -> str:
    """Return why parts of a split (`segment_errors`) have no figure; '' where all have one."""
    blank = int(table["wape"].isna().sum())
    if not blank:
        return ""
    return (
        f"{blank:,} of {len(table):,} parts have no figure: fewer than {FEWEST_PERIODS} periods were tested "
        "there, or nothing was sold; so little shows chance, not the forecast."
    )


def errors_table(rows: pd.DataFrame, found: Findings) -> pd.DataFrame:
    """Return our error split every way there is, for a report: split, part, then as `segment_errors`."""
    if rows.empty:
        return pd.DataFrame()
    needed = rows[rows["model"].isin([CHOSEN, BASELINE, PLAN])]
    kept = [c for c in ("model", "unique_id", "cutoff", "ds", "h", "y", "mean", "open") if c in rows]
    told = with_segments(needed[kept], found.dataset.items, found.dataset.sales)
    parts = []
    for segment in possible_segments(told):
        label = column_of(segment, PROMISE_COLUMNS, numeric=False).label
        table = segment_errors(told, segment).rename(columns={segment: "part"})
        parts.append(table.assign(part=table["part"].astype(str), split=label))
    if not parts:
        return pd.DataFrame()
    whole = pd.concat(parts, ignore_index=True)
    return whole[["split", "part", *whole.columns.drop(["split", "part"])]]


def floor_sentence(rows: pd.DataFrame) -> str:
    """Return the lowest error chance allows, beside ours."""
    ours = rows[rows["model"] == CHOSEN]
    y, mean = ours["y"].to_numpy(dtype=float), ours["mean"].to_numpy(dtype=float)
    sold = float(np.abs(y).sum())
    if not sold > 0:
        return "Nothing sold over the test, so no error can be put in relation to sales."
    return (
        f"Our error is {percent(float(np.abs(y - mean).sum() / sold))} of sales. If customers came by pure "
        f"chance around our forecast, even a perfect one would miss by {percent(lowest_wape(mean, y))} "
        "(an item that sells one a day: by 74\u00a0%)."
    )


def paired_table(found: Findings) -> pd.DataFrame:
    """Return per model what it cost less than seasonal naive, as a share, with its interval and in words.

    model, better, low, high (shares of the baseline's cost), words: the interval, or why there is none;
    note: what the interval does not tell, '' where it tells all.
    """
    evaluation = found.evaluation
    if evaluation is None or BASELINE not in set(evaluation.replayed["model"]):
        return pd.DataFrame(columns=list(PAIRED))
    rows, whole = [], _costs(evaluation.replayed)
    for model in [m for m in evaluation.leaderboard["model"] if m != BASELINE]:
        between = _interval(found, str(model))
        cost = whole if model != PLAN else _costs(_cycles(evaluation, PLAN))
        base = cost[BASELINE] if model in cost and cost[BASELINE] > 0 else np.nan
        low, high = between.low / base, between.high / base
        better = (base - cost.get(model, np.nan)) / base
        note = between.note if np.isfinite(low) else ""
        rows.append((model, better, low, high, _in_words(low, high, between.note), note))
    return pd.DataFrame(rows, columns=list(PAIRED))


def paired_sentence(table: pd.DataFrame) -> str:
    """Return whether our choice is better than seasonal naive beyond chance, by the `paired_table`."""
    ours = table[table["model"] == CHOSEN]
    if ours.empty:
        return ""
    row = ours.iloc[0]
    said = f"{model_label(CHOSEN)} against repeating last season, in money: {row['words']}."
    return f"{said} {row['note']}".strip()


def _costs(cycles: pd.DataFrame) -> dict[str, float]:
    """Return what each model cost on the cycles that every model of `cycles` has."""
    cost = summarise(cycles, BASELINE).set_index("model")["cost"]
    return {str(model): float(amount) for model, amount in cost.items()}


def _interval(found: Findings, model: str) -> GainInterval:
    settings = found.settings
    if found.evaluation is None:
        raise AssertionError("callers have checked that models are tested")
    try:
        return gain_interval(
            _cycles(found.evaluation, model),
            model,
            BASELINE,
            days_per_period=settings.days_per_period,
            seed=settings.seed,
        )
    except ForecastingError as error:
        return GainInterval(np.nan, np.nan, np.nan, 0.9, 0, str(error))


def _cycles(evaluation: Evaluation, model: str) -> pd.DataFrame:
    """Return the cycles a model is paired on with seasonal naive; a plan on those it covers."""
    replayed = evaluation.replayed
    if model != PLAN:
        return replayed
    return pd.concat([replayed[replayed["model"] == BASELINE], evaluation.planned], ignore_index=True)


def _in_words(low: float, high: float, note: str) -> str:
    if not (np.isfinite(low) and np.isfinite(high)):
        return f"cannot be compared: {note or 'repeating last season cost nothing'}".rstrip(".")
    if low > 0:
        return f"better by {percent(low)} to {percent(high)}"
    if high < 0:
        return f"dearer by {percent(-high)} to {percent(-low)}"
    return f"no difference we can show ({percent(low, signed=True)} to {percent(high, signed=True)})"
