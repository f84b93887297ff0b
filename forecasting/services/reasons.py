"""What went wrong with single series: rows of model, unique_id, cutoff and a sentence."""

from collections.abc import Sequence

import pandas as pd

from forecasting.evaluation.ensemble import ENSEMBLE
from forecasting.evaluation.tasks import TaskResult
from forecasting.report.columns import model_label

COLUMNS = ["model", "unique_id", "cutoff", "reason"]


def no_reasons() -> pd.DataFrame:
    """Return the frame of a run in which nothing went wrong."""
    return pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS})


def failures_of(done: Sequence[TaskResult]) -> pd.DataFrame:
    """Return one row per series that a model has no forecast for."""
    return _frame([(r.model, i, r.cutoff, why) for r in done for i, why in sorted(r.failures.items())])


def notes_of(done: Sequence[TaskResult]) -> pd.DataFrame:
    """Return one row per series for which something simpler stands in for the model's own forecast."""
    return _frame([(r.model, i, r.cutoff, why) for r in done for i, why in sorted(r.notes.items())])


def stacked(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return frames one under the other; empty ones decide no dtype."""
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else frames[0]


def problems(failures: pd.DataFrame, notes: pd.DataFrame) -> pd.DataFrame:
    """Return both as one table: model, unique_id, cutoff, problem (`no forecast`, `stand-in`), reason."""
    table = stacked([failures.assign(problem="no forecast"), notes.assign(problem="stand-in")])
    ordered = table[["model", "unique_id", "cutoff", "problem", "reason"]]
    return ordered.sort_values(["problem", "model", "unique_id", "cutoff"], ignore_index=True)


def stand_ins(notes: pd.DataFrame, choice: pd.DataFrame, now: pd.Timestamp) -> dict[str, str]:
    """Return unique_id -> what stands in for the forecast of a choice's model made on the date `now`.

    An ensemble is told by the first of its members that had a stand-in.
    """
    today = notes[notes["cutoff"] == now] if len(notes) else notes
    if today.empty:
        return {}
    mixed = choice.loc[choice["model"] == ENSEMBLE, "unique_id"]
    own = today.merge(choice[["unique_id", "model"]], on=["unique_id", "model"])
    told = pd.concat([own, today[today["unique_id"].isin(mixed)]]).drop_duplicates("unique_id")
    return dict(zip(told["unique_id"], told["reason"], strict=True))


def in_short(failures: pd.DataFrame, notes: pd.DataFrame) -> str:
    """Return how many series are concerned and under which models; nothing when none is."""
    parts = []
    for frame, words in ((failures, "had no forecast"), (notes, "got a simpler stand-in")):
        if len(frame):
            series, models = (
                frame["unique_id"].nunique(),
                ", ".join(map(model_label, sorted(frame["model"].unique()))),
            )
            parts.append(f"{series:,} series {words} from {models} ({len(frame):,} times)")
    return "; ".join(parts)


def _frame(rows: list[tuple[object, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS) if rows else no_reasons()
