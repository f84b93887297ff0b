"""Sales that are money, with no price to divide by: every page says money, and none speaks of pieces."""

from dataclasses import replace

import pytest

from forecasting.report.tables import money
from forecasting.services.content import assumptions
from forecasting.services.cost_view import line_costs
from forecasting.services.findings import scope_of
from forecasting.services.forecast_view import forecast_view
from forecasting.services.history_view import history_tiles
from forecasting.services.past import work_out_past
from forecasting.services.tiles import forecast_tiles, order_tiles
from forecasting.services.work_out import work_out
from forecasting.services.worth import cautions
from forecasting.settings import usual_settings
from tests.services.conftest import FEW


@pytest.fixture(scope="module")
def in_money(found):
    settings = usual_settings("D", models=FEW, horizon=14, step=14, folds=3, measure="money", currency="GBP")
    data = replace(found.dataset, items=found.dataset.items.assign(price=1.0))
    return work_out(data, settings, found.results)


def test_tiles_and_scope_count_money_where_sales_are_money(in_money, found):
    ahead = forecast_tiles(in_money)[0]
    assert ahead.label == "Sales in the next 14 days"
    assert ahead.value == f"£{forecast_tiles(found)[0].value}"
    assert "To order, at selling price" in [tile.label for tile in order_tiles(in_money)]
    assert "sales in GBP, not in pieces" in scope_of(in_money)
    assert "pieces" not in scope_of(found)


def test_the_forecast_in_words_is_an_amount_of_money(in_money, found):
    said, pieces = (forecast_view(f, "a", 0.8).sentence for f in (in_money, found))
    assert said.count("£") == 3
    assert "units" not in said
    amount, number = float(said.split("£")[1].split(",")[0]), float(pieces.split()[3])
    assert amount == pytest.approx(number, abs=0.06)


def test_costs_nobody_gave_are_said_by_the_pound_of_sales(in_money):
    assert "£0.40 per GBP of sales short and £0.10 per GBP of sales left over" in cautions(in_money)[0]
    line = line_costs(in_money.orders, "a", "GBP", unit=in_money.settings.unit)
    assert line.startswith("One GBP of sales short costs £0.40, one left over £0.10.")
    assert "per GBP of sales short" in dict(assumptions(in_money.settings))["Placeholder costs, not yours"]


def test_revenue_of_sales_in_money_is_their_sum_and_no_number_of_units_stands_beside_it(in_money):
    past = work_out_past(in_money.dataset)
    tiles = {tile.label: tile.value for tile in history_tiles(past, 28, "GBP", in_pieces=False)}
    last = in_money.dataset.sales.groupby("unique_id").tail(28)["y"].sum()
    assert tiles["Revenue, last 4 weeks"] == money(last, "GBP")
    assert not [label for label in tiles if label.startswith("Units")]
    assert any(tile.label.startswith("Units") for tile in history_tiles(past, 28, "GBP"))
