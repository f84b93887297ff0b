"""A benchmark that no longer finds what it measures says nothing, and nobody notices."""

import importlib
import importlib.util

import pytest

from tests.conftest import ROOT

NAMES = sorted(path.stem for path in (ROOT / "benchmarks").glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("name", NAMES)
def test_every_benchmark_finds_what_it_measures(name):
    try:
        module = importlib.import_module(f"benchmarks.{name}")
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] in ("forecasting", "benchmarks", "tests", "ui"):
            raise
        pytest.skip(f"needs {error.name}, which is installed for that benchmark alone")
    assert module.__doc__
