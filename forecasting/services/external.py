"""External series of a project: indices, weather and calendars, kept beside its sales."""

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from forecasting.dates import infer_frequency
from forecasting.errors import DataError
from forecasting.models.calendar import public_holidays, school_holidays
from forecasting.store.projects import Store

NAME = "external"  # of the frame and of the document that describes it
COLUMNS = ["name", "ds", "value"]
LONGEST_NAME = 120  # letters
# A calendar is known ahead: as far as anybody plans.
YEARS_AHEAD = 2


def load(store: Store, project_id: str) -> pd.DataFrame:
    """Return every external series of a project: name, ds, value; no rows where there is none."""
    frames = store.load(project_id).frames
    return store.frame(frames[NAME]) if NAME in frames else _nothing()


def list_series(store: Store, project_id: str) -> pd.DataFrame:
    """Return one row per series: name, frequency, start, end, values, source."""
    facts: dict[str, Any] = store.load(project_id).documents.get(NAME, {})
    rows = [
        {
            "name": name,
            "frequency": infer_frequency(part["ds"]),
            "start": part["ds"].min(),
            "end": part["ds"].max(),
            "values": len(part),
            "source": facts.get(str(name), {}).get("source", ""),
        }
        for name, part in load(store, project_id).groupby("name", sort=True)
    ]
    return pd.DataFrame(rows, columns=["name", "frequency", "start", "end", "values", "source"])


def add(store: Store, project_id: str, series: pd.DataFrame, *, source: str, now: datetime) -> list[str]:
    """Keep series (name, ds, value) with a project and return their names.

    A series of the same name is replaced as a whole, the others stay. `source` says where they came from.
    """
    checked = _checked(series)
    names = sorted(checked["name"].unique())
    before, facts = load(store, project_id), store.load(project_id).documents.get(NAME, {})
    kept = before[~before["name"].isin(names)]
    frame = pd.concat([kept, checked], ignore_index=True) if len(kept) else checked
    described = {name: {"source": source, "added": now.isoformat()} for name in names}
    store.save(
        project_id,
        documents={NAME: {**facts, **described}},
        frames={NAME: frame.sort_values(["name", "ds"], ignore_index=True)},
        now=now,
    )
    return names


def remove(store: Store, project_id: str, name: str, *, now: datetime) -> None:
    """Forget a series; one that is not there is no error."""
    before, facts = load(store, project_id), store.load(project_id).documents.get(NAME, {})
    left = before[before["name"] != name].reset_index(drop=True)
    if left.empty:
        store.remove(project_id, [NAME])
        return
    others = {key: value for key, value in facts.items() if key != name}
    store.save(project_id, documents={NAME: others}, frames={NAME: left}, now=now)


def calendar_series(
    country: str, region: str | None, kind: str, *, start: pd.Timestamp, end: pd.Timestamp
) -> pd.DataFrame:
    """Return a calendar as a daily series of 1 (holiday) and 0, two years beyond `end`.

    `kind` is "public" or "school". Raises `SettingsError` where no such calendar is known.
    """
    last = end + pd.DateOffset(years=YEARS_AHEAD)
    days = pd.date_range(start.normalize(), last.normalize(), freq="D")
    years = tuple(range(days[0].year, days[-1].year + 1))
    if kind == "school":
        known = school_holidays(country, region, years)
        days = days[(days >= known[0]) & (days <= known[-1])]  # outside of what is published all is unknown
    else:
        known = public_holidays(country, years)
    place = " ".join(part for part in (country, region) if part)
    value = np.isin(days.to_numpy().astype("datetime64[D]"), np.array(known, dtype="datetime64[D]"))
    return pd.DataFrame(
        {"name": f"{kind} holidays {place}", "ds": days.as_unit("us"), "value": value.astype(float)}
    )


def _checked(series: pd.DataFrame) -> pd.DataFrame:
    """Return the series in the store's columns and types; `DataError` says what is wrong."""
    missing = [c for c in COLUMNS if c not in series]
    if missing:
        raise DataError(f"An external series needs name, ds and value; {', '.join(missing)} is not there.")
    names = series["name"].astype(str).str.split().str.join(" ").str[:LONGEST_NAME]
    table = pd.DataFrame(
        {
            "name": names,
            "ds": series["ds"].astype("datetime64[us]"),
            "value": series["value"].astype(float),
        }
    )
    if table.empty or (table["name"] == "").any():
        raise DataError("An external series needs a name and at least one value.")
    if not np.isfinite(table["value"]).all() or table["ds"].isna().any():
        raise DataError("An external series needs a date and a finite number in every row.")
    if table.duplicated(["name", "ds"]).any():
        first = table[table.duplicated(["name", "ds"])].iloc[0]
        raise DataError(f"{first['name']!r} has two values on {first['ds']:%Y-%m-%d}; keep one per date.")
    return table


def _nothing() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": pd.Series(dtype=str),
            "ds": pd.Series(dtype="datetime64[us]"),
            "value": pd.Series(dtype=float),
        }
    )
