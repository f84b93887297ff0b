"""A server that stops half way: what stands in the store is never shown under settings it is not of."""

import time
from dataclasses import replace

import pytest

from forecasting.execution.jobs import Cancelled, Job
from forecasting.services import project as saving
from tests.pages.test_pages import go, project_of
from ui import workspace as shop
from ui.server import jobs


@pytest.fixture
def saved(app, dataset, results):
    """The project of the app, in the store as a finished run leaves it."""
    project = project_of(app)
    saving.save_dataset(shop.store(), project.project_id, dataset, project.import_report, shop.now())
    saving.save_results(shop.store(), project.project_id, results, shop.now())
    project.save_settings()
    return project


def restarted(project):
    """The same project after its server stopped in the middle of a run."""
    shop.stop(project.project_id)
    while jobs().alive(project.project_id):
        time.sleep(0.05)
    jobs.clear()
    shop._open_workspaces.clear()
    return shop.get(project.project_id)


def test_a_longer_test_that_a_restart_broke_off_shows_its_old_figures_as_what_they_are(app, saved):
    saved.change(replace(saved.settings, folds=4))
    again = restarted(saved)
    go(app, "value")

    said = "The run was interrupted; these figures are of 3 past dates, 4 were asked for."
    assert [w.value for w in app.warning if "interrupted" in w.value] == [said]
    app.button(key="run_models").click().run()
    while jobs().alive(again.project_id):
        time.sleep(0.05)
    assert len(again.results.scored) == 4
    go(app, "value")
    assert not [w.value for w in app.warning if "interrupted" in w.value]


def test_answers_to_another_question_do_not_outlive_a_restart(saved):
    """Another horizon: the figures of the old one left the store when the models started anew."""
    saved.change(replace(saved.settings, horizon=13, step=13))
    again = restarted(saved)

    assert again.settings.horizon == 13
    assert again.results is None or again.results.forecast["h"].max() == 13


def test_a_run_that_was_stopped_while_it_spoke_changes_nothing_any_more(saved, results):
    before, stopped = saved.results, Job("Forecasting")
    stopped.cancel()
    with pytest.raises(Cancelled):
        saved._take(replace(results, run_id="old"), stopped)

    assert saved.results is before
    assert shop.store().load(saved.project_id).documents["results"]["run_id"] == results.run_id
