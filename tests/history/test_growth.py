import numpy as np
import pandas as pd
import pytest

from forecasting.history.growth import growth, holes, lengths, movers, window_of
from tests.history.conftest import frame, panel_from


def test_growth_is_against_the_same_weeks_a_year_ago_and_the_time_just_before():
    y = np.concatenate([np.full(28, 10.0), np.full(364 - 28, 5.0), np.full(28, 12.0)])
    panel = panel_from(frame(y))
    amount = growth(panel.y, panel.y, window_of(panel, 28))
    assert (amount.now, amount.year_ago, amount.before) == (336.0, 280.0, 140.0)
    assert amount.on_year == pytest.approx(0.2)
    assert amount.on_before == pytest.approx(1.4)


def test_a_year_ago_before_the_first_sale_is_not_known_and_not_zero():
    panel = panel_from(frame(np.full(100, 5.0)))
    amount = growth(panel.y, panel.y, window_of(panel, 91))
    assert np.isnan(amount.on_year)
    assert np.isnan(amount.on_before)
    assert lengths(panel) == (28, 91)


def test_weeks_nobody_recorded_do_not_pass_for_a_fall():
    whole = frame(np.full(364 + 28, 5.0))
    gap = panel_from(whole.drop(index=range(380, 390)))
    said = holes(gap.y, gap.y, window_of(gap, 28))
    assert growth(gap.y, gap.y, window_of(gap, 28)).on_year == pytest.approx(0)
    assert (said.series, said.periods, said.as_nothing) == (1, 10, pytest.approx(18 / 28 - 1))
    new = panel_from(whole.tail(28 + 10))  # before the first sale nothing is missing
    assert holes(new.y, new.y, window_of(new, 28)).periods == 0


def test_weeks_nobody_recorded_are_no_fall_from_the_time_just_before_either():
    """Two months of 5 a day, ten days of the later one unknown; a year ago is not there to compare with."""
    gap = panel_from(frame(np.full(56, 5.0)).drop(index=range(40, 50)))
    window = window_of(gap, 28)
    assert growth(gap.y, gap.y, window).on_before == pytest.approx(0)
    assert (holes(gap.y, gap.y, window).periods, movers(gap, window)["units_change"][0]) == (10, 0.0)


def test_days_that_are_missing_in_both_years_change_nothing():
    sales = frame(np.full(364 + 28, 5.0))
    sundays = panel_from(sales[sales.index % 7 != 6])
    assert holes(sundays.y, sundays.y, window_of(sundays, 28)).periods == 0


def test_revenue_takes_the_price_of_the_sale_and_where_there_is_none_that_of_the_item():
    sales = frame([2.0, 2.0, 2.0], price=[3.0, np.nan, 5.0])
    panel = panel_from(sales, price=[4.0])
    assert panel.revenue.tolist() == [[6.0, 8.0, 10.0]]


def test_revenue_without_any_price_is_not_known_and_says_how_little_is_covered():
    panel = panel_from(frame([2.0] * 30))
    amount = growth(panel.revenue, panel.y, window_of(panel, 28))
    assert np.isnan(amount.now)
    assert amount.covered == 0


def test_an_unknown_period_is_not_a_period_without_sales():
    sales = frame([2.0, 3.0, 4.0]).drop(index=1)
    panel = panel_from(sales)
    assert np.isnan(panel.y[0, 1])


def test_movers_are_ranked_by_money_and_add_up_to_the_change_of_the_whole(shop):
    window = window_of(shop, 91)
    table = movers(shop, window)
    whole = growth(shop.revenue, shop.y, window)
    assert table["change"].sum() == pytest.approx(whole.now - whole.year_ago)
    assert table["change"].abs().is_monotonic_decreasing


def test_a_mover_is_held_against_the_days_that_both_years_record():
    """10 a day, then 12; ten days of the later year are unknown: 18 days won 2 each, nothing was lost."""
    y = np.concatenate([np.full(364, 10.0), np.full(28, 12.0)])
    gap = panel_from(frame(y, price=1.0).drop(index=range(370, 380)))
    (mover,) = movers(gap, window_of(gap, 28)).to_dict("records")
    assert (mover["units_now"], mover["units_change"], mover["change"]) == (216.0, 36.0, 36.0)
    assert mover["growth"] == pytest.approx(0.2)
    assert "10 unknown" in mover["note"]


def test_a_discontinued_item_has_lost_everything(shop):
    table = movers(shop, window_of(shop, 91)).set_index("unique_id")
    gone = table.loc["Centre | Pumpkin soup 500 g"]
    assert gone["now"] == 0
    assert gone["change"] == -gone["then"] < 0


def test_a_new_item_and_one_no_longer_sold_say_so_where_a_growth_would_stand(shop):
    table = movers(shop, window_of(shop, 91)).set_index("unique_id")
    new = table.loc["Centre | Mango lassi 250 ml"]
    assert new["note"] == "new"
    assert np.isnan(new["growth"])
    assert table.loc["Centre | Pumpkin soup 500 g", "note"] == "no longer sold"
    assert pd.isna(table.loc["Centre | Rye bread", "note"])


def test_monthly_data_are_compared_with_twelve_months_ago():
    panel = panel_from(frame(np.arange(1.0, 25.0), frequency="MS"), "MS")
    amount = growth(panel.y, panel.y, window_of(panel, 12))
    assert amount.on_year == pytest.approx(sum(range(13, 25)) / sum(range(1, 13)) - 1)


def test_a_column_is_a_promotion_when_it_is_only_ever_on_or_off():
    sales = frame([1.0, 2.0], promo=[0.0, 1.0], price=[2.0, 3.0], weather=[0.5, 1.0])
    assert list(panel_from(sales).switches) == ["promo"]
    assert pd.isna(panel_from(sales).unit_cost[0])
