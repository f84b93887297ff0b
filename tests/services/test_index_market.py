"""An index from outside as the market: what of our growth is its own, and what is share won or lost."""

import numpy as np
import pandas as pd
import pytest

from forecasting.history.growth import window_of
from forecasting.report.tables import percent
from forecasting.services.index_market import Outside, markets_of, outside_of
from forecasting.services.market_view import WHOLE, market_view
from forecasting.services.market_words import market_tiles, split_in_words, split_steps, what_total_is
from forecasting.services.past import work_out_past
from forecasting.services.scope import scope_of_choice

MONTHS = pd.date_range("2023-12-01", "2026-06-01", freq="MS")


@pytest.fixture(scope="module")
def past(sample):
    return work_out_past(sample)


def market(past, index, **groups):
    scope = scope_of_choice(past.attributes, {name: [value] for name, value in groups.items()})
    outside = outside_of("Grocery sales", index, past.panel.ds)
    return market_view(past, scope, market=WHOLE, by="category", length=364, outside=outside)


def flat(level=100.0):
    return pd.Series(level, index=MONTHS)


def grown(factor):
    """An index that steps to `factor` at the start of the last 364 days."""
    days = pd.date_range("2024-01-01", "2026-06-28", freq="D")
    return pd.Series(np.where(days > days[-1] - pd.Timedelta(days=364), factor, 1.0) * 50, index=days)


def test_a_period_of_the_sales_has_the_value_of_the_index_period_it_lies_in_and_none_after_the_last():
    index = pd.Series([1.0, 2.0], index=pd.to_datetime(["2024-01-01", "2024-02-01"]))
    ds = pd.to_datetime(["2023-12-31", "2024-01-01", "2024-01-31", "2024-02-01", "2024-02-29", "2024-03-20"])
    assert outside_of("x", index, ds).values.tolist()[1:5] == [1, 1, 2, 2]
    assert np.isnan(outside_of("x", index, ds).values[[0, 5]]).all()


def test_beside_a_market_that_stood_still_all_change_of_units_is_share(past):
    view = market(past, flat())
    assert view.split.market == pytest.approx(0)
    assert view.index_growth == pytest.approx(0)
    whole = market_view(past, scope_of_choice(past.attributes, {}), market=WHOLE, by="", length=364).split
    assert view.split.share == pytest.approx(whole.market)  # within the file it was the total's own growth
    assert view.split.price == pytest.approx(whole.price)


@pytest.mark.parametrize("factor", [0.8, 1.25])
def test_what_the_market_grew_is_not_counted_as_ours(past, factor):
    still, moved = market(past, flat(), store="Centre"), market(past, grown(factor), store="Centre")
    weight = (moved.split.now - moved.split.then) / np.log(moved.split.now / moved.split.then)
    assert moved.index_growth == pytest.approx(factor - 1)
    assert moved.split.market == pytest.approx(weight * np.log(factor))
    assert moved.split.market + moved.split.share == pytest.approx(still.split.share)
    row = moved.groups.set_index("group").loc["Bakery"]
    assert row[["market", "share", "price"]].sum() == pytest.approx(row["change"])
    assert np.sign(row["market"]) == np.sign(factor - 1)


def test_the_page_speaks_of_the_index_and_of_no_share_of_it(past):
    view = market(past, grown(1.25))
    first = market_tiles(view, "EUR")[0]
    assert first.label == "Growth beyond the index"
    assert first.value.endswith("points")
    assert first.baseline == f"Grocery sales: {percent(0.25, signed=True)}"
    assert first.good is False
    assert np.isnan(view.share_now)
    assert "by moving as Grocery sales" in split_in_words(view.split, view.market, "EUR")
    assert "Growth of the index" in split_steps(view.split, outside=True)
    assert "index from outside" in what_total_is(view)
    assert "no rest to win share from" not in view.note


def test_sales_held_against_an_index_begin_at_one_and_fall_where_the_index_steps_up(past):
    view = market(past, grown(1.25))
    still = market(past, flat())
    known = view.share[np.isfinite(view.share)]
    assert known[0] == pytest.approx(1)
    assert view.share[-1] == pytest.approx(still.share[-1] / 1.25)
    assert next(iter(view.lines)) == "Grocery sales"
    assert view.lines["Grocery sales"][-1] == pytest.approx(125)


@pytest.mark.parametrize("index", [flat()[:20], flat(-1.0), flat()[10:].rename("late")])
def test_an_index_that_does_not_cover_both_years_or_is_not_above_zero_splits_nothing(past, index):
    view = market(past, index[index.index >= "2025-09-01"] if index.name else index)
    assert view.split is None
    assert "does not cover" in view.note
    assert market_tiles(view, "EUR")[0].value == "n/a"


def test_calendars_and_constants_are_no_markets():
    frame = pd.DataFrame(
        {"name": ["holiday", "holiday", "flat", "flat", "sales", "sales"],
         "ds": pd.to_datetime(["2024-01-01", "2024-01-02"] * 3), "value": [0, 1, 5, 5, 90, 95.0]}
    )  # fmt: skip
    assert markets_of(frame) == ["sales"]


def test_growth_of_an_index_is_its_mean_over_its_mean_a_year_ago(past):
    window = window_of(past.panel, 91)
    values = np.full(len(past.panel.ds), 2.0)
    values[window.now] = 3.0
    assert Outside("x", values).growth(window) == pytest.approx(1.5)
