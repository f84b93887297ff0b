"""Where data come from: databases, web addresses, open data, later files, and what each costs."""

import sqlite3

import pandas as pd
import pytest

from forecasting.services import external
from tests.ingest.files import csv_bytes
from tests.pages.test_bringing_a_file import bring, labelled, told, use
from tests.pages.test_pages import go, project_of
from tests.sources.site import site
from ui import workspace as shop

DAYS = pd.date_range("2024-01-01", periods=60)


def rows(days, units=3):
    return [("date", "item", "units"), *((f"{d:%Y-%m-%d}", i, units) for d in days for i in ("007", "042"))]


@pytest.fixture
def tills(tmp_path, monkeypatch):
    file = tmp_path / "till.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE sales (date text, item text, units int)")
        connection.executemany("INSERT INTO sales VALUES (?, ?, ?)", rows(DAYS)[1:])
    connection.close()
    monkeypatch.setenv("SHELFWISE_DB_TILLS", f"sqlite:///{file}")


def test_without_a_project_every_tab_says_what_it_needs(empty):
    go(empty, "data")
    assert [tab.label for tab in empty.tabs] == [
        "Files", "Databases", "Web addresses", "Open data", "Costs of data",
    ]  # fmt: skip
    said = " ".join(info.value for info in empty.info)
    assert "No database is named yet" in said
    assert said.count("bring") == 2


def test_a_table_of_a_database_becomes_a_project_and_a_line_of_costs(tills, empty):
    go(empty, "data")
    assert labelled(empty.selectbox, "Table or view").options == ["sales"]
    empty.button(key="read_table").click().run()
    assert not empty.exception, empty.exception[0].value
    project = use(empty)
    assert project.dataset.sales["y"].sum() == 360
    (source,) = project.decisions.sources
    assert (source.name, source.kind, source.origin) == ("tills sales", "database", "tills")


def test_a_query_that_writes_is_one_sentence_on_the_page(tills, empty):
    go(empty, "data")
    empty.button_group(key="database_kind").set_value("A query").run()
    empty.text_area(key="database_query").set_value("DELETE FROM sales").run()
    empty.button(key="run_query").click().run()
    assert not empty.exception
    assert "Nothing was run or changed" in empty.error[0].value


def test_an_address_is_read_and_one_inside_the_network_refused(empty, monkeypatch):
    go(empty, "data")
    with site() as server:
        address = f"http://127.0.0.1:{server.server_port}/sales.csv"
        empty.text_input(key="address").set_value(address)
        empty.button(key="address_read").click().run()
        assert "own network" in empty.error[0].value.replace("\\", "")
        monkeypatch.setenv("SHELFWISE_ALLOW_LOOPBACK", "1")
        empty.text_input(key="address").set_value(address)
        empty.button(key="address_read").click().run()
    assert not empty.exception, empty.exception[0].value
    assert labelled(empty.selectbox, "Date").value == "date"


def test_a_later_file_adds_to_the_project_as_the_manager_chooses(empty):
    bring(empty, csv_bytes(rows(DAYS)))
    project = use(empty)
    later = pd.date_range(DAYS[-1], periods=8)
    bring(empty, csv_bytes(rows(later, units=5)), "march.csv")
    labelled(empty.button_group, "This is").set_value("More of this project").run()
    assert not empty.exception, empty.exception[0].value
    assert "14 new rows (2 series, 1 Mar 2024 to 7 Mar 2024), 0 the same, 2 changed" in told(empty)
    empty.radio(key="append_keep").set_value("new").run()
    empty.button(key="append").click().run()
    shop.stop(project.project_id)
    assert not empty.exception, empty.exception[0].value
    sales = project_of(empty).dataset.sales
    assert (len(sales), sales["y"].sum()) == (134, 118 * 3 + 16 * 5)
    assert [s.name for s in project.decisions.sources] == ["sales.csv", "march.csv"]
    assert project.import_report["end"] == "2024-03-07"
    assert project.import_report["rows"]["read"] == 136
    assert project.import_report["warnings"][-1].endswith("The file's units were taken.")


def test_an_item_that_a_later_file_leaves_out_sold_nothing_where_the_project_says_so(empty):
    """Alone the later file, dense as it is, would read its missing rows as unknown."""
    lines = [
        (f"{d:%Y-%m-%d}", i, 2)
        for n, d in enumerate(DAYS)
        for i, every in (("A", 1), ("B", 7), ("C", 9))
        if n % every == 0
    ]
    bring(empty, csv_bytes([("date", "item", "units"), *lines]))
    project = use(empty)
    assert project.import_report["gaps"] == "zero"
    later = [f"{d:%Y-%m-%d}" for d in pd.date_range(DAYS[-1] + pd.Timedelta(days=1), periods=30)]
    dense = [(d, i, 2) for n, d in enumerate(later) for i in "AB" if i == "A" or n != 5]
    bring(empty, csv_bytes([("date", "item", "units"), *dense]), "march.csv")
    labelled(empty.button_group, "This is").set_value("More of this project").run()
    assert any("read as zero sales" in t.value for t in empty.text)
    empty.button(key="append").click().run()
    shop.stop(project.project_id)
    assert not empty.exception, empty.exception[0].value
    march = project_of(empty).dataset.sales.query("ds > @DAYS[-1]").groupby("unique_id")["y"]
    assert march.agg(["size", "sum"]).T.to_dict("list") == {"A": [30, 60], "B": [30, 58], "C": [30, 0]}


def test_holidays_and_an_index_are_kept_with_the_project(app):
    go(app, "data")
    app.selectbox(key="calendar").set_value("school").run()
    app.button(key="calendar_keep").click().run()
    assert not app.exception, app.exception[0].value
    index = b"month,confidence\n2025-01-01,-3.5\n2025-02-01,1\n"
    app.file_uploader(key="index_file").upload("cci.csv", index, "text/csv").run()
    app.button(key="index_keep").click().run()
    assert not app.exception, app.exception[0].value
    project = project_of(app)
    kept = external.list_series(shop.store(), project.project_id)
    assert kept["name"].tolist() == ["confidence", "school holidays AT 1"]
    assert [s.name for s in project.decisions.sources] == ["school holidays AT 1", "confidence"]
    app.selectbox(key="external_name").set_value("confidence").run()
    app.button(key="external_remove").click().run()
    assert len(external.list_series(shop.store(), project.project_id)) == 1
