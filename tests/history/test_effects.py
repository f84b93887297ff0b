"""Effects against what the sample's generator planted."""

import numpy as np
import pytest

from forecasting.history.effects import Estimate, episodes, measure_effects, usual_price
from forecasting.history.expected import PRICE, fit_law
from sample_data.make_sample import DISPLAY_UPLIFT, catalogue
from tests.history.conftest import frame, panel_from


@pytest.fixture(scope="module")
def effects(shop, law):
    return measure_effects(shop, law)


@pytest.fixture(scope="module")
def planted(shop):
    """Elasticity per series, and the factor a promotion multiplied demand by, (n, T)."""
    items = catalogue()
    names = items["store"] + " | " + items["item"]
    elasticity = items.set_index(names)["elasticity"].loc[list(shop.unique_id)].to_numpy()
    usual = usual_price(shop.price, shop.switches["promo"] > 0)
    with np.errstate(invalid="ignore"):
        factor = DISPLAY_UPLIFT * (shop.price / usual) ** elasticity[:, None]
    return elasticity, factor


def test_the_display_that_was_planted_lies_in_the_interval_of_all_series_together(shop, law):
    effect = Estimate(law.effects[:, law.effect("promo")], law.influence[:, law.effect("promo")])
    known = np.flatnonzero(episodes(shop.switches["promo"] > 0) >= 4)
    low, high = effect.mean(known, np.nansum(shop.y, axis=1)).interval()
    assert low[0] < np.log(DISPLAY_UPLIFT) < high[0]
    assert high[0] - low[0] < 0.15


def test_intervals_hold_the_planted_effects_about_as_often_as_they_say(shop, effects, planted):
    elasticity, factor = planted
    on = (shop.switches["promo"] > 0) & np.isfinite(shop.demand)
    stated = (effects.switches["problem"] == "").to_numpy()
    extra = np.where(on, shop.y - shop.y / factor, 0.0).sum(axis=1)
    table = effects.switches
    inside = (table["units_low"] <= extra) & (extra <= table["units_high"])
    assert stated.sum() == 51
    assert inside[stated].mean() > 0.85
    prices = effects.prices
    inside = (prices["elasticity_low"] <= elasticity) & (elasticity <= prices["elasticity_high"])
    assert inside[(prices["problem"] == "").to_numpy()].mean() > 0.85


def test_the_money_of_promotions_is_the_planted_money(shop, effects, planted):
    on = (shop.switches["promo"] > 0) & np.isfinite(shop.demand)
    usual, cost = usual_price(shop.price, shop.switches["promo"] > 0), shop.unit_cost[:, None]
    earned = np.where(on, shop.y * (shop.price - cost) - shop.y / planted[1] * (usual - cost), 0.0)
    stated = (effects.switches["problem"] == "").to_numpy()
    true = earned.sum(axis=1)[stated].sum()
    row = effects.pooled.set_index("effect").loc["promo"]
    assert row["money_low"] < true < row["money_high"]


def test_a_price_one_percent_higher_changes_units_and_margin_by_what_was_planted(shop, effects, planted):
    """Margin y·(p·1.01 − c)·1.01^e less y·(p − c), to first order, over the last 364 days."""
    year, cost = slice(len(shop.ds) - 364, None), shop.unit_cost
    sold, paid = (np.nansum(v[:, year], axis=1) for v in (shop.y, shop.revenue))
    true_units = sold * (1.01 ** planted[0] - 1)
    true_money = (1.01 * paid - cost * sold) * 1.01 ** planted[0] - (paid - cost * sold)
    table, stated = effects.prices, (effects.prices["problem"] == "").to_numpy()
    inside = (table["money_low"] <= true_money) & (true_money <= table["money_high"])
    assert inside[stated].mean() > 0.85
    assert table.loc[~stated, ["units", "money"]].isna().all(axis=None)
    row = effects.pooled.set_index("effect").loc[PRICE]
    assert row["units_low"] < true_units[stated].sum() < row["units_high"] < 0
    assert row["money_low"] < true_money[stated].sum() < row["money_high"]
    assert row["money"] == pytest.approx(table["money"].sum())


def test_too_few_promotions_give_no_figure_but_a_reason():
    y = np.random.default_rng(0).poisson(20, 500)
    promo = np.zeros(500)
    promo[[50, 51, 200, 201]] = 1
    panel = panel_from(frame(y, promo=promo))
    row = measure_effects(panel, fit_law(panel)).switches.iloc[0]
    assert row["problem"] == "seen 2 times, at least 4 are needed"
    assert np.isnan(row["uplift"])


def test_a_promotion_that_does_nothing_has_an_interval_around_nothing():
    rng = np.random.default_rng(4)
    promo = np.repeat(rng.random(100) < 0.2, 7).astype(float)
    panel = panel_from(frame(rng.poisson(20, 700), promo=promo))
    row = measure_effects(panel, fit_law(panel)).switches.iloc[0]
    assert row["uplift_low"] < 0 < row["uplift_high"]


def test_a_price_that_never_moves_has_no_elasticity():
    panel = panel_from(frame(np.random.default_rng(0).poisson(20, 400), price=2.0))
    assert measure_effects(panel, fit_law(panel)).prices["problem"].iloc[0] == "the price hardly moved"


def test_without_switches_or_prices_the_effects_say_what_is_missing():
    panel = panel_from(frame(np.random.default_rng(0).poisson(20, 400)))
    effects = measure_effects(panel, fit_law(panel))
    assert effects.pooled.empty
    assert len(effects.notes) == 2


def test_the_usual_price_is_the_last_one_before_the_promotion():
    price = np.array([[3.0, 3.0, 2.0, 2.0, 4.0]])
    on = np.array([[False, False, True, True, False]])
    assert usual_price(price, on).tolist() == [[3.0, 3.0, 3.0, 3.0, 4.0]]


def test_a_series_with_hardly_any_sales_has_no_law():
    law = fit_law(panel_from(frame(np.zeros(100), price=2.0)))
    assert np.isnan(law.mean).all()
    assert np.isnan(law.effects[:, law.effect(PRICE)]).all()
