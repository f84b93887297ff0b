"""How cost grows with the number of series: rows of the speed table and the arithmetic on them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.watched import CommandFailed, Watched

Measure = Callable[[int], Watched]


@dataclass(frozen=True)
class Row:
    """One tool at one size; `measured_series` is smaller than `series` where the seconds are scaled."""

    tool: str
    series: int
    seconds: float
    peak_mb: float
    measured_series: int

    @property
    def scaled(self) -> bool:
        """Return whether the figure was not measured at this size."""
        return self.measured_series < self.series


def grown(tool: str, sizes: Sequence[int], measure: Measure, limit: float) -> list[Row]:
    """Return a row for every size, ascending; scaled in proportion where measuring would pass `limit`."""
    rows: list[Row] = []
    for size in sorted(sizes):
        last = next((r for r in reversed(rows) if not r.scaled), None)
        expected = last.seconds * size / last.series if last else 0.0
        if last is not None and expected > limit:
            rows.append(Row(tool, size, expected, float("nan"), last.series))
            continue
        try:
            took = measure(size)
        except CommandFailed as failure:
            print(failure)
            rows.append(Row(tool, size, float("nan"), float("nan"), size))
            continue
        rows.append(Row(tool, size, took.seconds, took.peak_mb, size))
    return rows


def slopes(rows: Sequence[Row]) -> dict[str, float]:
    """Return by tool the least-squares slope of log(seconds) on log(series) over what was measured.

    1 is cost in proportion to the number of series; a tool measured at one size has none.
    """
    found = {}
    for tool in dict.fromkeys(r.tool for r in rows):
        points = [(r.series, r.seconds) for r in rows if r.tool == tool and not r.scaled and r.seconds > 0]
        if len(points) > 1:
            x, y = np.log(np.array(points)).T
            found[tool] = float(np.polyfit(x, y, 1)[0])
    return found


def ratios(rows: Sequence[Row]) -> list[str]:
    """Return how many times faster our Prophet is than the stock one, for every size both have."""
    pairs = (("prophet", "prophet_default"), ("prophet (rossmann)", "prophet_multiplicative (rossmann)"))
    by = {(r.tool, r.series): r for r in rows}
    lines = []
    for ours, stock in pairs:
        for (tool, series), row in by.items():
            other = by.get((stock, series))
            if tool == ours and other is not None and row.seconds > 0:
                scaled = ", stock scaled" if other.scaled else ""
                times = other.seconds / row.seconds
                lines.append(f"{series:,} series: {ours} is {times:.1f} times as fast as {stock}{scaled}")
    return lines


def print_rows(rows: Sequence[Row]) -> None:
    """Print rows as a table, scaled figures marked."""
    for r in rows:
        mark = f"scaled from {r.measured_series:,} series" if r.scaled else ""
        print(f"{r.tool:<38}{r.series:>8,}{r.seconds:>10.1f} s{r.peak_mb:>9.0f} MB  {mark}", flush=True)
