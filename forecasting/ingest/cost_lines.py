"""A file of what the solution costs -> cost lines, every one with where its amount comes from."""

from pathlib import Path

import numpy as np
import pandas as pd

from forecasting.errors import DataError
from forecasting.ingest.numbers import decide, parse
from forecasting.ingest.tables import read_table
from forecasting.value.cost_lines import CONFIDENCES, CostLine

COLUMNS = ("label", "one_off", "yearly", "source", "confidence")


def read_cost_lines(source: bytes | Path, *, name: str) -> tuple[CostLine, ...]:
    """Return the cost lines of a CSV or XLSX file; a blank amount is not estimated, which is not 0.

    Raises `DataError` naming the row: what was needed, what came.
    """
    table = read_table(source, name=name)
    frame = table.frame.rename(columns=lambda c: str(c).strip().lower().replace(" ", "_"))
    if "label" not in frame or not {"one_off", "yearly"} & set(frame):
        raise DataError(
            f"{name} needs the columns label and one_off or yearly (source and confidence are welcome); "
            f"it has {', '.join(map(str, table.frame.columns))}."
        )
    texts = frame.reindex(columns=list(COLUMNS), fill_value="").map(lambda text: str(text).strip())
    texts = texts.set_axis(table.rows)
    named = texts[texts["label"] != ""]
    if named.empty:
        raise DataError(f"{name} names no cost line; give each row a label.")
    style = decide([*named["one_off"], *named["yearly"]]).style
    amounts = {column: parse(named[column], style) for column in ("one_off", "yearly")}
    return tuple(
        _line(name, int(row), named.loc[row], {c: values.loc[row] for c, values in amounts.items()})
        for row in named.index
    )


def _line(name: str, row: int, texts: pd.Series, amounts: dict[str, float]) -> CostLine:
    for column, amount in amounts.items():
        if texts[column] and not (np.isfinite(amount) and amount >= 0):
            raise DataError(
                f"{name}, row {row}: {column} of {texts['label']} reads {texts[column]!r}; "
                "give a number of 0 or more, or leave it blank if not known."
            )
    written = texts["confidence"].lower() or "estimate"
    confidence = next((known for known in CONFIDENCES if known == written), None)
    if confidence is None:
        raise DataError(
            f"{name}, row {row}: confidence of {texts['label']} reads {texts['confidence']!r}; "
            "write quote, estimate or guess."
        )
    known = {column: None if np.isnan(amount) else float(amount) for column, amount in amounts.items()}
    return CostLine(texts["label"], known["one_off"], known["yearly"], texts["source"], confidence)
