"""What the sales file itself says about each series: parts, fixed attributes, last price, cost, stock."""

import numpy as np
import pandas as pd

from forecasting.ingest import words
from forecasting.ingest.lines import Lines
from forecasting.ingest.options import Roles
from forecasting.ingest.tables import RawTable
from forecasting.schema import ITEM_COLUMNS

KNOWN = ("price", "unit_cost", "on_hand")


def learned_items(table: RawTable, roles: Roles, lines: Lines) -> pd.DataFrame:
    """Return one row per series: unique_id, id parts, constant columns, last known price, cost, stock."""
    codes = np.sort(lines.sales["code"].unique())
    items = pd.DataFrame({"unique_id": pd.Series(lines.series.names[codes], dtype=str)})
    parts = lines.series.parts.iloc[codes].reset_index(drop=True)
    attributes = _constant(table.frame, lines.sales["code"], _candidates(table, roles))
    in_order = lines.sales.sort_values("ds", kind="stable")
    last = in_order.groupby("code")[[f"_{c}" for c in KNOWN if f"_{c}" in in_order]].last()
    last.columns = [c.removeprefix("_") for c in last.columns]
    taken = {"unique_id", *last.columns}
    described = pd.concat([parts, attributes.reset_index(drop=True)], axis=1)
    described = described[[c for c in described.columns if c not in taken]]
    return pd.concat([items, described, last.reset_index(drop=True)], axis=1)


def _candidates(table: RawTable, roles: Roles) -> list[str]:
    """Return the columns without a part that may describe an item; those about people stay out."""
    used = {*roles.columns(), "unique_id", "ds", "y"}
    return [
        c
        for c in table.frame.columns
        if c not in used and c not in ITEM_COLUMNS and not set(words.plain(c).split()) & set(words.PERSON)
    ]


def _constant(frame: pd.DataFrame, codes: pd.Series, columns: list[str]) -> pd.DataFrame:
    """Return code x column for the columns that never change within a series; blanks are ignored."""
    found: dict[str, pd.Series] = {}
    for column in columns:
        texts = frame.loc[codes.index, column].str.strip()
        filled = texts != ""
        pairs = pd.DataFrame({"code": codes[filled], "text": texts[filled]}).drop_duplicates()
        if len(pairs) and not pairs["code"].duplicated().any():
            found[column] = pairs.set_index("code")["text"]
    return pd.DataFrame(found, index=np.sort(codes.unique()))
