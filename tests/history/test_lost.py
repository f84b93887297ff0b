"""Sales lost to empty shelves against what customers wanted: the generator's truth, on several shops."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from forecasting.history.expected import fit_law
from forecasting.history.lost import BAND, lost_by_series, lost_sales, lost_units
from sample_data.make_sample import HISTORY, build_shop
from tests.history.conftest import frame, panel_from

WHOLE = slice(None)
SEEDS = (7, 11, 12, 13, 14, 15)  # 7 is the sample that ships


@pytest.fixture(scope="module")
def shops():
    """Panel, law, and units truly lost per series, of one shop a seed."""
    return {seed: _made(seed) for seed in SEEDS}


def _made(seed):
    made, periods = build_shop(seed), len(HISTORY)
    row, day = np.nonzero(made.listed[:, :periods])
    out = (made.demand > made.stock)[row, day]
    sales = pd.DataFrame(
        {
            "unique_id": (made.series["store"] + " | " + made.series["item"]).to_numpy()[row],
            "ds": HISTORY[day],
            "y": made.sold[row, day].astype(float),
            "price": made.price[row, day],
            "promo": made.promo[row, day].astype(float),
            "stockout": out,
            "open": made.open[row, day].astype(float),
        }
    )
    panel = panel_from(sales)
    real = (made.demand[row, day] - sales["y"])[out].groupby(sales["unique_id"][out]).sum()
    return panel, fit_law(panel), real


def bounds(trials, chance):
    """Return the counts that `trials` of this chance leave only once in 200."""
    return binom.ppf(0.0025, trials, chance), binom.ppf(0.9975, trials, chance)


def test_bands_of_series_hold_what_was_lost_as_often_as_they_say(shops):
    held = []
    for panel, law, real in shops.values():
        table = lost_by_series(panel, law).set_index("unique_id")
        assert table.index.equals(real.index)
        held += list((table["low"] <= real) & (real <= table["high"]))
    low, high = bounds(len(held), BAND)
    assert low <= sum(held) <= high
    assert len(held) > 250


def test_bands_of_the_total_hold_and_are_no_wider_than_a_twentieth_of_it(shops):
    found = [(lost_sales(panel, law, WHOLE), real.sum()) for panel, law, real in shops.values()]
    held = sum(lost.low <= real <= lost.high for lost, real in found)
    low, _ = bounds(len(found), BAND)
    assert held >= low
    errors = [(lost.units - real) / real for lost, real in found]
    assert abs(np.mean(errors)) < 0.015
    assert all((lost.high - lost.low) / 2 < 0.05 * lost.units for lost, _ in found)


def test_what_is_lost_per_series_and_period_adds_up_to_the_total(shops):
    panel, law, _ = shops[7]
    total, table, each = lost_sales(panel, law, WHOLE), lost_by_series(panel, law), lost_units(panel, law)
    assert each.sum() == pytest.approx(total.units)
    assert table["lost"].sum() == pytest.approx(total.units)
    assert table["periods"].sum() == total.periods == (panel.stockout & panel.open).sum()
    assert (each[~panel.stockout] == 0).all()
    year = lost_sales(panel, law, slice(len(panel.ds) - 364, None))
    assert year.units == pytest.approx(each[:, -364:].sum())
    assert year.money == pytest.approx(np.nansum((each * panel.price)[:, -364:]))


def test_the_level_is_learned_from_days_that_sold_out_too():
    """Where every busy day sells out, the days left over are the quiet ones; their mean alone is too low."""
    rng = np.random.default_rng(3)
    wanted = rng.poisson(20, 600)
    stock = np.where(rng.random(600) < 0.6, 18, 1000)
    panel = panel_from(frame(np.minimum(wanted, stock), stockout=wanted > stock))
    lost = lost_sales(panel, fit_law(panel), WHOLE)
    real = (wanted - np.minimum(wanted, stock)).sum()
    assert lost.low < real < lost.high


def test_a_series_that_never_ran_out_lost_nothing_where_stock_is_recorded(shop, law):
    row = shop.rows(["Centre | Coffee 500 g"])
    lost = lost_sales(shop.only(row), law.only(row), WHOLE)
    assert lost.recorded
    assert (lost.units, lost.money, lost.periods) == (0, 0, 0)


def test_a_file_without_stock_says_so_instead_of_zero():
    panel = panel_from(frame(np.full(60, 3.0)))
    lost = lost_sales(panel, fit_law(panel), WHOLE)
    assert not lost.recorded
    assert np.isnan(lost.units)


def test_a_series_with_too_few_sales_for_a_law_loses_its_plain_mean():
    sold = np.zeros(200)
    sold[::20] = 4.0
    out = np.zeros(200, dtype=bool)
    out[[5, 6]] = True
    panel = panel_from(frame(sold, stockout=out))
    lost = lost_sales(panel, fit_law(panel), WHOLE)
    assert lost.units > 2  # a shelf that ran out with nothing sold lost at least one each day
    assert lost.high > lost.units
