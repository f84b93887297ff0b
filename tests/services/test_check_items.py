"""Items that nobody can order by are refused before anything is computed; named rules are no mistake."""

from dataclasses import replace

import pandas as pd
import pytest

from forecasting.errors import DecisionError
from forecasting.services.plan import check_items
from forecasting.settings import usual_settings
from tests.services.test_execution import DATA


@pytest.mark.parametrize("rule", ["newsvendor", "base stock", "order_up_to"])
def test_an_items_table_in_which_every_item_names_its_rule_is_not_refused(rule):
    ids = list(DATA.series)
    items = pd.DataFrame({"unique_id": ids, "price": 5.0, "unit_cost": 3.0, "salvage": 1.0, "policy": rule})

    check_items(replace(DATA, items=items), usual_settings("D"))


def test_an_items_table_without_a_single_item_to_order_is_refused_with_the_first_reason():
    ids = list(DATA.series)
    items = pd.DataFrame({"unique_id": ids, "price": 5.0, "unit_cost": 3.0, "salvage": 4.0})

    with pytest.raises(DecisionError, match=f"None of the {len(ids)} items can be ordered. {ids[0]}: "):
        check_items(replace(DATA, items=items), usual_settings("D"))
