import numpy as np
import pandas as pd
import pytest

from forecasting.errors import TooShortError
from forecasting.history.growth import window_of
from forecasting.history.lead import find_lead, lead_in_words
from forecasting.history.market import (
    Sums,
    logarithmic_mean,
    momentum,
    share_over_time,
    split_growth,
    splits_by,
    sums_of,
)
from tests.history.conftest import frame, panel_from


def test_market_share_and_price_add_up_to_the_growth_to_the_cent(shop):
    sums = sums_of(shop, window_of(shop, 364))
    everything = np.arange(len(shop.unique_id))
    stores = pd.Series([name.split(" | ")[0] for name in shop.unique_id])
    for name in stores.unique():
        part = split_growth(sums, np.flatnonzero(stores == name), everything)
        assert part.market + part.share + part.price == pytest.approx(part.total, abs=1e-6)
        assert part.total == pytest.approx((sums.revenue[1] - sums.revenue[0]) @ (stores == name))


def test_by_hand_a_market_that_doubles_a_share_that_halves_and_a_price_that_stays():
    """Market 100 -> 200 units, ours 50 -> 50, price 1: +L ln 2 by the market, −L ln 2 by share."""
    sums = Sums(np.array([[50.0, 50.0], [50.0, 150.0]]), np.array([[50.0, 50.0], [50.0, 150.0]]))
    part = split_growth(sums, np.array([0]), np.array([0, 1]))
    assert part.market == pytest.approx(50 * np.log(2))
    assert part.share == pytest.approx(-50 * np.log(2))
    assert part.price == pytest.approx(0)


def test_a_price_rise_alone_is_all_price():
    sums = Sums(np.array([[100.0], [110.0]]), np.array([[105.0], [105.0]]))
    part = split_growth(sums, np.array([0]), np.array([0]))
    assert (part.market, part.share, part.price) == pytest.approx((0, 0, 10))


def test_the_whole_against_itself_has_no_share_to_win(shop):
    everything = np.arange(len(shop.unique_id))
    part = split_growth(sums_of(shop, window_of(shop, 364)), everything, everything)
    assert part.share == pytest.approx(0, abs=1e-6)


def test_the_split_backwards_in_time_is_the_same_with_the_signs_turned(shop):
    sums = sums_of(shop, window_of(shop, 364))
    back = Sums(sums.revenue[::-1], sums.volume[::-1])
    own, market = np.arange(20), np.arange(len(shop.unique_id))
    there, and_back = split_growth(sums, own, market), split_growth(back, own, market)
    assert and_back.market == pytest.approx(-there.market)
    assert and_back.share == pytest.approx(-there.share)
    assert and_back.price == pytest.approx(-there.price)


def test_a_new_item_is_all_share():
    sums = Sums(np.array([[0.0, 50.0], [20.0, 50.0]]), np.array([[0.0, 50.0], [20.0, 50.0]]))
    part = split_growth(sums, np.array([0]), np.array([0, 1]))
    assert (part.market, part.share, part.price) == (0, 20, 0)


def test_a_market_from_outside_replaces_the_files_own():
    sums = Sums(np.array([[100.0], [100.0]]), np.array([[100.0], [100.0]]))
    part = split_growth(sums, np.array([0]), np.array([0]), index=1.1)
    assert part.market == pytest.approx(100 * np.log(1.1))
    assert part.share == pytest.approx(-part.market)


def test_no_split_without_a_year_ago(shop):
    assert sums_of(shop, window_of(shop, 900)) is None


def test_every_row_adds_up_to_its_own_change(shop):
    groups = pd.Series([name.split(" | ")[1] for name in shop.unique_id])
    table = splits_by(sums_of(shop, window_of(shop, 91)), groups, np.arange(len(groups)))
    assert (table["market"] + table["share"] + table["price"]).to_numpy() == pytest.approx(table["change"])


def test_the_broken_bakery_lost_share_and_pace(shop, sample):
    """Bakery loses a quarter of its demand from 20 March 2026 (sample_data/README)."""
    category = sample.items_of(list(shop.unique_id))["category"]
    bakery = np.flatnonzero(category == "Bakery")
    quarter = window_of(shop, 91)
    assert split_growth(sums_of(shop, quarter), bakery, np.arange(len(category))).share < -10_000
    paces = momentum(shop.revenue, shop.y, category, quarter, window_of(shop, 364)).set_index("group")
    assert paces["momentum"].idxmin() == "Bakery"


def test_days_that_one_of_two_years_lacks_are_no_loss_of_share_volume_or_pace():
    """Two alike items sell 5 a day for ever; half of the first one's last quarter was not recorded."""
    sales = pd.concat([frame(np.full(364 * 2, 5.0), price=2.0).assign(unique_id=i) for i in ("a", "b")])
    lost = (sales["unique_id"] == "a") & sales.index.isin(range(660, 705))
    gap = panel_from(sales[~lost])
    part = split_growth(sums_of(gap, window_of(gap, 91)), np.array([0]), np.array([0, 1]))
    assert (part.then, part.now) == (460.0, 460.0)  # 46 days, 10 a day
    assert (part.market, part.share, part.price) == pytest.approx((0, 0, 0))
    paces = momentum(gap.revenue, gap.y, pd.Series(["a", "b"]), window_of(gap, 91), window_of(gap, 364))
    assert paces[["growth_recent", "growth_year", "momentum"]].to_numpy() == pytest.approx(np.zeros((2, 3)))


def test_shares_over_time_lie_between_nothing_and_all(shop):
    share = share_over_time(shop.revenue, np.arange(10), np.arange(60), 28)
    assert np.isnan(share[:27]).all()
    assert ((share[27:] > 0) & (share[27:] < 1)).all()


def test_the_logarithmic_mean_lies_between_the_geometric_and_the_arithmetic():
    assert np.sqrt(200.0) < logarithmic_mean(10.0, 20.0) < 15.0


def months(values):
    return pd.Series(values, index=pd.date_range("2010-01-01", periods=len(values), freq="MS"))


def planted(lead, n=96, seed=0, strength=0.9):
    rng = np.random.default_rng(seed)
    shock = rng.normal(0, 0.05, n + 24)
    index = 100 * np.exp(np.cumsum(shock)[12 : 12 + n])
    felt = shock[12 - lead : 12 - lead + n]
    season = 0.3 * np.sin(2 * np.pi * np.arange(n) / 12)
    sales = 1000 * np.exp(np.cumsum(strength * felt + rng.normal(0, 0.02, n)) + season)
    return months(sales), months(index)


@pytest.mark.parametrize("lead", [0, 2, 5])
def test_a_planted_lead_is_found_through_trend_and_season(lead):
    found = find_lead(*planted(lead), "month")
    assert found.lag == lead
    assert found.found
    assert found.correlation > 0.5


def test_an_index_that_follows_is_said_to_lag():
    sales, index = planted(3)
    found = find_lead(index, sales, "month")
    assert found.lag == -3
    assert "lags by 3 months" in lead_in_words("Index", found)


def test_two_walks_that_know_nothing_of_each_other_are_rarely_called_a_lead():
    """Levels of random walks correlate at once; changes must not, beyond one in twenty over all lags."""
    rng = np.random.default_rng(11)
    walks = 100 * np.exp(np.cumsum(rng.normal(0, 0.05, (60, 2, 96)), axis=2))
    false = sum(find_lead(months(a), months(b), "month").found for a, b in walks)
    assert false <= 7


def test_the_sentence_says_the_lead_in_words_and_how_many_lags_were_tried():
    said = lead_in_words("Consumer confidence", find_lead(*planted(2), "month"))
    assert "Consumer confidence leads by 2 months" in said
    assert "13 lags tried" in said
    assert "not a cause" in said


def test_too_short_a_history_is_refused_with_what_is_needed():
    sales, index = planted(1, n=18)
    with pytest.raises(TooShortError, match="share 18 months"):
        find_lead(sales, index, "month")
