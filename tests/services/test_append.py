"""A later file beside a project: what is new, the same, changed and missing, and the two as one."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DataError
from forecasting.ingest.sales import ImportOptions, import_sales
from forecasting.services.append import appended_report, compare, joined
from forecasting.services.dataset import Dataset
from forecasting.services.opening import as_dataset
from tests.ingest.files import csv_bytes


def history(start, **units):
    ds = pd.date_range(start, periods=len(next(iter(units.values()))), freq="D")
    parts = [
        pd.DataFrame({"unique_id": name, "ds": ds, "y": values}).dropna() for name, values in units.items()
    ]
    sales = pd.concat(parts, ignore_index=True).astype({"y": float})
    items = pd.DataFrame({"unique_id": sorted(units), "on_hand": 1.0})
    return Dataset("shop.csv", sales, items, pd.DataFrame(), "D", start)


BEFORE = history("2024-01-01", tea=[1, 2, 3, 4], milk=[5, 6, 7, 8])
LATER = history("2024-01-03", tea=[3, 40, 5], milk=[7, None, 9], rice=[1, 1, 1])


def units(dataset, name):
    sales = dataset.sales[dataset.sales["unique_id"] == name]
    return dict(zip(sales["ds"].dt.day, sales["y"], strict=True))


def test_every_row_is_new_the_same_changed_or_missing():
    found = compare(BEFORE, LATER)
    assert found.same == 2
    assert found.changed.to_dict("records") == [
        {"unique_id": "tea", "ds": pd.Timestamp("2024-01-04"), "before": 4, "after": 40}
    ]
    assert found.missing[["unique_id", "y"]].to_numpy().tolist() == [["milk", 8.0]]
    assert len(found.added) == 5
    assert found.same + len(found.changed) + len(found.added) == len(LATER.sales)
    assert found.sentence == (
        "5 new rows (3 series, 3 Jan 2024 to 5 Jan 2024), 2 the same, 1 changed, "
        "1 row of the project not in the file."
    )


def test_the_manager_chooses_whose_units_are_kept_and_nothing_is_deleted():
    found = compare(BEFORE, LATER)
    old, new = joined(found, "old"), joined(found, "new")
    assert units(old, "tea") == {1: 1, 2: 2, 3: 3, 4: 4, 5: 5}
    assert units(new, "tea") == {1: 1, 2: 2, 3: 3, 4: 40, 5: 5}
    for both in (old, new):
        assert units(both, "milk") == {1: 5, 2: 6, 3: 7, 4: 8, 5: 9}
        assert units(both, "rice") == {3: 1, 4: 1, 5: 1}
        assert sorted(both.items["unique_id"]) == ["milk", "rice", "tea"]
    assert len({BEFORE.sha256, LATER.sha256, old.sha256, new.sha256}) == 4
    assert len(BEFORE.sales) == 8  # the project itself is as it was


def test_the_same_file_again_adds_nothing():
    found = compare(BEFORE, BEFORE)
    assert not found.adds
    assert found.sentence == "0 new rows, 8 the same, 0 changed, 0 rows of the project not in the file."
    pd.testing.assert_frame_equal(
        joined(found, "new").sales, BEFORE.sales.sort_values(["unique_id", "ds"], ignore_index=True)
    )


def test_a_hole_between_the_two_is_said():
    found = compare(BEFORE, history("2024-01-08", tea=[1, 2]))
    assert found.sentence.endswith("Nothing is known from 5 Jan 2024 to 7 Jan 2024, between the two.")


def test_the_later_count_of_stock_wins_and_what_is_known_ahead_moves_on():
    ahead = pd.DataFrame({"unique_id": "tea", "ds": pd.to_datetime(["2024-01-05", "2024-01-07"])})
    before = replace(BEFORE, future=ahead)
    later = replace(LATER, items=LATER.items.assign(on_hand=[None, 5.0, 9.0]))
    both = joined(compare(before, later), "new")
    assert dict(zip(both.items["unique_id"], both.items["on_hand"], strict=True)) == {
        "milk": 1,
        "rice": 5,
        "tea": 9,
    }
    assert both.future["ds"].tolist() == [pd.Timestamp("2024-01-07")]


@pytest.mark.parametrize(
    ("later", "why"),
    [
        (replace(LATER, frequency="MS"), "periods of D, the file MS"),
        (history("2024-01-03", cola=[1, 2]), "No series of the file"),
    ],
)
def test_what_cannot_be_one_history_is_refused(later, why):
    with pytest.raises(DataError, match=why):
        compare(BEFORE, later)


def test_a_driver_that_the_file_lacks_is_asked_for():
    with pytest.raises(DataError, match="lacks price"):
        compare(replace(BEFORE, sales=BEFORE.sales.assign(price=1.0)), LATER)


def test_the_report_tells_what_was_added():
    found = compare(BEFORE, LATER)
    first = {
        "rows": {"read": 9, "kept": 8, "dropped": [{"reason": "no date", "count": 1}]},
        "warnings": ["w"],
    }
    second = {"rows": {"read": 8, "kept": 8, "dropped": []}}
    report = appended_report(first, second, joined(found, "new"), said="Added.")
    assert (report["series"], report["end"], report["warnings"]) == (3, "2024-01-05", ["w", "Added."])
    assert report["rows"] == {"read": 17, "kept": 16, "dropped": first["rows"]["dropped"]}


def _order_lines(first, last):
    """Sales lines of items that sell daily, often, now and then, and until the end of 2023."""
    chance = np.random.default_rng(3)
    share = {"daily": 0.97, "often": 0.85, "rare": 0.05, "ended": 0.2}
    lines = [
        (f"{day:%Y-%m-%d}", item, int(chance.integers(1, 9)))
        for day in pd.date_range("2023-01-01", "2024-02-29")
        for item, sells in share.items()
        if chance.random() < sells
        and not (item == "ended" and day.year == 2024)
        and not (item == "rare" and day.year == 2024 and day.day_of_year < 40)
    ]
    return csv_bytes([("date", "item", "units"), *(line for line in lines if first <= line[0] <= last)])


@pytest.mark.parametrize("overlap", ["2023-12-10", "2024-01-01"])
def test_a_history_in_two_files_is_the_history_in_one(overlap):
    def read(first, last, **how):
        content = _order_lines(first, last)
        imported = import_sales(content, name="lines.csv", options=ImportOptions(**how))
        return as_dataset(imported, name="lines.csv", content=content), imported.report["gaps"]

    whole, _ = read("2023-01-01", "2024-02-29")
    before, gaps = read("2023-01-01", "2023-12-31")
    later, alone = read(overlap, "2024-02-29")
    assert (gaps, alone if overlap == "2024-01-01" else "unknown") == ("zero", "unknown")
    later, _ = read(overlap, "2024-02-29", gaps=gaps)
    found = compare(before, later, gaps=gaps)
    assert (len(found.changed), len(found.missing)) == (0, 0)
    pd.testing.assert_frame_equal(joined(found, "new").sales, whole.sales)


def test_a_sale_that_a_later_file_takes_back_is_a_change_where_no_row_means_no_sale():
    later = history("2024-01-03", tea=[3, 4, 5], milk=[7, None, 9])
    assert compare(BEFORE, later, gaps="zero").changed[
        ["unique_id", "before", "after"]
    ].to_numpy().tolist() == [["milk", 8, 0]]
    assert len(compare(BEFORE, later).changed) == 0


def test_a_silent_day_has_the_last_price_and_what_all_series_share_that_day():
    before = replace(BEFORE, sales=BEFORE.sales.assign(price=2.5, holiday=0.0))
    part = history("2024-01-05", tea=[5, 6])
    part = replace(part, sales=part.sales.assign(price=3.0, holiday=[0.0, 1.0]))
    added = joined(compare(before, part, gaps="zero"), "new").sales
    milk = added[(added["unique_id"] == "milk") & (added["ds"] >= "2024-01-05")]
    assert milk[["y", "price", "holiday"]].to_numpy().tolist() == [[0, 2.5, 0], [0, 2.5, 1]]


def test_before_its_first_row_a_series_is_not_there_yet_in_either_file():
    before = history("2024-01-01", tea=[1, 2, 3, 4], cake=[None, None, 1, 1])
    later = history("2024-01-02", tea=[2, 3, 4, 5])
    both = joined(compare(before, later, gaps="zero"), "old")
    assert units(both, "cake") == {3: 1, 4: 1, 5: 0}
