"""New items borrow the history of similar ones, from the file to the order line, and every line says so."""

from dataclasses import replace

import pandas as pd
import pytest

from forecasting.models.borrowed import MIN_DONORS
from forecasting.services.calibrated import calibrated_results
from forecasting.services.dataset import divide, loan_groups
from forecasting.services.work_out import work_out
from tests.services.conftest import dataset, history

NEW = {"new": 5}


def shop(known, tea=MIN_DONORS, salt=MIN_DONORS):
    """Tea sells 20 a day, salt 200; a new tea has been sold for some days."""
    sales = history(**{f"tea{k}": 20 for k in range(tea)}, **{f"salt{k}": 200 for k in range(salt)}, new=20)
    begins = sales["ds"].max() - pd.Timedelta(days=known - 1)
    data = dataset(sales[(sales["unique_id"] != "new") | (sales["ds"] >= begins)])
    kinds = data.items["unique_id"].str.extract("(tea|salt)")[0].fillna("tea")
    return replace(data, items=data.items.assign(category=kinds))


@pytest.mark.parametrize("known", [3, 20])
def test_a_new_item_borrows_from_its_category_and_its_order_line_says_so(settings, known):
    *_, results = calibrated_results(shop(known), settings)
    found = work_out(shop(known), settings, results)
    orders = found.orders.set_index("unique_id")

    told = f"borrowed history: {known} known periods of its own and {MIN_DONORS} series of tea"
    assert orders.loc["new", "note"].endswith(f"Its forecast: {told}.")
    assert orders["note"].str.contains("borrowed").sum() == 1
    assert 100 < orders.loc["new", "expected_demand"] < 600  # of 12 days: tea 240, salt 2,400
    assert (
        found.choice.set_index("unique_id").loc["new", "reason"].startswith("borrowed from the other series")
    )


def test_a_handful_of_days_is_enough_only_where_there_is_somebody_to_borrow_from():
    alone = shop(3, tea=2, salt=2)
    assert "new" in divide(shop(3))[0]
    assert dict(divide(alone)[1].to_numpy()) == {"new": "only 3 days of history, 14 are needed"}


def test_only_categories_in_which_something_is_new_travel_with_the_models():
    data = shop(20)
    middle = data.sales["ds"].max() - pd.Timedelta(days=60)

    assert {category for _, category in loan_groups(data, middle)} == {"tea"}
    assert dict(loan_groups(data, middle)).keys() == {"new", *(f"tea{k}" for k in range(MIN_DONORS))}
    assert loan_groups(shop(150), middle) == ()
    assert loan_groups(replace(data, items=data.items.drop(columns="category")), middle) == ()
