"""An items file -> the items frame: joined onto the series of a sales history, whatever its key."""

from pathlib import Path

import pandas as pd

from forecasting.errors import DataError
from forecasting.ingest import words
from forecasting.ingest.currencies import currency_columns, refuse_mixed
from forecasting.ingest.item_values import contract_name, item_values
from forecasting.ingest.notes import Notes, counted, listed
from forecasting.ingest.series import JOINT
from forecasting.ingest.tables import RawTable, read_table
from forecasting.schema import ITEM_COLUMNS, ITEM_MONEY, ITEM_ORIGIN, ITEM_RANGES, validate_items

AMOUNTS = frozenset((*ITEM_MONEY, *ITEM_RANGES)) - {"holding_rate", "holding_rate_low", "holding_rate_high"}


def read_items(source: bytes | Path, *, name: str, series: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Return the items frame of `series` completed by an items file, and what its reader should know.

    `series` is `ImportedSales.items`. The file's key is unique_id, or whichever id parts it has
    (store and item, or item alone: then every store gets the item's values). The file wins over what
    the sales history taught; blank cells of the file leave that standing.
    """
    table, notes = read_table(source, name=name), Notes()
    notes.warnings.extend(table.warnings)
    refuse_mixed(
        table, [c for c in table.frame.columns if (contract_name(c) or "") in AMOUNTS], _currencies_of(series)
    )
    key = _key_columns(table, series)
    values = item_values(table, [c for c in table.frame.columns if c not in key], notes)
    described = _one_row_per_key(_keys(table.frame, list(key)), values, table)
    wanted = _keys(series, list(key.values()))
    _tell_matches(described.index, wanted, name, notes)
    joined = described.reindex(pd.Index(wanted)).set_axis(series.index)
    for question in notes.questions:
        notes.warn(f"{question.question} Assumed: {question.assumed}.")
    return validate_items(_merged(series, joined)), notes.warnings


def _currencies_of(series: pd.DataFrame) -> list[str]:
    """Return what the sales history said about its currency."""
    return [str(v) for c in currency_columns(series) for v in series[c].dropna().unique()]


def _key_columns(table: RawTable, series: pd.DataFrame) -> dict[str, str]:
    """Return file column -> series column of the key; {} when a one-row file meets a single series."""
    headings = [c for c in table.frame.columns if contract_name(c) is None]
    whole = next((c for c in headings if words.plain(c) in ("unique id", "series", "series id")), None)
    if whole:
        return {whole: "unique_id"}
    parts = _id_parts(series)
    found = {h: p for p in parts if (h := _same_column(p, headings, parts))}
    if not found:
        found = _by_attribute(headings, series)
    if not found and not (len(series) == 1 and len(table.frame) == 1):
        needed = " or ".join(["unique_id", " + ".join(parts)] if parts else ["unique_id"])
        raise DataError(
            f"{table.name} has no column that says which series a row describes: {needed} is needed, it has "
            f"{listed(list(table.frame.columns), 12)}."
        )
    return found


def _id_parts(series: pd.DataFrame) -> list[str]:
    """Return the columns whose values, joined, are the unique_id: they stand first, in order."""
    columns = [c for c in series.columns if c != "unique_id" and c not in ITEM_COLUMNS]
    for count in range(1, len(columns) + 1):
        joined = series[columns[:count]].astype(str).agg(JOINT.join, axis=1)
        if (joined == series["unique_id"]).all():
            return columns[:count]
    return []


def _same_column(part: str, headings: list[str], parts: list[str]) -> str | None:
    """Return the heading that names an id part: the same words, else the only one of its kind."""
    same = [h for h in headings if words.plain(h) == words.plain(part)]
    if same:
        return same[0]
    others = {words.plain(p) for p in parts if p != part}
    for kind in (words.PLACE, words.ITEM):
        if words.match(part, kind, words.ID_NOT):
            alike = [
                h for h in headings if words.match(h, kind, words.ID_NOT) and words.plain(h) not in others
            ]
            return max(alike, key=lambda h: words.match(h, kind, words.ID_NOT), default=None)
    return None


def _by_attribute(headings: list[str], series: pd.DataFrame) -> dict[str, str]:
    """Return a key that is no id part but that the sales file gave for each series, such as a code."""
    texts = [c for c in series.columns if c not in ITEM_COLUMNS and c != "unique_id"]
    shared = {h: c for c in texts for h in headings if words.plain(h) == words.plain(c)}
    best = max(shared, key=lambda h: series[shared[h]].nunique(), default=None)
    return {best: shared[best]} if best else {}


def _keys(frame: pd.DataFrame, columns: list[str]) -> pd.Series:
    """Return the key of each row as one text."""
    if not columns:
        return pd.Series("", index=frame.index, dtype=str)
    trimmed = frame[columns].astype(str).apply(lambda c: c.str.strip())
    return trimmed.agg(JOINT.join, axis=1)


def _one_row_per_key(keys: pd.Series, values: pd.DataFrame, table: RawTable) -> pd.DataFrame:
    blank = (table.frame.apply(lambda c: c.str.strip()) == "").all(axis=1)
    described = values.assign(key=keys)[~blank].drop_duplicates()
    twice = described["key"].duplicated(keep=False)
    if twice.any():
        first = described.loc[twice, "key"].iloc[0]
        rows = [int(table.rows[i]) for i in described.index[twice & (described["key"] == first)][:2]]
        raise DataError(
            f"{table.name} describes {first!r} twice (rows {rows[0]} and {rows[1]}); keep one row per series."
        )
    return described.assign(items_row=table.rows[described.index].astype(float)).set_index("key")


def _tell_matches(described: pd.Index, wanted: pd.Series, name: str, notes: Notes) -> None:
    known = wanted.isin(described)
    if not known.any():
        raise DataError(
            f"No row of {name} matches a series: it describes {listed([repr(k) for k in described], 2)}, the "
            f"history has {listed([repr(k) for k in wanted.unique()], 2)}; write the codes alike."
        )
    if not known.all():
        lost = listed(list(wanted[~known].unique()), 3)
        without = counted(int((~known).sum()), "series", "series")
        notes.warn(f"{without} without a row in {name} ({lost}).")
    idle = [str(k) for k in described if k not in set(wanted)]
    if idle:
        notes.warn(f"{counted(len(idle), 'row')} of {name} without sales ({listed(idle, 3)}).")


def _merged(series: pd.DataFrame, joined: pd.DataFrame) -> pd.DataFrame:
    """Return the series with the file's columns; a blank of the file keeps what was known.

    Where an item was read and what was wrong with it is always the newest file's to say.
    """
    items, described = series.copy(), joined["items_row"].notna()
    own = {words.plain(c): c for c in series.columns}
    for column in joined.columns:
        name = own.get(words.plain(column), column)
        known = name in items.columns and name != "unique_id"
        wins = described if name in ITEM_ORIGIN else joined[column].notna()
        items[name] = joined[column].where(wins, items[name]) if known else joined[column]
    return items
