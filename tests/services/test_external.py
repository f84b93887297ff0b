"""External series live beside the sales of a project."""

from datetime import datetime

import pandas as pd
import pytest

from forecasting.errors import DataError, SettingsError
from forecasting.services import external
from forecasting.store.projects import open_store

NOW = datetime(2026, 6, 28, 18, 30)


@pytest.fixture
def store(tmp_path):
    opened = open_store(f"sqlite:///{tmp_path / 'external.db'}")
    yield opened
    opened.close()


def monthly(name, *values):
    ds = pd.date_range("2025-01-01", periods=len(values), freq="MS")
    return pd.DataFrame({"name": name, "ds": ds, "value": values})


def test_a_series_comes_back_as_it_was_with_its_source(store):
    project = store.create("Shop", now=NOW)
    assert external.load(store, project).empty
    assert external.add(store, project, monthly("CCI", -3, 1, 2), source="cci.csv", now=NOW) == ["CCI"]
    assert external.load(store, project)["value"].tolist() == [-3, 1, 2]
    assert list(external.load(store, project)) == ["name", "ds", "value"]
    (row,) = external.list_series(store, project).to_dict("records")
    assert (row["name"], row["frequency"], row["values"], row["source"]) == ("CCI", "MS", 3, "cci.csv")


def test_the_same_name_replaces_and_other_names_stay(store):
    project = store.create("Shop", now=NOW)
    external.add(store, project, monthly("CCI", 1, 2), source="a", now=NOW)
    external.add(store, project, monthly("Rain", 5, 6), source="b", now=NOW)
    external.add(store, project, monthly("CCI", 7), source="c", now=NOW)
    listed = external.list_series(store, project).set_index("name")
    assert listed["values"].to_dict() == {"CCI": 1, "Rain": 2}
    assert listed["source"].to_dict() == {"CCI": "c", "Rain": "b"}
    external.remove(store, project, "CCI", now=NOW)
    assert external.list_series(store, project)["name"].tolist() == ["Rain"]
    external.remove(store, project, "Rain", now=NOW)
    assert external.load(store, project).empty
    assert external.list_series(store, project).empty


def test_a_series_that_breaks_the_contract_is_refused_and_nothing_is_kept(store):
    project = store.create("Shop", now=NOW)
    twice = pd.concat([monthly("CCI", 1, 2), monthly("CCI", 3)])
    for broken, why in (
        (twice, "two values on 2025-01-01"),
        (monthly("CCI", 1, float("nan")), "finite number"),
        (monthly(" ", 1, 2), "needs a name"),
        (monthly("CCI", 1).drop(columns="value"), "value is not there"),
    ):
        with pytest.raises(DataError, match=why):
            external.add(store, project, broken, source="x", now=NOW)
    assert external.load(store, project).empty


def test_bavarian_summer_breaks_are_those_the_ministry_published():
    """1 August to 15 September 2025, published by the Bavarian ministry of education."""
    series = external.calendar_series(
        "DE", "BY", "school", start=pd.Timestamp("2025-07-01"), end=pd.Timestamp("2025-10-01")
    ).set_index("ds")["value"]
    assert series["2025-08-01":"2025-09-15"].eq(1).all()
    assert series["2025-07-01":"2025-07-31"].eq(0).all()
    assert series["2025-09-16":"2025-10-31"].eq(0).all()
    assert series.index.max() > pd.Timestamp("2027-06-01")  # known ahead


def test_public_holidays_reach_two_years_beyond_the_history():
    series = external.calendar_series(
        "FR", None, "public", start=pd.Timestamp("2025-01-01"), end=pd.Timestamp("2025-12-31")
    ).set_index("ds")["value"]
    assert series["2025-07-14"] == series["2027-07-14"] == 1
    assert series["2025-07-15"] == 0
    assert series.index.max() == pd.Timestamp("2027-12-31")


def test_a_country_without_known_breaks_says_so():
    with pytest.raises(SettingsError, match="No school breaks are known for GB"):
        external.calendar_series(
            "GB", None, "school", start=pd.Timestamp("2025-01-01"), end=pd.Timestamp("2025-02-01")
        )
    with pytest.raises(SettingsError, match="choose one of BB"):
        external.calendar_series(
            "DE", None, "school", start=pd.Timestamp("2025-01-01"), end=pd.Timestamp("2025-02-01")
        )


def test_a_calendar_ends_where_nothing_is_published():
    series = external.calendar_series(
        "AT", "9", "school", start=pd.Timestamp("2019-01-01"), end=pd.Timestamp("2022-01-01")
    )
    assert series["ds"].min() > pd.Timestamp("2020-01-01")
    assert series["value"].iloc[[0, -1]].tolist() == [1, 1]
