"""History and market: the filter they share, the way from a row to an item, notes that stay."""

import json
import time
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from forecasting.history.events import Event
from forecasting.services import external
from tests.pages.test_pages import go, project_of
from ui import workspace as shop
from ui.scope import SERIES
from ui.server import jobs

TITLES = {"history": "What happened?", "market": "Is it us or the market?"}


def scope_line(app):
    return app.caption[0].value.replace("\\", "")


@pytest.mark.parametrize("name", TITLES)
def test_without_a_history_the_page_says_what_to_do_first(empty, name):
    go(empty, name)
    assert empty.title[0].value == TITLES[name]
    assert "no sales history yet" in empty.info[0].value


@pytest.mark.parametrize("name", TITLES)
def test_the_page_answers_with_four_numbers_and_says_how_far_the_data_reach(app, name):
    go(app, name)
    assert app.title[0].value == TITLES[name]
    assert not app.error
    assert len(app.metric) == 4
    assert "3 series" in scope_line(app)
    assert "data current through 29 Jun 2025" in scope_line(app)


def test_a_filter_set_on_one_page_is_kept_on_the_other_and_shown_in_the_scope_line(app):
    go(app, "history")
    app.multiselect(key="scope_store").set_value(["Centre"]).run()
    assert "2 of 3 series (store Centre)" in scope_line(app)
    go(app, "market")
    assert "2 of 3 series (store Centre)" in scope_line(app)
    go(app, "orders")
    go(app, "history")
    assert "2 of 3 series (store Centre)" in scope_line(app)


def test_a_pasted_list_of_codes_is_the_filter_and_unknown_codes_are_told(app):
    go(app, "history")
    app.text_area(key="scope_codes").set_value("tea;\nnothing like it").run()
    assert "2 of 3 series (list of 2)" in scope_line(app)
    assert "nothing like it" in app.warning[0].value
    app.text_area(key="scope_codes").set_value("nope").run()
    assert "No series fits" in app.info[0].value


def test_every_tab_of_the_history_opens(app):
    go(app, "history")
    for name in ("Seasons", "Items", "Promotions and prices", "Oddities", "Who moved"):
        app.session_state["history_tabs"] = name
        app.run()
        assert not app.exception, (name, app.exception[0].value)
        assert not app.error


def test_the_items_tab_knows_the_forecast_errors(app):
    go(app, "history")
    app.session_state["history_tabs"] = "Items"
    app.run()
    table = next(d.value for d in app.dataframe if "abc" in d.value)
    assert set(table["xyz"]) <= {"X", "Y", "Z"}
    assert table["value"].is_monotonic_decreasing


def test_the_series_looked_at_leads_to_its_forecast(app):
    go(app, "history")
    app.selectbox(key=SERIES).set_value("Harbour | tea").run()
    app.button(key="drill_back").click().run()
    assert app.selectbox(key=SERIES).value == "All series"
    app.selectbox(key=SERIES).set_value("Harbour | tea").run()
    app.button(key="forecast_of_drill").click().run()
    assert not app.exception
    assert "What will we sell" in app.title[0].value
    assert app.selectbox(key="series").value == "Harbour | tea"
    go(app, "history")
    assert app.selectbox(key=SERIES).value == "Harbour | tea"


def test_the_series_looked_at_leads_to_its_order_and_the_filter_is_kept(app):
    go(app, "history")
    app.multiselect(key="scope_store").set_value(["Centre"]).run()
    app.selectbox(key=SERIES).set_value("Centre | coffee").run()
    app.button(key="item_of_drill").click().run()
    assert "Show me this one" in app.title[0].value
    assert app.selectbox(key="item").value == "Centre | coffee"
    app.button(key="history_of_item").click().run()
    assert app.selectbox(key=SERIES).value == "Centre | coffee"
    assert "2 of 3 series (store Centre)" in scope_line(app)


def test_a_series_without_a_forecast_is_not_swapped_for_another_in_silence(app):
    app.session_state["item"] = "Centre | gone"
    go(app, "item")
    assert any("Centre | gone has no forecast" in box.value.replace("\\", "") for box in app.info)


def row_clicked(app, table, row):
    """As the browser says that a row of a table was clicked."""
    app.session_state[table] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    app.run()
    assert not app.exception, app.exception[0].value


def open_tab(app, name):
    go(app, "market")
    app.session_state["market_tabs"] = name
    return app.run()


def closer(app):
    return next(group for group in app.pills if group.label == "Look closer at")


def test_a_line_of_the_market_leads_to_its_group_and_then_to_a_series(app):
    open_tab(app, "Over time")
    app.selectbox(key="market_by").set_value("store").run()
    pills = closer(app)
    assert set(pills.options) == {"Centre", "Harbour"}
    pills.set_value("Centre").run()
    app.button(key="only_line").click().run()
    assert "2 of 3 series (store Centre)" in scope_line(app)
    assert app.selectbox(key="market_by").value == "series"
    closer(app).set_value("Centre | coffee").run()
    app.button(key="history_of_line").click().run()
    assert app.title[0].value == TITLES["history"]
    assert app.selectbox(key=SERIES).value == "Centre | coffee"
    assert "2 of 3 series (store Centre)" in scope_line(app)


def test_events_of_the_drivers_page_are_marked_on_the_sales(app):
    project_of(app).events = (Event("Fair", "campaign", date(2025, 5, 1), date(2025, 5, 2), who="Ann"),)
    go(app, "history")
    figure = json.loads(app.get("plotly_chart")[0].proto.spec)
    flags = next(trace for trace in figure["data"] if trace.get("name") == "Event")
    assert flags["customdata"] == ["Fair (campaign)<br>1 May 2025 to 2 May 2025<br>Ann"]


def test_what_an_oddity_was_is_saved_with_the_project(app, store):
    project = project_of(app)
    project.note_anomalies({"Centre | tea @ 2025-02-03": "street festival"})
    saved = store.load(project.project_id).documents["anomaly_notes"]
    assert saved == {"Centre | tea @ 2025-02-03": "street festival"}


def test_notes_meet_the_next_visitor(app, dataset, settings):
    project = shop.create("Kept")
    project.open_dataset(dataset, {}, settings)
    shop.stop(project.project_id)  # the models belong to other tests
    project.note_anomalies({"Centre | tea @ 2025-02-03": "street festival"})
    shop._open_workspaces.clear()  # as after a restart
    assert shop.get(project.project_id).anomaly_notes == {"Centre | tea @ 2025-02-03": "street festival"}


def test_an_index_from_outside_can_be_what_growth_is_held_against(app, store):
    project = project_of(app)
    go(app, "market")
    assert app.selectbox(key="market_is").options == ["all items of the file"]
    months = pd.date_range("2023-01-01", "2025-06-01", freq="MS")
    size = pd.DataFrame({"name": "Market size", "ds": months, "value": np.linspace(100, 130, len(months))})
    external.add(store, project.project_id, size, source="test", now=shop.now())
    go(app, "market")
    app.selectbox(key="market_is").set_value("index: Market size").run()
    assert not app.exception, app.exception[0].value
    assert not app.error
    assert app.metric[0].label == "Growth beyond the index"
    assert any("Market size, an index from outside" in c.value.replace("\\", "") for c in app.caption)
    for name in ("By group", "Over time"):
        app.session_state["market_tabs"] = name
        app.run()
        assert not app.exception, app.exception[0].value


def test_without_an_index_the_tab_says_where_to_bring_one(app):
    go(app, "market")
    app.session_state["market_tabs"] = "An index from outside"
    app.run()
    assert any("No external series" in box.value for box in app.info)


def test_an_index_is_judged_in_words_and_never_given_its_future(app, store):
    project = project_of(app)
    ds = pd.date_range("2024-06-01", "2025-06-29", freq="D")
    dice = pd.DataFrame({"name": "dice", "ds": ds, "value": np.random.default_rng(3).normal(size=len(ds))})
    external.add(store, project.project_id, dice, source="test", now=shop.now())
    go(app, "market")
    app.session_state["market_tabs"] = "An index from outside"
    app.run()
    assert not app.exception, app.exception[0].value
    said = " ".join(t.value for t in app.text)
    assert "dice neither leads nor follows sales beyond chance" in said
    assert "known 14 days before" in said
    assert app.button(key="test_index")


def test_the_money_test_of_an_index_goes_on_after_the_page_is_left_and_is_kept(app, store, dataset):
    project = shop.create("Index")
    project.open_dataset(dataset, {}, project_of(app).settings)
    shop.stop(project.project_id)  # the models belong to other tests
    ds = pd.date_range("2024-06-01", "2025-06-29", freq="D")
    dice = pd.DataFrame({"name": "dice", "ds": ds, "value": np.random.default_rng(3).normal(size=len(ds))})
    external.add(store, project.project_id, dice, source="test", now=shop.now())
    app.session_state["project"] = project.project_id
    open_tab(app, "An index from outside")
    app.button(key="test_index").click().run()
    assert not app.exception, app.exception[0].value
    go(app, "data")
    until = time.monotonic() + 240
    while jobs().alive(project.index_job) and time.monotonic() < until:
        time.sleep(0.2)
    assert jobs().get(project.index_job).error == ""
    open_tab(app, "An index from outside")
    said = [t.value for t in app.text if t.value.startswith("Adding dice to the forecast")]
    assert len(said) == 1
    assert said[0].endswith(("help.", "hurt."))
    assert not [b for b in app.button if b.key == "test_index"]
    app.multiselect(key="scope_store").set_value(["Harbour"]).run()
    assert not any("have changed since" in box.value for box in app.info)  # it was tested for all series
    shop._open_workspaces.clear()  # as after a restart
    again = shop.get(project.project_id)
    assert repr(again.worth_of_index("dice")) == repr(project.worth_of_index("dice"))
    again.settings = replace(again.settings, seed=again.settings.seed + 1)
    open_tab(app, "An index from outside")
    assert any("have changed since" in box.value for box in app.info)
    assert app.button(key="test_index")


def test_growth_of_all_items_is_not_put_down_to_a_market(app):
    go(app, "market")
    shown = " ".join(c.value for c in app.caption).replace("\\", "")
    assert "all items of the file: what your file holds, not what all sellers sell" in shown
    assert not any("by moving as" in t.value for t in app.text)


def test_a_click_on_a_row_of_groups_is_not_taken_for_a_click_on_a_row_of_series(app):
    open_tab(app, "By group")
    app.selectbox(key="market_by").set_value("store").run()
    row_clicked(app, groups_key(app), 0)
    app.button(key="only_row").click().run()
    assert app.selectbox(key="market_by").value == "series"
    assert not [b for b in app.button if b.key.endswith("_of_row")]  # no series was clicked yet
    row_clicked(app, groups_key(app), 1)
    name = app.session_state["scope_kept"]["scope_store"][0]
    app.button(key="forecast_of_row").click().run()
    assert "What will we sell" in app.title[0].value
    assert app.selectbox(key="series").value.startswith(f"{name} | ")


def groups_key(app):
    """The key of the table of groups as it is drawn now."""
    table = next(d for d in app.dataframe if "group" in d.value)
    return table.key
