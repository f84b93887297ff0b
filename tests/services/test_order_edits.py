"""Orders as decided: what is typed, what is kept, and what a view shows."""

import io
from dataclasses import asdict, replace
from datetime import datetime

import numpy as np
import openpyxl
import pandas as pd
import pytest

from forecasting.inventory.own_orders import KEEP, MANAGER
from forecasting.report.pdf import pdf
from forecasting.report.spreadsheet import spreadsheet
from forecasting.report.web_page import web_page
from forecasting.services.content import report_content
from forecasting.services.deciding import decided, in_place
from forecasting.services.findings import Decisions
from forecasting.services.limits import SharedLimits
from forecasting.services.order_edits import as_typed, demand_range, edited
from forecasting.services.order_lines import against_in_words, changes_in_words, order_totals, stale_lines
from forecasting.services.order_view import OrderView, lines_in_view, with_view
from forecasting.services.project import decisions_from
from forecasting.services.scope import attributes_of
from forecasting.services.work_out import work_out


@pytest.fixture(scope="module")
def shop(found):
    """Two items with stock and money; a is nearly out, b has plenty."""
    items = pd.DataFrame(
        {
            "unique_id": ["a", "b"], "price": [4.0, 6.0], "unit_cost": [2.0, 3.0], "on_hand": [5.0, 12.0],
            "on_order": 0.0, "category": ["Fresh", "Dry"],
        }
    )  # fmt: skip
    return work_out(replace(found.dataset, items=items), found.settings, found.results)


def suggested(shop, name):
    return float(shop.orders.set_index("unique_id").loc[name, "order_quantity"])


def test_what_is_typed_becomes_the_managers_quantity_with_its_reason(shop):
    after = edited(shop.orders, {"a": "+12", "b": ""}, {"a": " fair ", "b": ""}, Decisions(), whole=True)
    mine = decided(shop, Decisions(quantities=after.quantities, reasons=after.reasons))
    line = mine.orders.set_index("unique_id").loc["a"]

    assert after.quantities == {"a": suggested(shop, "a") + 12}
    assert (line["decided_by"], line["own_reason"]) == (MANAGER, "fair")
    assert as_typed(mine.orders).tolist() == [f"{suggested(shop, 'a') + 12:g}", ""]


def test_typing_the_suggestion_itself_is_no_change_and_a_blank_takes_one_back(shop):
    same = edited(shop.orders, {"a": f"{suggested(shop, 'a'):g}"}, {}, Decisions(), whole=True)
    back = edited(shop.orders, {"a": ""}, {}, Decisions(quantities={"a": 3.0}), whole=True)

    assert same.quantities == back.quantities == {}


def test_what_cannot_be_read_leaves_the_line_and_hidden_lines_as_they_were(shop):
    before = Decisions(quantities={"a": 3.0, "b": 9.0}, reasons={"b": "counted"})
    after = edited(shop.orders.head(1), {"a": "a dozen"}, {"a": ""}, before, whole=True)

    assert after.quantities == {"a": 3.0, "b": 9.0}
    assert after.reasons == {"b": "counted"}
    assert after.refused[0].startswith("a: 'a dozen' is no quantity")


def test_the_reason_stands_in_every_file(shop):
    why = Decisions(quantities={"a": 999.0}, reasons={"a": "street fair on Saturday"})
    content = report_content(decided(shop, why), now=datetime(2026, 1, 1))
    rows = openpyxl.load_workbook(io.BytesIO(spreadsheet(content)))["Orders"].iter_rows(values_only=True)

    assert any("street fair on Saturday" in row for row in rows)
    assert "street fair on Saturday" in web_page(content).decode()
    assert len(pdf(content)) > 1000


def test_a_change_that_gains_too_little_keeps_the_order_in_place_and_a_large_one_does_not(shop):
    near = suggested(shop, "a") + 1
    gain = decided(shop, Decisions(quantities={"a": near})).orders.set_index("unique_id").loc["a"]
    placed = {"a": near, "b": suggested(shop, "b")}
    tight = Decisions(placed=placed, keep_below=gain["yours_effect"] / 2)
    wide = replace(tight, keep_below=gain["yours_effect"] * 2)

    assert gain["yours_effect"] > 0
    assert order_totals(decided(shop, tight).orders).kept == 0
    line = decided(shop, wide).orders.set_index("unique_id").loc["a"]
    assert (line["decided_by"], line["yours"]) == (KEEP, near)
    assert line["yours_effect"] == pytest.approx(gain["yours_effect"])
    assert "keep the last order" in changes_in_words(decided(shop, wide).orders, "EUR")[0]


def test_a_typed_quantity_stands_whatever_the_threshold(shop):
    wide = Decisions(quantities={"a": 3.0}, placed={"a": 7.0}, keep_below=1e9)
    line = decided(shop, wide).orders.set_index("unique_id").loc["a"]

    assert (line["decided_by"], line["yours"]) == (MANAGER, 3.0)


def test_the_last_order_of_the_file_comes_before_the_one_placed_here(shop):
    items = shop.dataset.items.assign(last_order=[20.0, float("nan")])
    with_last = replace(shop, dataset=replace(shop.dataset, items=items))

    assert in_place(with_last, Decisions(placed={"a": 1.0, "b": 2.0})) == {"a": 20.0, "b": 2.0}


def test_everything_decided_comes_back_from_the_store(shop):
    view = OrderView(
        "Fresh first", ("order now",), {"category": ("Fresh",)}, "a", ("on_hand",), "on_hand", True
    )
    full = Decisions(
        quantities={"a": 3.0}, reasons={"a": "x"}, keep_below=2.0, placed={"b": 1.0}, placed_at="2026-01-01",
        views=with_view((replace(view, codes="old"),), view),
    )  # fmt: skip

    assert decisions_from({"decisions": asdict(full)}) == full


def test_a_view_shows_its_lines_in_its_order_and_names_unknown_codes(shop):
    attributes = attributes_of(shop.dataset)
    lines, unknown = lines_in_view(shop.orders, attributes, OrderView(codes="b;zzz\ta", sort_by="on_hand"))
    fresh, _ = lines_in_view(shop.orders, attributes, OrderView(groups={"category": ("Fresh",)}))

    assert lines["unique_id"].tolist() == ["b", "a"]
    assert unknown == ("zzz",)
    assert fresh["unique_id"].tolist() == ["a"]


def test_the_range_holds_what_is_expected(shop):
    low, high = demand_range(shop.orders).iloc[0].split(" to ")

    assert float(low) < shop.orders["expected_demand"].iloc[0] < float(high)
    assert (shop.orders["demand_low"] <= shop.orders["demand_high"]).all()


def test_a_budget_moves_orders_and_a_typed_quantity_stands_before_it(shop):
    free = order_totals(decided(shop, Decisions()).orders)
    half = SharedLimits(money=free.spend / 2)
    tight = decided(shop, Decisions(limits=half))
    mine = decided(shop, Decisions(quantities={"a": 30.0}, limits=half))

    assert order_totals(tight.orders).spend <= free.spend / 2
    assert order_totals(tight.orders).budgeted > 0
    assert any("of budget saves" in s for s in tight.shared.sentences)
    assert "left." in against_in_words(tight)[0]
    assert mine.orders.set_index("unique_id").loc["a", ["yours", "decided_by"]].tolist() == [30.0, MANAGER]
    assert "Your own quantities take €60" in mine.shared.sentences[-1]
    assert order_totals(mine.orders).spend <= free.spend / 2


def test_the_report_says_what_the_budget_did_and_how_the_plan_stands_to_the_last_order(shop):
    limits = SharedLimits(money=100.0)
    tight = decided(shop, Decisions(limits=limits, placed={"a": 10.0}, placed_at="2026-01-05"))
    content = report_content(tight, now=datetime(2026, 1, 1))

    said = [text for label, text in content.totals if label in ("Compared", "Shared limits")]
    assert said == [*against_in_words(tight), *tight.shared.sentences]
    assert "One more EUR of budget saves" in web_page(content).decode()


def test_own_quantities_beyond_the_budget_leave_nothing_for_the_others(shop):
    far = decided(shop, Decisions(quantities={"a": 500.0}, limits=SharedLimits(money=100.0)))

    assert "they alone exceed it" in far.shared.sentences[-1]
    assert far.orders.set_index("unique_id").loc["b", "yours"] == 0
    assert "too much" in against_in_words(far)[0]
    everything = decided(shop, Decisions(quantities={"a": 500.0, "b": 1.0}, limits=SharedLimits(money=1.0)))
    assert order_totals(everything.orders).ordered == 501.0


def test_a_plan_stands_beside_the_last_order(shop):
    last = Decisions(placed={"a": 10.0, "b": 0.0}, placed_at="2026-01-05T09:00:00")
    said = against_in_words(decided(shop, last))[0]

    assert said.startswith("Last order of 5 Jan 2026: 10 units for €20.00")


def test_stale_stock_is_named_and_ordered_once_confirmed(shop):
    old = shop.dataset.items.assign(stock_date=["2020-01-01", None])
    stale = work_out(replace(shop.dataset, items=old), shop.settings, shop.results)
    sure = work_out(stale.dataset, replace(stale.settings, stock_confirmed=True), stale.results)

    assert stale_lines(stale.orders) == ["a"]
    assert pd.isna(suggested(stale, "a"))
    assert stale_lines(sure.orders) == []
    assert suggested(sure, "a") == suggested(shop, "a")


def test_a_range_of_tens_of_thousands_still_fits_its_column():
    lines = pd.DataFrame({"demand_low": [98.4, 1183.0, np.nan], "demand_high": [131.0, 125_000.0, np.nan]})
    assert demand_range(lines).tolist() == ["98 to 131", "1183 to 125k", ""]
