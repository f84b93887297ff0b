import json
from dataclasses import replace

import pytest

from forecasting.errors import SettingsError
from forecasting.inventory.economics import CostDefaults
from forecasting.inventory.policy import OrderPolicy
from forecasting.inventory.targets import ServiceTarget
from forecasting.settings import Settings, usual_settings


def test_settings_come_back_from_json_as_they_were():
    settings = Settings(
        costs=CostDefaults(missed_sale="backorder", backorder_cost=2.0, order_cost=9.0),
        policy=OrderPolicy(3, 7, "min_max"),
        target=ServiceTarget("beta", 0.98, "category", {"Bread": 0.9}),
        stock_confirmed=True,
    )

    assert Settings.from_dict(json.loads(json.dumps(settings.as_dict()))) == settings


def test_a_project_saved_before_there_were_situations_still_opens():
    old = Settings().as_dict()
    for gone in ("target", "stock_confirmed"):
        del old[gone]
    old["costs"] = {"understock": 7.0, "overstock": 2.0, "leftover": "perishable", "source": "typed"}
    old["policy"] = {"lead_time": 2, "review_period": 7}

    settings = Settings.from_dict(old)

    assert settings.costs == CostDefaults(7.0, 2.0, leftover="perishable", source="typed")
    assert settings.policy == OrderPolicy(2, 7)
    assert not settings.target.asks


def test_answers_of_a_later_version_are_left_out():
    later = Settings().as_dict()
    later["costs"] = later["costs"] | {"weather_cost": 3.0}
    later["policy"] = later["policy"] | {"moon": "full"}

    assert Settings.from_dict(later) == Settings()


def test_placeholder_costs_of_an_amount_of_money_are_less_than_the_amount_and_still_placeholders():
    amounts, pieces = usual_settings("D", measure="money"), usual_settings("D")
    assert amounts.costs.understock < 1
    assert amounts.costs.overstock < 1
    assert amounts.placeholder_costs
    assert pieces.placeholder_costs
    assert not replace(amounts, costs=pieces.costs).placeholder_costs
    assert (amounts.unit, pieces.unit) == ("EUR of sales", "unit")
    with pytest.raises(SettingsError, match="boxes"):
        Settings(measure="boxes")
