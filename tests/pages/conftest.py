from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from forecasting.inventory.policy import OrderPolicy
from forecasting.services.compute import compute
from forecasting.services.dataset import Dataset
from forecasting.settings import usual_settings
from forecasting.store.projects import open_store
from tests.conftest import ROOT
from ui import workspace as shop

PATIENCE = 240  # seconds for one run of a page: a busy machine is no defect of the page


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/pages" in item.nodeid:
            item.add_marker(pytest.mark.ui)


@pytest.fixture(scope="session")
def dataset():
    rng = np.random.default_rng(3)
    ds = pd.date_range("2025-01-01", periods=180, freq="D")
    week = np.tile([4, 5, 6, 7, 9, 12, 8], 26)[: len(ds)]
    names = {"Centre | tea": 1, "Centre | coffee": 2, "Harbour | tea": 3}
    frames = [
        pd.DataFrame({"unique_id": name, "ds": ds, "y": rng.poisson(week * size).astype(float)})
        for name, size in names.items()
    ]
    sales = pd.concat(frames, ignore_index=True).sort_values(["unique_id", "ds"], ignore_index=True)
    items = pd.DataFrame(
        {
            "unique_id": sorted(names),
            "item": ["coffee", "tea", "tea"],
            "store": ["Centre", "Centre", "Harbour"],
            "price": [4.0, 3.0, 3.0],
            "unit_cost": [2.0, 1.5, 1.5],
            "on_hand": [10.0, 20.0, 500.0],
            "pack": [6.0, 6.0, 6.0],
        }
    )
    return Dataset("test.csv", sales, items, pd.DataFrame(), "D", "0" * 64)


@pytest.fixture(scope="session")
def settings():
    few = ("seasonal_naive", "moving_average", "exponential_smoothing")
    return replace(usual_settings("D", models=few, horizon=14, step=14, folds=3), policy=OrderPolicy(2, 7))


@pytest.fixture(scope="session")
def results(dataset, settings):
    *_, last = compute(dataset, settings)
    return last


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'pages.db'}")
    shop.store.clear()
    shop._open_workspaces.clear()
    return open_store(f"sqlite:///{tmp_path / 'pages.db'}")


@pytest.fixture
def empty(store):
    """The app as a first visitor finds it."""
    return AppTest.from_file(ROOT / "ui" / "main.py", default_timeout=PATIENCE).run()


@pytest.fixture
def app(store, dataset, settings, results):
    """The app with a project whose models have run."""
    project = shop.create("Test")
    project.dataset, project.settings, project.results = dataset, settings, results
    project.import_report = {
        "rows": {"read": 540, "kept": 540, "dropped": []},
        "series": 3,
        "start": "2025-01-01",
        "end": "2025-06-29",
        "frequency": "D",
        "total_units": 1.0,
        "columns": {"unique_id": ["store", "item"], "ds": "date", "y": "units"},
        "questions": [],
        "warnings": [],
    }
    page = AppTest.from_file(ROOT / "ui" / "main.py", default_timeout=PATIENCE)
    page.session_state["project"] = project.project_id
    return page.run()
