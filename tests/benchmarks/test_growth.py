"""Rows of the speed table: what is measured, what is scaled, and the slope."""

import math
import sys

import pytest

from benchmarks import exchange, speed
from benchmarks.growth import Row, grown, ratios, slopes
from benchmarks.watched import CommandFailed, Watched, watch
from forecasting.models.registry import MODEL_NAMES
from tests.conftest import ROOT


def row(tool, series, seconds, measured=None):
    return Row(tool, series, seconds, 1.0, measured or series)


def test_the_slope_is_the_power_of_growth():
    rows = [row("straight", n, n / 50) for n in (100, 1000, 10_000)]
    rows += [row("square", n, n * n / 1e4) for n in (100, 1000)]
    assert slopes(rows) == pytest.approx({"straight": 1.0, "square": 2.0})


def test_a_scaled_figure_says_nothing_about_growth():
    assert slopes([row("a", 100, 7.0), row("a", 1000, 70.0, measured=100)]) == {}


def test_a_size_that_would_take_too_long_is_scaled_from_the_largest_measured():
    asked = []

    def measure(size):
        asked.append(size)
        return Watched(size / 10, 50.0, "")

    rows = grown("slow", (10_000, 100, 1000), measure, limit=100)
    assert asked == [100, 1000]
    assert rows[2] == Row("slow", 10_000, pytest.approx(1000.0), pytest.approx(math.nan, nan_ok=True), 1000)
    assert [r.scaled for r in rows] == [False, False, True]


def test_a_tool_that_fails_has_a_row_without_a_figure():
    def measure(size):
        raise CommandFailed("out of memory")

    (failed,) = grown("weak", (100,), measure, limit=1)
    assert math.isnan(failed.seconds)


def test_ratios_compare_our_prophet_with_the_stock_one_at_the_same_size():
    rows = [row("prophet", 100, 0.5), row("prophet_default", 100, 30.0), row("prophet_default", 1000, 300.0)]
    assert ratios(rows) == ["100 series: prophet is 60.0 times as fast as prophet_default"]


@pytest.mark.skipif(not (ROOT / "/proc").exists(), reason="memory of other processes is read from /proc")
def test_peak_memory_counts_children_too():
    child = "x = bytearray(60_000_000); import time; time.sleep(0.6)"
    both = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}]); print('done')"
    took = watch([sys.executable, "-c", both], {})
    assert took.output == "done\n"
    assert took.peak_mb > 57


def test_a_failing_command_is_told_by_its_last_line():
    with pytest.raises(CommandFailed, match="no such tool"):
        watch([sys.executable, "-c", "raise SystemExit('first\\nno such tool')"], {})


def test_no_peer_of_the_speed_table_bears_the_name_of_a_model_of_ours():
    assert not set(speed.PEERS) & set(MODEL_NAMES)
    assert {speed.ASKED_AS.get(tool, tool) for tool in speed.PEERS} - {speed.POOL} <= set(exchange.PEERS)
