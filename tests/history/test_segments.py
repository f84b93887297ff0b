import json

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DataError
from forecasting.history.segments import abc, demand_classes, error_cv, xyz
from tests.conftest import real_data


@pytest.mark.data
def test_abc_is_the_oracle_abc_01():
    cases = json.loads(real_data("oracles.json").read_text())["cases"]
    case = next(c for c in cases if c["id"] == "ABC-01")
    letters = abc(pd.Series(case["inputs"]["values"]), tuple(case["inputs"]["cuts"]))
    assert letters.to_dict() == case["expected"]["cls"]


def test_one_item_that_is_everything_is_a():
    assert list(abc(pd.Series([100.0, 0.0]))) == ["A", "C"]


def test_what_loses_money_is_c_and_what_is_not_known_has_no_class():
    assert list(abc(pd.Series([10.0, -5.0, np.nan]))) == ["A", "C", "?"]


@pytest.mark.parametrize("cuts", [(0.9, 0.8), (0.0, 0.5), (0.5, 1.2)])
def test_limits_that_do_not_rise_are_refused(cuts):
    with pytest.raises(DataError, match="must rise"):
        abc(pd.Series([1.0]), cuts)


def test_xyz_goes_by_the_error_of_the_forecast_not_by_the_swing_of_demand():
    y = np.tile([1.0, 19.0], 20)
    foreseen = pd.DataFrame({"unique_id": "a", "y": y, "mean": y + 1})
    blind = pd.DataFrame({"unique_id": "b", "y": y, "mean": 10.0})
    cv = error_cv(pd.concat([foreseen, blind]))
    assert cv.to_dict() == pytest.approx({"a": 0.1, "b": 0.9})
    assert list(xyz(cv)) == ["X", "Y"]


def test_a_series_that_sold_nothing_has_no_error_to_speak_of():
    assert error_cv(pd.DataFrame({"unique_id": ["a"], "y": [0.0], "mean": [1.0]})).isna().all()


@pytest.mark.parametrize(
    ("demand", "name", "adi", "cv2"),
    [
        ([5, 5, 5, 5], "smooth", 1.0, 0.0),
        ([1, 9, 1, 9], "erratic", 1.0, 0.64),
        ([3, 0, 0, 3, 0, 0], "intermittent", 3.0, 0.0),
        ([1, 0, 0, 9, 0, 0], "lumpy", 3.0, 0.64),
        ([0, 0, 0], "?", np.inf, np.nan),
    ],
)
def test_demand_classes_by_interval_and_swing_of_sizes(demand, name, adi, cv2):
    row = demand_classes(np.array([demand], dtype=float)).iloc[0]
    assert row["demand_class"] == name
    if name != "?":
        assert (row["adi"], row["cv2"]) == pytest.approx((adi, cv2))


def test_the_class_counts_from_the_first_sale_and_leaves_unknown_periods_out():
    row = demand_classes(np.array([[0, 0, 0, 4, np.nan, 4, 4.0]])).iloc[0]
    assert row["adi"] == 1.0


def test_the_slow_movers_of_the_sample_are_the_intermittent_ones(shop):
    classes = demand_classes(shop.demand).assign(unique_id=shop.unique_id)
    slow = classes[classes["unique_id"].str.contains("Saffron|Maple")]
    assert set(slow["demand_class"]) <= {"intermittent", "lumpy"}
    assert not classes.drop(slow.index)["demand_class"].isin(["intermittent", "lumpy"]).any()
