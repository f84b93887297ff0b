"""What a feature is worth: the same model, origins and days, with it and without it, in backtest money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from forecasting.evaluation.tasks import Mapper
from forecasting.history.events import Event
from forecasting.services.cells import Said, Step
from forecasting.services.dataset import Dataset
from forecasting.services.drivers import with_events
from forecasting.services.workbench import compare
from forecasting.settings import Settings

# The one model that makes use of every kind of driver, for every series at once.
DRIVER_MODEL = ("boosted_trees",)
WITHOUT = "without"
OF_FILE = "the sales file"


@dataclass(frozen=True)
class Worth:
    """What a feature saves in backtest money: the same model, origins and days, with it and without."""

    name: str
    gain: float  # money over the test; positive: cheaper with it
    low: float
    high: float
    beyond_noise: bool
    asked_of: Mapping[str, Any] = field(
        default_factory=dict
    )  # data, costs and times, as `asked_of` says them

    @property
    def words(self) -> str:
        """Return whether it earns its place."""
        if not np.isfinite(self.low):
            return "too few dates to tell"
        if not self.beyond_noise:
            return "not shown to help"
        return "earns its place" if self.gain > 0 else "makes orders dearer"


def worth_of(
    dataset: Dataset,
    candidates: Mapping[str, Sequence[Event]],
    accepted: Sequence[Event],
    settings: Settings,
    *,
    columns: Sequence[str] = (),
    mapper: Mapper = map,
    step: Step | None = None,
) -> tuple[Worth, ...]:
    """Return what each candidate saves: those in use already by leaving them out, others by adding them.

    `candidates` are events by name, `columns` drivers of the file itself. Each comparison is one of
    `workbench.compare`: one truth and the same origins for both of its sides.
    """
    held: Said = {}  # the side in use is asked once for all
    base = with_events(dataset, accepted, settings.horizon)
    pairs = {name: {WITHOUT: _without(base, name), name: base} for name in columns}
    for name, events in candidates.items():
        inside = any(e.name == name and e.status == "accepted" for e in accepted)
        others = [e for e in accepted if e.name != name]
        changed = others if inside else [*others, *(replace(e, status="accepted") for e in events)]
        other = with_events(dataset, changed, settings.horizon)
        pairs[name] = {WITHOUT: other, name: base} if inside else {WITHOUT: base, name: other}
    found = []
    for place, (name, pair) in enumerate(pairs.items()):
        table = compare(pair, settings, models=DRIVER_MODEL, mapper=mapper, said=held).gains
        row = table[table["variant"] == name].iloc[0]
        gain, low, high = (float(row[c]) for c in ("gain", "low", "high"))
        found.append(Worth(name, gain, low, high, bool(row["beyond_noise"])))
        if step:
            step(f"Tested: {name}", (place + 1) / len(pairs))
    return tuple(found)


def _without(dataset: Dataset, column: str) -> Dataset:
    return replace(
        dataset,
        sales=dataset.sales.drop(columns=column),
        future=dataset.future.drop(columns=column, errors="ignore"),
        sha256=f"{dataset.sha256} without {column}",
    )


def with_worth(
    table: pd.DataFrame, worth: Sequence[Worth], candidates: Mapping[str, Sequence[Event]]
) -> pd.DataFrame:
    """Return the effects with who named each feature, and its worth with its range when last tested."""
    known = {w.name: w for w in worth}
    named = {
        name: ", ".join(dict.fromkeys(e.who for e in events if e.who)) for name, events in candidates.items()
    }
    return table.assign(
        who=[named.get(n, OF_FILE) for n in table["name"]],
        worth=[known[n].gain if n in known else np.nan for n in table["name"]],
        worth_low=[known[n].low if n in known else np.nan for n in table["name"]],
        worth_high=[known[n].high if n in known else np.nan for n in table["name"]],
        verdict=[known[n].words if n in known else "not tested yet" for n in table["name"]],
    )
