"""The layering rule, executable: pages, app -> ui -> services, cli -> the parts -> the ground floor."""

import ast
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.conftest import ROOT

PARTS = ("operations", "value", "inventory", "evaluation", "models", "history")
ADAPTERS = ("store", "report", "execution", "ingest")
GROUND = ("errors", "schema", "dates", "paths", "currency")
# Where a library is heavy, or a second import would make a second way of doing one thing.
ONE_FILE = (
    "prophet",
    "lightgbm",
    "sqlalchemy",
    "matplotlib",
    "xlsxwriter",
    "fpdf",
    "python_calamine",
    "holidays",
    "typer",
    "threadpoolctl",
    "scipy.optimize",
    "dask",
    "distributed",
    "urllib3",
    "statsmodels",
    "sklearn",
)


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def imports(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text())))
    names = {alias.name for n in nodes if isinstance(n, ast.Import) for alias in n.names}
    return names | {n.module for n in nodes if isinstance(n, ast.ImportFrom) and n.module}


def packages(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imports(path)}


def parts_used(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imports(path) if name.startswith("forecasting.")}


@pytest.mark.parametrize("path", modules("forecasting"), ids=str)
def test_the_product_knows_nothing_of_its_pages(path):
    assert not packages(path) & {"streamlit", "ui", "pages"}


@pytest.mark.parametrize("part", PARTS)
def test_the_parts_know_nothing_of_adapters_or_services(part):
    for path in modules(f"forecasting/{part}"):
        assert not parts_used(path) & {*ADAPTERS, "services", "cli", "settings"}, path


@pytest.mark.parametrize("module", GROUND)
def test_the_ground_floor_stands_on_itself(module):
    assert parts_used(ROOT / f"forecasting/{module}.py") <= set(GROUND)


@pytest.mark.parametrize("adapter", ["store", "report", "ingest"])
def test_adapters_know_nothing_of_services(adapter):
    for path in modules(f"forecasting/{adapter}"):
        assert not parts_used(path) & {"services", "cli", "settings"}, path


def test_only_pages_ui_and_the_entry_import_streamlit():
    users = [
        p
        for p in [*modules("forecasting"), *modules("benchmarks"), *modules("sample_data")]
        # One benchmark runs pages, as their tests do.
        if "streamlit" in packages(p) and p != ROOT / "benchmarks" / "pages.py"
    ]
    assert users == []


def test_each_heavy_library_is_imported_in_exactly_one_file():
    seen = defaultdict(set)
    for path in modules("forecasting"):
        for name in (packages(path) | imports(path)) & set(ONE_FILE):
            seen[name].add(path.relative_to(ROOT).as_posix())
    assert {name: sorted(files) for name, files in seen.items() if len(files) > 1} == {}


def test_pages_hold_no_arithmetic():
    for path in modules("pages"):
        sums = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.BinOp)]
        assert not sums, f"{path.name} computes on line {sums[0].lineno}; ask a core function"


def test_pages_are_short():
    for path in modules("pages"):
        assert path.read_text().count("\n") <= 60, path


def test_the_parts_have_no_clock_and_no_global_chance():
    for part in (*PARTS, "report"):
        for path in modules(f"forecasting/{part}"):
            text = path.read_text()
            assert "datetime.now" not in text, path
            assert "np.random.rand" not in text, path


def test_no_screen_is_called_like_a_module_of_python():
    """Streamlit puts the entry's folder on the path: workers took `ui/secrets.py` for `secrets`, and died."""
    names = {path.stem for folder in ("ui", "pages") for path in (ROOT / folder).glob("*.py")}
    assert not names & set(sys.stdlib_module_names)
