"""Which series each line belongs to: the values of the id columns, joined as text."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.ingest.notes import Notes, counted

JOINT = " | "
BLANK = "(blank)"  # sales without an item code stay visible instead of vanishing
ONE_SERIES = "all"


@dataclass(frozen=True)
class SeriesIds:
    """The series of some lines."""

    codes: np.ndarray  # (n_lines,) place of each line's series in `names`
    names: np.ndarray  # (n_series,) str, sorted
    parts: pd.DataFrame  # (n_series, id columns) under their file names


def series_ids(frame: pd.DataFrame, columns: tuple[str, ...], notes: Notes) -> SeriesIds:
    """Return the series of the lines; values of several columns are joined with ' | '."""
    if not columns:
        parts = pd.DataFrame(index=pd.RangeIndex(1))
        return SeriesIds(np.zeros(len(frame), dtype=np.int64), np.array([ONE_SERIES], dtype=object), parts)
    codes = np.zeros(len(frame), dtype=np.int64)
    for column in columns:
        own, values = _factorized(frame[column], notes)
        codes, _ = pd.factorize(codes * len(values) + own)
    first = np.unique(codes, return_index=True)[1]
    parts = frame[list(columns)].iloc[first].apply(lambda c: _trimmed(c).replace("", BLANK))
    joined = np.array([JOINT.join(row) for row in parts.itertuples(index=False)], dtype=object)
    names, place = np.unique(joined, return_inverse=True)
    firsts = np.unique(place, return_index=True)[1]
    return SeriesIds(place[codes], names, parts.iloc[firsts].reset_index(drop=True))


def _factorized(texts: pd.Series, notes: Notes) -> tuple[np.ndarray, pd.Index]:
    raw_codes, raw = pd.factorize(texts)
    codes, values = pd.factorize(_trimmed(pd.Series(raw, dtype=str)))
    own = codes[raw_codes]
    blank = int((values[own] == "").sum()) if "" in values else 0
    if blank:
        notes.warn(
            f"{counted(blank, 'row')} without {texts.name!r} kept under {BLANK!r}, so that no sale vanishes."
        )
    folded = pd.Series(values).str.casefold()
    if folded.duplicated().any():
        pair = list(values[(folded == folded[folded.duplicated()].iloc[0]).to_numpy()][:2])
        notes.warn(
            f"{texts.name!r} has values that differ only in capitals, such as {pair[0]!r} and {pair[1]!r}; "
            "they are different series."
        )
    return own, values


def _trimmed(texts: pd.Series) -> pd.Series:
    return texts.str.replace("\u00a0", " ", regex=False).str.strip()
