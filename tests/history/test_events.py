"""Events become columns: accepted ones only, on their days, in their places, and nowhere else."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import SettingsError
from forecasting.history.events import Event, series_of, stretches, with_columns

IDS = ["Centre | tea", "Centre | bread", "Harbour | tea"]


@pytest.fixture
def attributes():
    return pd.DataFrame(
        {"store": ["Centre", "Centre", "Harbour"], "item": ["Tea", "Bread", "Tea"]},
        index=pd.Index(IDS, name="unique_id"),
    )


@pytest.fixture
def frame():
    ds = pd.date_range("2026-03-01", periods=10)
    return pd.MultiIndex.from_product([IDS, ds], names=["unique_id", "ds"]).to_frame(index=False)


def event(**changes):
    usual = {"name": "Fair", "kind": "campaign", "start": date(2026, 3, 3), "end": date(2026, 3, 4)}
    return Event(**{**usual, **changes})


def test_an_event_is_on_between_its_days_and_off_elsewhere(frame, attributes):
    table = with_columns(frame, [event()], attributes)
    on = table[table["fair"] == 1]
    assert set(on["ds"].dt.day) == {3, 4}
    assert len(on) == 2 * 3
    assert set(table["fair"]) == {0.0, 1.0}


@pytest.mark.parametrize(
    ("where", "series"),
    [("", IDS), ("centre", IDS[:2]), ("Tea", [IDS[0], IDS[2]]), ("Harbour, Centre | bread", IDS[1:])],
)
def test_a_place_is_a_series_an_item_or_a_store(attributes, where, series):
    assert sorted(series_of(event(where=where), attributes)) == sorted(series)


def test_a_place_that_nobody_answers_to_is_refused_by_name(attributes):
    with pytest.raises(SettingsError, match="no series, item, store or category is called 'moon'"):
        series_of(event(where="Moon"), attributes)


def test_proposed_and_rejected_events_are_not_seen(frame, attributes):
    table = with_columns(frame, [event(status="proposed"), event(status="rejected")], attributes)
    assert list(table.columns) == ["unique_id", "ds"]


def test_events_of_one_name_share_one_column(frame, attributes):
    table = with_columns(frame, [event(), event(start=date(2026, 3, 8), end=date(2026, 3, 8))], attributes)
    assert sorted(set(table.loc[table["fair"] == 1, "ds"].dt.day)) == [3, 4, 8]


def test_a_closure_closes_and_a_price_plan_sets_the_price(frame, attributes):
    shut, plan = event(kind="closure"), event(kind="price", price=2.5, where="Centre")
    table = with_columns(frame, [shut, plan], attributes)
    assert (table.loc[table["ds"].dt.day == 3, "open"] == 0).all()
    assert (table.loc[table["ds"].dt.day == 5, "open"] == 1).all()
    priced = table[table["price"].notna()]
    assert set(priced["price"]) == {2.5}
    assert set(priced["unique_id"]) == set(IDS[:2])


def test_what_the_file_says_stays_where_no_event_is(frame, attributes):
    known = frame.assign(promo=np.where(frame["ds"].dt.day == 9, 1.0, 0.0))
    table = with_columns(known, [event(name="promo", kind="promotion")], attributes)
    assert sorted(set(table.loc[table["promo"] == 1, "ds"].dt.day)) == [3, 4, 9]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": " "}, "needs a name"),
        ({"end": date(2026, 3, 1)}, "before it starts"),
        ({"kind": "price"}, "needs the price a unit"),
        ({"kind": "party"}, "expected a kind of"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(changes, said):
    with pytest.raises(SettingsError, match=said):
        event(**changes)


def test_a_name_that_means_something_else_gets_a_column_of_its_own():
    assert event(name="Price").column == "price_event"
    assert event(name="Y").column == "y_event"
    assert event(name="!!").column == "event"


def test_neighbouring_days_are_one_stretch():
    days = pd.DatetimeIndex(["2026-01-01", "2026-01-02", "2026-01-05"])
    assert stretches(days) == [(date(2026, 1, 1), date(2026, 1, 2)), (date(2026, 1, 5), date(2026, 1, 5))]
    assert stretches(pd.DatetimeIndex([])) == []
