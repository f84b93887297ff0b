"""What the workbench says: the grid in money, cells beyond noise marked, and the next hour of work."""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from forecasting.history.health.repairs import RULES
from forecasting.ingest.notes import counted
from forecasting.models.registry import MODEL_NAMES
from forecasting.report.columns import model_label
from forecasting.report.tables import money, percent
from forecasting.services.workbench import QUICK_MODELS, Comparison

BETTER, WORSE = "▲", "▼"


def grid_table(found: Comparison, currency: str) -> pd.DataFrame:
    """Return variants x models: the cost of a cell, and how much dearer or cheaper it is.

    The row of the base data holds the data and changes the model: cells stand against its first. Other
    rows hold the model and change the data: cells stand against the base data. ▲ saves money and ▼ loses
    it beyond what chance explains; a cell without a mark may be noise.
    """
    gains = found.gains
    cells = [_cell(row, found.base, currency) for row in gains.to_dict("records")]
    table = gains.assign(cell=cells, model=gains["model"].map(model_label))
    order = list(dict.fromkeys(gains["variant"]))
    wide = table.pivot(index="variant", columns="model", values="cell").reindex(order)
    wide = wide[list(dict.fromkeys(table["model"]))]
    return wide.rename_axis(columns=None).reset_index().rename(columns={"variant": "Data"})


def models_to_compare(choice: pd.DataFrame | None) -> tuple[str, ...]:
    """Return the model that most series are forecast by, then the quick ones; each once.

    `choice` has unique_id and model, None before there is a forecast. An ensemble is joined from what
    models said elsewhere and cannot be asked here: its place goes to the quick ones alone.
    """
    used = [] if choice is None or choice.empty else [str(choice["model"].mode().iloc[0])]
    return tuple(dict.fromkeys([*(m for m in used if m in MODEL_NAMES), *QUICK_MODELS]))


def unlike_accuracy(found: Comparison, dates: int) -> list[str]:
    """Return why amounts are not those of the accuracy page, which tests `dates` dates; none without it."""
    if not dates:
        return []
    return [
        f"Amounts are not those of the accuracy page: that one sums {counted(dates, 'past date')} and moves "
        f"what a model says by what it missed before, this one sums {_tested(found)} and takes every model "
        "by its word. Compare cells with one another."
    ]


def _tested(found: Comparison) -> str:
    return counted(len(found.origins), "past date")


def bench_sentences(found: Comparison, currency: str) -> list[str]:
    """Return the next hour of work that pays most, what recording is worth, and how it was tested."""
    gains = found.gains
    best = _best_model(found)
    of_best = gains[(gains["model"] == best) & (gains["variant"] != found.base)]
    lines = [_next_hour(of_best, best, currency), *_dearest(of_best, currency), _model_line(found, currency)]
    cycles = int(gains["cycles"].iloc[0])
    unknown = "" if np.isnan(found.unknown) else f"; {percent(found.unknown)} of days count for nobody"
    return [line for line in lines if line] + [
        f"Tested on {_tested(found)} and {cycles:,} order cycles, the same for every cell"
        f"{unknown}: a day counts only where every variant agrees on what was sold.",
        f"The first row keeps the data and changes the model, against {_first_model(found)}; the others keep "
        "the model and change the data, against the first row.",
        "▲ saves and ▼ loses money beyond chance: its 90 % range, widened for the number of comparisons, "
        "does not hold zero. Every other difference may be chance.",
    ]


def best_first(found: Comparison) -> list[str]:
    """Return the models as the grid names them, the one the sentences speak of first."""
    order = list(dict.fromkeys(found.gains["model"]))
    best = _best_model(found)
    return [model_label(m) for m in (best, *(m for m in order if m != best))]


def _best_model(found: Comparison) -> str:
    """Return the model that costs least on the data as they came."""
    base = found.gains[found.gains["variant"] == found.base]
    return str(base["model"].iloc[int(base["cost"].to_numpy().argmin())])


def _named(model: object) -> str:
    """Return a model's name inside a sentence; Prophet is a name wherever it stands."""
    label = model_label(str(model))
    return label if label == "Prophet" else label[:1].lower() + label[1:]


def _first_model(found: Comparison) -> str:
    return _named(found.gains["model"].iloc[0])


def _next_hour(of_best: pd.DataFrame, model: str, currency: str) -> str:
    work = of_best[of_best["variant"].isin(RULES.values())]
    name = _named(model)
    if work.empty:
        return f"No repair would change these data; the next hour is better spent elsewhere ({name})."
    top = _row(work, int(work["gain"].to_numpy().argmax()))
    amount = f"{money(float(top['gain']), currency)} ({_range(top, currency)})"
    what = f"“{top['variant']}”"
    if top["beyond_noise"] and top["gain"] > 0:
        return f"The next hour of work that pays most: {what} saves {amount} on the tested dates with {name}."
    return (
        f"No repair saves money beyond chance with {name}; the best of them, {what}, gives {amount}. "
        "The next hour is better spent elsewhere."
    )


def _dearest(of_best: pd.DataFrame, currency: str) -> list[str]:
    """Return what would cost most to lose, if anything would."""
    if of_best.empty:
        return []
    worst = _row(of_best, int(of_best["gain"].to_numpy().argmin()))
    if worst["gain"] >= 0:
        return []
    sure = "beyond chance" if worst["beyond_noise"] else "though that may be chance"
    return [
        f"What costs most: “{worst['variant']}” is {money(-float(worst['gain']), currency)} dearer "
        f"({_range(worst, currency)}), {sure}."
    ]


def _model_line(found: Comparison, currency: str) -> str:
    base = found.gains[found.gains["variant"] == found.base]
    if len(base) < 2:
        return ""
    top = _row(base, int(base["model_gain"].to_numpy().argmax()))
    first = _first_model(found)
    if not (top["model_beyond_noise"] and top["model_gain"] > 0):
        return f"With the data as they came no model beats {first} beyond chance."
    amount = money(float(top["model_gain"]), currency)
    return f"With the data as they came {_named(top['model'])} saves {amount} against {first}."


def _row(frame: pd.DataFrame, place: int) -> dict[str, Any]:
    return {str(name): value for name, value in frame.iloc[place].items()}


def _cell(row: Mapping[Hashable, Any], base: str, currency: str) -> str:
    of_model = "model_" if row["variant"] == base else ""
    cost, gain = money(float(row["cost"]), currency), float(row[f"{of_model}gain"])
    if gain == 0:
        return cost if of_model else f"{cost} (same)"
    mark = (BETTER if gain > 0 else WORSE) if row[f"{of_model}beyond_noise"] else ""
    return f"{cost} ({'+' if gain < 0 else ''}{money(-gain, currency)}) {mark}".strip()


def _range(row: Mapping[str, Any], currency: str) -> str:
    if np.isnan(row["low"]):
        return "no range: one series and few dates"
    return f"{money(float(row['low']), currency)} to {money(float(row['high']), currency)}"
