"""The drivers page: what a person writes down is kept, seen by the models, and can be tried as a plan."""

from datetime import date

import pytest

from forecasting.history.events import Event
from tests.pages.test_pages import go, project_of
from ui import workspace as shop

TITLE = "What do we know that the numbers don't?"


def open_tab(app, name):
    app.session_state["driver_tabs"] = name
    return go(app, "drivers")


@pytest.fixture
def quiet(monkeypatch):
    """Models are not fitted: what starts them is written down."""
    started = []
    monkeypatch.setattr(shop.Workspace, "start", lambda self, **_: started.append(self.project_id))
    return started


def test_without_a_history_the_page_says_what_to_do_first(empty):
    go(empty, "drivers")
    assert empty.title[0].value == TITLE
    assert "no sales history yet" in empty.info[0].value


def test_an_event_written_down_is_kept_and_starts_the_models(app, store, quiet):
    go(app, "drivers")
    project = project_of(app)
    fair = Event(
        "Fair", "campaign", date(2025, 5, 1), date(2025, 5, 2), where="Centre", who="Ann", why="annual"
    )
    project.plan_events((fair,))
    assert quiet == [project.project_id]
    assert store.load(project.project_id).documents["events"][0]["name"] == "Fair"
    go(app, "drivers")
    assert not app.error


def test_an_event_that_is_only_proposed_starts_nothing(app, quiet):
    go(app, "drivers")
    project_of(app).plan_events(
        (Event("Fair", "campaign", date(2025, 5, 1), date(2025, 5, 2), status="proposed"),)
    )
    assert quiet == []


def test_a_proposal_is_accepted_with_one_click(app, quiet):
    open_tab(app, "Effects and proposals")
    assert not app.exception
    app.button(key="accepted_0").click().run()
    project = project_of(app)
    assert {e.status for e in project.events} == {"accepted"}
    assert {e.who for e in project.events} == {"found in the data"}
    assert quiet == [project.project_id]


def test_a_plan_nobody_could_measure_is_a_sentence(app):
    open_tab(app, "What if")
    app.slider(key="plan_price").set_value(-0.1).run()
    assert not app.exception
    assert "No effect of price could be measured" in app.error[0].value
