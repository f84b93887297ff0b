"""New periods for a project: what a later file adds, repeats, contradicts or lacks, and the two joined."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from forecasting.errors import DataError
from forecasting.ingest.notes import counted, listed
from forecasting.report.tables import day
from forecasting.schema import KEY, PLAN, PRICE_PAID, validate_sales
from forecasting.services.append_gaps import with_silent_periods
from forecasting.services.dataset import Dataset

Keep = Literal["old", "new"]
# Sums of the same sales in another order may differ in the last digit.
EXACT = 1e-9


@dataclass(frozen=True)
class Comparison:
    """The rows of a later file beside a project's; every frame has unique_id and ds."""

    before: Dataset
    later: Dataset
    added: pd.DataFrame  # rows the project lacks
    same: int
    changed: pd.DataFrame  # unique_id, ds, before, after: units that differ
    missing: pd.DataFrame  # rows of the project within the file's dates that the file lacks; y

    @property
    def adds(self) -> bool:
        """Return whether the file says anything the project does not know."""
        return bool(len(self.added) or len(self.changed))

    @property
    def sentence(self) -> str:
        """Return what the file adds and where it differs, in one sentence."""
        new = counted(len(self.added), "new row")
        if len(self.added):
            series = counted(self.added["unique_id"].nunique(), "series", "series")
            new += f" ({series}, {day(self.added['ds'].min())} to {day(self.added['ds'].max())})"
        parts = [new, f"{self.same:,} the same", f"{len(self.changed):,} changed"]
        gone = counted(len(self.missing), "row") + " of the project not in the file"
        return f"{', '.join([*parts, gone])}." + self._hole()

    def _hole(self) -> str:
        end, start = self.before.sales["ds"].max(), self.later.sales["ds"].min()
        between = pd.date_range(end, start, freq=self.before.frequency, inclusive="neither")
        if not len(between):
            return ""
        return f" Nothing is known from {day(between[0])} to {day(between[-1])}, between the two."


def compare(before: Dataset, later: Dataset, *, gaps: str = "unknown") -> Comparison:
    """Return a later file beside a project, or raise `DataError` when the two cannot be one history.

    `gaps` is what a period without a row means in the project: "zero" sales, or "unknown".
    """
    _require_alike(before, later)
    later = with_silent_periods(before, later, gaps)
    rows = later.sales.merge(
        before.sales[[*KEY, "y"]], on=KEY, how="left", suffixes=("", "_before"), indicator=True
    )
    known = (rows["_merge"] == "both").to_numpy()
    differs = known & ~np.isclose(rows["y"], rows["y_before"], rtol=EXACT, atol=EXACT)
    changed = rows.loc[differs, [*KEY, "y_before", "y"]].set_axis([*KEY, "before", "after"], axis=1)
    return Comparison(
        before,
        later,
        added=later.sales[~known].reset_index(drop=True),
        same=int((known & ~differs).sum()),
        changed=changed.reset_index(drop=True),
        missing=_missing(before.sales, later.sales),
    )


def joined(comparison: Comparison, keep: Keep) -> Dataset:
    """Return the project with the file's new rows; where units differ, the old or the new ones are kept.

    Rows that the file lacks stay: a file that leaves them out does not say that they were wrong.
    """
    before, later = comparison.before, comparison.later
    fresh = comparison.added
    if keep == "new":
        corrected = later.sales.merge(comparison.changed[KEY], on=KEY)
        fresh = pd.concat([fresh, corrected], ignore_index=True)
    columns = list(before.sales.columns)
    stay = before.sales.merge(fresh[KEY], on=KEY, how="left", indicator=True)["_merge"] == "left_only"
    fresh = fresh.reindex(columns=columns)
    if "stockout" in columns:
        fresh["stockout"] = fresh["stockout"].fillna(False).astype(bool)
    parts = [part for part in (before.sales[stay.to_numpy()], fresh) if len(part)]
    sales = pd.concat(parts, ignore_index=True).sort_values(KEY, ignore_index=True)
    digest = hashlib.sha256(f"{before.sha256} {later.sha256} {keep}".encode()).hexdigest()
    return replace(
        before,
        sales=validate_sales(sales),
        items=_items(before.items, later.items),
        future=_future(before, later, sales["ds"].max()),
        sha256=digest,
    )


def appended_report(
    report: Mapping[str, Any], later: Mapping[str, Any], dataset: Dataset, *, said: str
) -> dict[str, Any]:
    """Return a project's import report after a file was added: what both held, and what `said` it added.

    Rows kept are the files' own; that some of them say the same is told in the sentence.
    """
    sales = dataset.sales
    rows: dict[str, Any] = {}
    for count in ("read", "kept"):
        rows[count] = int(report["rows"][count]) + int(later["rows"][count])
    rows["dropped"] = [*report["rows"]["dropped"], *later["rows"]["dropped"]]
    return {
        **report,
        "rows": rows,
        "series": int(sales["unique_id"].nunique()),
        "start": f"{sales['ds'].min():%Y-%m-%d}",
        "end": f"{sales['ds'].max():%Y-%m-%d}",
        "total_units": round(float(sales["y"].sum()), 6),
        "frequency": dataset.frequency,
        "warnings": [*report.get("warnings", []), said],
        "odd_lines": [*report.get("odd_lines", []), *later.get("odd_lines", [])],
    }


def _require_alike(before: Dataset, later: Dataset) -> None:
    if before.frequency != later.frequency:
        raise DataError(
            f"The project holds periods of {before.frequency}, the file {later.frequency}; read the file "
            "with the same period, or start a project of its own."
        )
    shared = set(before.sales["unique_id"]) & set(later.sales["unique_id"])
    if not shared:
        theirs = listed([repr(name) for name in later.sales["unique_id"].unique()], 2)
        raise DataError(
            f"No series of the file ({theirs}) is in the project; check which columns name the series, or "
            "start a project of its own."
        )
    spared = ("stockout", PLAN, PRICE_PAID)
    lacking = [c for c in before.sales.columns if c not in later.sales and c not in spared]
    if lacking:
        raise DataError(
            f"The file lacks {listed(lacking)}, which the project's history has; add the column, or start a "
            "project of its own."
        )


def _missing(before: pd.DataFrame, later: pd.DataFrame) -> pd.DataFrame:
    inside = before[before["ds"].between(later["ds"].min(), later["ds"].max())]
    rows = inside[[*KEY, "y"]].merge(later[KEY], on=KEY, how="left", indicator=True)
    return rows.loc[rows["_merge"] == "left_only", [*KEY, "y"]].reset_index(drop=True)


def _items(before: pd.DataFrame, later: pd.DataFrame) -> pd.DataFrame:
    """Return the project's items, new series joined, and the stock as the later file counts it."""
    new = later[~later["unique_id"].isin(before["unique_id"])]
    items = pd.concat([before, new], ignore_index=True) if len(new) else before.copy()
    if "on_hand" in later:
        counted_now = later.set_index("unique_id")["on_hand"].dropna()
        fresher = items["unique_id"].map(counted_now)
        items["on_hand"] = fresher.fillna(items["on_hand"]) if "on_hand" in items else fresher
    return items


def _future(before: Dataset, later: Dataset, last: pd.Timestamp) -> pd.DataFrame:
    """Return what is known ahead of the joined history; where both know, the later file."""
    parts = [part[part["ds"] > last] for part in (later.future, before.future) if len(part)]
    if not parts:
        return later.future if len(later.future.columns) else before.future
    columns = [c for c in before.sales.columns if c not in ("y", "stockout")]
    known = pd.concat(parts, ignore_index=True).drop_duplicates(KEY)
    return known.reindex(columns=columns).sort_values(KEY, ignore_index=True)
