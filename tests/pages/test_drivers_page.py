"""The drivers page: what a person writes down is kept, seen by the models, and can be tried as a plan."""

from dataclasses import replace
from datetime import date

import pytest

from forecasting.history.events import Event
from forecasting.services.asked_of import asked_of
from forecasting.services.driver_worth import Worth
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


# What streamlit itself does when a row is added to an empty table with dates.
TYPING = pytest.mark.filterwarnings("ignore:Setting an item of incompatible dtype")


def type_an_event(app):
    """As the browser says that a line was typed into the calendar."""
    key = f"events_{project_of(app).project_id}_0"
    line = {"name": "Fair", "kind": "campaign", "start": "2025-05-01", "status": "accepted", "who": "Ann"}
    app.session_state[key] = {"edited_rows": {}, "added_rows": [line], "deleted_rows": []}
    return app.run()


@TYPING
def test_what_was_typed_into_the_calendar_is_there_after_a_look_at_another_tab_or_page(app, quiet):
    go(app, "drivers")
    type_an_event(app)
    open_tab(app, "What if")
    go(app, "history")
    open_tab(app, "Calendar")
    app.button(key="save_events").click().run()
    assert not app.error
    (event,) = project_of(app).events
    assert (event.name, event.start, event.end, event.who) == ("Fair", *[date(2025, 5, 1)] * 2, "Ann")
    assert quiet == [project_of(app).project_id]


@TYPING
def test_a_decision_about_a_proposal_keeps_what_is_typed_and_takes_its_note_alone(app, quiet):
    project_of(app).settings = replace(project_of(app).settings, country="DE")  # holidays are proposed too
    go(app, "drivers")
    type_an_event(app)
    open_tab(app, "Effects and proposals")
    app.text_input(key="proposal_who").set_value("Ann").run()
    app.text_input(key="proposal_why").set_value("wages").run()
    app.button(key="rejected_0").click().run()
    assert app.text_input(key="proposal_why").value == ""
    assert app.text_input(key="proposal_who").value == "Ann"
    payday = len(project_of(app).events)
    assert {e.name for e in project_of(app).events} == {"Payday"}
    open_tab(app, "Calendar")
    app.button(key="save_events").click().run()
    assert not app.error
    events = project_of(app).events
    assert sorted({e.name for e in events}) == ["Fair", "Payday"]
    assert len(events) == payday + 1


@TYPING
def test_what_was_typed_for_one_project_is_not_shown_in_another(app, quiet, dataset, settings):
    go(app, "drivers")
    type_an_event(app)
    other = shop.create("Other")
    other.dataset, other.settings = dataset, settings
    app.session_state["project"] = other.project_id
    go(app, "drivers")
    app.button(key="save_events").click().run()
    assert other.events == ()


def test_an_event_that_is_only_proposed_starts_nothing(app, quiet):
    go(app, "drivers")
    project_of(app).plan_events(
        (Event("Fair", "campaign", date(2025, 5, 1), date(2025, 5, 2), status="proposed"),)
    )
    assert quiet == []


def test_a_proposal_is_accepted_with_one_click(app, quiet):
    open_tab(app, "Effects and proposals")
    assert not app.exception
    app.text_input(key="proposal_who").set_value("Ann").run()
    app.text_input(key="proposal_why").set_value("wages come on the 28th").run()
    app.button(key="accepted_0").click().run()
    project = project_of(app)
    assert {e.status for e in project.events} == {"accepted"}
    assert {e.who for e in project.events} == {"Ann"}
    assert all(e.why.endswith("; wages come on the 28th") for e in project.events)
    assert quiet == [project.project_id]


def test_what_features_were_worth_under_other_costs_is_said_to_be_older(app, dataset):
    project = project_of(app)
    worth = Worth("Payday", 12.0, 2.0, 20.0, True, asked_of(dataset, project.settings))
    project.worth = (worth,)
    open_tab(app, "Effects and proposals")
    assert not any("changed since" in box.value for box in app.info)
    project.settings = replace(project.settings, seed=project.settings.seed + 1)
    go(app, "drivers")
    assert any("costs or times have changed since" in box.value for box in app.info)


def test_columns_of_the_effects_without_any_figure_are_left_out_until_there_is_one(app, dataset):
    project = project_of(app)
    open_tab(app, "Effects and proposals")
    shown = set(app.dataframe[0].value)
    assert {"name", "who", "verdict"} <= shown
    assert not {"worth", "worth_low", "worth_high"} & shown
    project.worth = (Worth("Payday", 12.0, 2.0, 20.0, True, asked_of(dataset, project.settings)),)
    go(app, "drivers")
    table = app.dataframe[0].value.set_index("name")
    assert table.loc["Payday", ["worth", "worth_low", "worth_high"]].tolist() == [12.0, 2.0, 20.0]


def test_a_plan_nobody_could_measure_is_a_sentence(app):
    open_tab(app, "What if")
    app.slider(key="plan_price").set_value(-0.1).run()
    assert not app.exception
    assert "No effect of price could be measured" in app.error[0].value
