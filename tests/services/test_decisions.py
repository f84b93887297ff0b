"""What a manager decides on top of the numbers: own quantities, and how the case is counted."""

import io
from dataclasses import replace
from datetime import datetime

import openpyxl
import pandas as pd
import pytest

from forecasting.errors import DecisionError
from forecasting.inventory.policy import OrderPolicy
from forecasting.report.pdf import pdf
from forecasting.report.spreadsheet import spreadsheet
from forecasting.report.web_page import web_page
from forecasting.services.content import report_content
from forecasting.services.deciding import decided
from forecasting.services.findings import Decisions
from forecasting.services.order_lines import NO_STOCK, order_totals, stock_notes, totals_in_words
from forecasting.services.plan import DefaultUse, check_reach, default_use
from forecasting.services.project import decisions_from
from forecasting.services.stairs import case_of, worth_of
from forecasting.services.tiles import order_tiles
from forecasting.services.value_tiles import payback, value_tiles
from forecasting.services.work_out import work_out
from forecasting.value.business_case import BusinessCase, CaseTerms
from forecasting.value.cost_lines import DEFAULT_COST_LINES, CostLine


@pytest.fixture(scope="module")
def found(found):
    """The findings of a shop that has counted its shelves."""
    items = pd.DataFrame({"unique_id": ["a", "b"], "on_hand": [0.0, 300.0], "on_order": [0.0, 0.0]})
    priced = items.assign(price=[4.0, 6.0], unit_cost=[2.0, 3.0])
    return work_out(replace(found.dataset, items=priced), found.settings, found.results)


@pytest.fixture(scope="module")
def changed(found):
    more = float(found.orders.loc[0, "order_quantity"]) + 500
    return decided(found, Decisions(quantities={"a": more}))


def test_totals_count_the_managers_quantities_and_their_effect(found, changed):
    before, after = order_totals(found.orders), order_totals(changed.orders)

    assert (before.changed, before.effect) == (0, 0.0)
    assert after.ordered == after.suggested + 500
    assert after.changed == 1
    assert after.left == pytest.approx(before.left + after.effect)
    assert after.effect > 0
    assert after.saved == pytest.approx(after.nothing - after.left)
    assert dict(totals_in_words(changed.orders, "EUR"))["Changed by the manager"].startswith(
        "1 of 2 lines: 500 units more than suggested, at €"
    )


def test_tiles_and_reports_say_the_same_total(found, changed):
    tile = next(t for t in order_tiles(changed) if t.label == "Units to order")
    content = report_content(changed, now=datetime(2026, 1, 1))

    assert dict(content.totals)["Units to order"] == f"{tile.value} ({tile.baseline})"
    assert "Changed by the manager" not in dict(report_content(found, now=datetime(2026, 1, 1)).totals)


def test_what_is_left_contains_what_no_order_can_save(found):
    total, words = order_totals(found.orders), dict(totals_in_words(found.orders, "EUR"))

    assert total.lines_short == 1  # "a" has an empty shelf
    assert 0 < total.lost_before < total.left
    assert total.lost_before + total.excess <= total.left + 1e-9
    assert "units), whatever is ordered" in words["Lost before a delivery can come"]


def test_without_stock_there_is_no_money_and_no_line_is_due(found):
    items = found.dataset.items.drop(columns=["on_hand", "on_order"])
    bare = work_out(replace(found.dataset, items=items), found.settings, found.results)
    content = report_content(bare, now=datetime(2026, 1, 1))

    assert stock_notes(bare.orders) == [NO_STOCK]
    assert NO_STOCK in bare.import_notes
    assert [t.value for t in order_tiles(bare) if t.label != "Units to order"] == ["n/a"] * 3
    assert {"To spend", "Saved by these orders", "Lines to order now"}.isdisjoint(dict(content.totals))
    assert bare.orders["on_hand"].isna().all()
    for make in (spreadsheet, web_page, pdf):
        assert len(make(content)) > 1000
    assert NO_STOCK.split(":")[0] in web_page(content).decode()


def test_lines_without_stock_count_in_no_sum_of_money(found):
    items = found.dataset.items.assign(on_hand=[float("nan"), 300.0])
    part = work_out(replace(found.dataset, items=items), found.settings, found.results)
    total = order_totals(part.orders)

    assert (total.lines, total.known, total.priced) == (2, 1, 1)
    assert total.left == part.orders.set_index("unique_id").loc["b", "expected_cost"]
    assert stock_notes(part.orders)[0].startswith("1 of 2 lines have no stock given")


def test_numbers_of_a_run_that_is_not_done_say_so(found):
    more = replace(found.settings, models=(*found.settings.models, "prophet"))
    half = work_out(found.dataset, more, found.results)

    content = report_content(half, now=datetime(2026, 7, 1))

    assert content.cautions[0].startswith("Provisional: 2 of 3 models tested")
    assert content.cautions[0] in web_page(content).decode()
    book = openpyxl.load_workbook(io.BytesIO(spreadsheet(content)))
    assert content.cautions[0] in [row[0] for row in book["Summary"].values]
    assert not any("Provisional" in said for said in report_content(found, now=datetime(2026, 7, 1)).cautions)


def test_default_times_matter_only_to_items_without_their_own(found):
    far = replace(found.settings, policy=OrderPolicy(40, 7))
    own = found.dataset.items.assign(lead_time=2, review_period=[3, 4])
    giving = replace(found.dataset, items=own)

    assert default_use(giving) == DefaultUse(items=2, without_costs=0, lead_time=0, review_period=0)
    check_reach(giving, far)
    with pytest.raises(DecisionError, match="forecast at least 47 days"):
        check_reach(found.dataset, far)


def test_the_haircuts_and_the_years_stand_in_the_report(found):
    terms = CaseTerms(years=5, discount_rate=0.04, adoption=0.5, realisation=0.6)
    worth = replace(worth_of(found), days=365)
    case = case_of(worth, (), terms)
    known = decided(found, Decisions(cost_lines=(CostLine("Build", one_off=5.0),), terms=terms))
    content = report_content(known, now=datetime(2026, 1, 1), worth=worth)
    book = openpyxl.load_workbook(io.BytesIO(spreadsheet(content)))
    summary = [c.value for row in book["Summary"].iter_rows() for c in row]

    assert case.terms == terms
    assert case.annual_gain == pytest.approx(worth.gain)
    assert "Gain over 5 years" in dict(content.case)
    for words in ("50\u00a0% follow it", "60\u00a0% is kept", "discounted at 4\u00a0% a year"):
        assert any(words in str(cell) for cell in summary)


def test_decisions_change_no_number_that_models_or_replay_made(found, changed):
    assert changed.evaluation is found.evaluation
    assert changed.results is found.results
    assert (changed.orders["order_quantity"] == found.orders["order_quantity"]).all()


def test_new_orders_wait_for_no_leaderboard_and_a_second_look_costs_nothing(found):
    dearer = found.settings.with_typed_costs(overstock=1.0, understock=40.0)
    moved = work_out(found.dataset, dearer, found.results, measured=found.evaluation.measured)

    assert not {"leaderboard", "scores", "not_replayed"} & set(vars(moved.evaluation))
    assert moved.evaluation.leaderboard is moved.evaluation.leaderboard
    assert moved.evaluation.measured.said is found.evaluation.measured.said


def test_decisions_come_back_from_the_store_and_from_an_earlier_layout():
    kept = {
        "quantities": {"a": 3.0},
        "cost_lines": [{"label": "Build", "one_off": 5.0}],
        "terms": {"years": 2, "adoption": 0.4},
    }
    new = decisions_from({"decisions": kept})
    old = decisions_from({"edits": {"a": 3.0}, "cost_lines": [{"label": "Build", "one_off": 5.0}]})

    assert new.terms == CaseTerms(years=2, adoption=0.4)
    assert new.cost_lines == old.cost_lines == (CostLine("Build", one_off=5.0),)
    assert new.quantities == old.quantities == {"a": 3.0}
    assert decisions_from({}) == Decisions()
    assert decisions_from({}).cost_lines == DEFAULT_COST_LINES


@pytest.mark.parametrize(
    ("gain", "line", "words"),
    [
        (12_000.0, CostLine("Build", one_off=6_000.0), "6 months"),
        (12_000.0, CostLine("Build", one_off=1.0), "1 month"),
        (12_000.0, CostLine("Build", one_off=36_000.0), "3.0 years"),
        (12_000.0, CostLine("Upkeep", yearly=1.0), "at once"),
        (12_000.0, CostLine("Upkeep", yearly=20_000.0), "never"),
        (12_000.0, CostLine("Build"), "n/a"),
    ],
)
def test_payback_is_said_in_the_unit_a_manager_would_use(gain, line, words):
    assert payback(BusinessCase(gain, (line,), CaseTerms(adoption=1.0, realisation=1.0))) == words


def test_a_return_that_leaves_costs_out_is_not_called_good(found):
    lines = (CostLine("Build", one_off=1.0), CostLine("Upkeep"))
    roi = value_tiles(decided(found, Decisions(cost_lines=lines)), worth_of(found))[0]

    assert roi.label == "ROI (partial)"
    assert roi.good is None
