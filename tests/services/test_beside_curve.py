"""Where an item's order and its cost curve part, the page says why, with the money it is about."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.inventory.before_delivery import Outlook
from forecasting.inventory.blocks import blocks
from forecasting.services.beside_curve import beside_the_curve
from forecasting.services.order_views import cost_curve, lines_of
from forecasting.services.work_out import work_out


def shop_with(found, **columns):
    items = pd.DataFrame({"unique_id": ["a", "b"], "price": 9.0, "unit_cost": 6.0}).assign(**columns)
    return work_out(replace(found.dataset, items=items), found.settings, found.results)


def said_of(shop):
    return beside_the_curve(shop, "a", cost_curve(shop, "a"))


def test_an_empty_shelf_of_goods_thrown_away_names_the_cheaper_order_and_what_it_saves(found):
    shop = shop_with(found, on_hand=0.0, leftover="perishable", shelf_life=2)
    (sentence,) = said_of(shop)
    lean = float(re.search(r"out, ([\d,]+) would", sentence)[1].replace(",", ""))

    block = next(iter(blocks(*lines_of(shop, "a"))))
    position = block.columns["inventory_position"].astype(float)
    outlook = Outlook(block.demand, block.terms, position)
    order = float(block.columns["order_quantity"][0])
    costs = {q: float(outlook.cost(position + q)[0]) for q in np.arange(0.0, order + 1)}
    assert lean < order
    assert costs[lean] == pytest.approx(min(costs.values()))
    assert f"{costs[order] - costs[lean]:.3g}"[:3] in sentence


def test_a_full_shelf_loses_nothing_before_the_delivery_and_needs_no_sentence(found):
    assert said_of(shop_with(found, on_hand=60.0, leftover="perishable")) == []


def test_packs_that_force_another_quantity_are_named(found):
    sentences = said_of(shop_with(found, on_hand=20.0, leftover="perishable", pack=500))

    assert any("packs, minimum order and room" in s for s in sentences)


def test_a_shelf_that_nobody_counted_is_not_said_to_lose_anything_before_the_delivery(found):
    """Not given counts as empty for the quantity, but what an empty shelf loses is a guess."""
    perishable = {"leftover": "perishable", "shelf_life": 2}

    assert said_of(shop_with(found, on_hand=0.0, **perishable)) != []
    assert said_of(shop_with(found, on_hand=np.nan, **perishable)) == []
