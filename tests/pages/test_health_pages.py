"""Data health and the workbench as a manager uses them."""

import time
from dataclasses import replace

import pandas as pd
import pytest

from forecasting.history.health.repairs import Repair
from forecasting.services.workbench import Comparison
from tests.pages.test_pages import go, project_of
from ui import workspace as shop

RULE = "mask_zero_runs"


@pytest.fixture
def ill(app, dataset):
    """The app with a project in which one series sold nothing for eight days."""
    sales = dataset.sales
    hit = (sales["unique_id"] == "Centre | coffee") & sales["ds"].between("2025-04-01", "2025-04-08")
    project_of(app).dataset = replace(
        dataset, sales=sales.assign(y=sales["y"].mask(hit, 0.0)), sha256="3" * 64
    )
    project = project_of(app)
    shop.project.save_dataset(shop.store(), project.project_id, project.dataset, {}, shop.now())
    return app


def wait_for(key):
    for _ in range(3000):
        if not shop.jobs().alive(key):
            return
        time.sleep(0.1)
    raise AssertionError("the job did not end")


def test_findings_stand_worst_first_with_money_and_no_repair_is_on(ill):
    go(ill, "health")
    assert ill.dataframe[0].value["money"].is_monotonic_decreasing
    found = ill.dataframe[1].value
    assert found["unique_id"].iloc[0] == "Centre | coffee"
    assert found["money"].iloc[0] > 0
    assert [m.label for m in ill.metric] == ["Score", "In doubt", "Lost for want of stock", "Complete"]
    assert ill.metric[3].value == "100\xa0%"
    assert [t.value for t in ill.toggle] == [False] * len(ill.toggle)


def test_a_picture_of_a_repair_is_drawn_when_it_is_opened(ill):
    go(ill, "health")
    assert not ill.get("plotly_chart")
    ill.session_state[f"picture_{RULE}"] = True
    ill.run()
    assert len(ill.get("plotly_chart")) == 1
    assert ill.selectbox(key=f"series_{RULE}").value == "Centre | coffee"


def test_a_repair_switched_on_changes_what_models_see_and_survives_a_reload(ill):
    go(ill, "health")
    before = project_of(ill).dataset
    ill.toggle(key=f"repair_{RULE}").set_value(True).run()
    ill.button(key="apply_repairs").click().run()
    assert not ill.exception
    project = project_of(ill)
    shop.stop(project.project_id)
    wait_for(project.project_id)
    assert project.dataset.sha256 != before.sha256
    assert project.dataset.sales["stockout"].sum() == 8
    assert project.raw.sales.equals(before.sales)
    assert any("zeros" in note for note in project.notes())

    shop._open_workspaces.clear()
    again = shop.get(project.project_id)
    assert again.repairs == (Repair(RULE),)
    pd.testing.assert_frame_equal(again.dataset.sales, project.dataset.sales, check_dtype=False)
    assert again.dataset.sha256 == project.dataset.sha256

    again.use_repairs(())
    shop.stop(project.project_id)
    wait_for(project.project_id)
    assert again.dataset.sales.equals(again.raw.sales)


def test_the_workbench_fills_its_grid_in_the_background_and_keeps_it(ill):
    go(ill, "workbench")
    ill.button(key="run_bench").click().run()
    project = project_of(ill)
    wait_for(project.bench_key)
    go(ill, "workbench")
    assert not ill.warning
    grid = ill.dataframe[0].value
    assert grid["Data"].iloc[0] == "As it came"
    assert "Take suspicious runs of zeros as days without stock" in set(grid["Data"])
    assert any("next hour" in text.value for text in ill.text)

    shop._open_workspaces.clear()
    kept = shop.get(project.project_id).workbench
    pd.testing.assert_frame_equal(kept.gains, project.workbench.gains, check_dtype=False)
    kept_words = [box.value for box in ill.info]
    assert not any("changed since" in words for words in kept_words)
    dearer = replace(project.settings.costs, understock=project.settings.costs.understock + 1)
    project.settings = replace(project.settings, costs=dearer)
    shop.get(project.project_id).settings = project.settings
    go(ill, "workbench")
    assert any("Data, costs or times have changed since; compare again." in box.value for box in ill.info)


def test_a_grid_an_earlier_version_made_says_that_nobody_can_tell_whether_it_still_holds(ill):
    project = project_of(ill)
    gains = pd.DataFrame(
        {"variant": ["As it came"], "model": ["prophet"], "cycles": [3], "cost": [10.0], "gain": [0.0],
         "low": [float("nan")], "high": [float("nan")], "note": [""], "beyond_noise": [False],
         "model_gain": [0.0], "model_beyond_noise": [False]}
    )  # fmt: skip
    project.workbench = Comparison("As it came", pd.DataFrame(), gains, (), 0.0)
    go(ill, "workbench")
    assert any("did not keep of which data" in box.value for box in ill.info)
