"""Orders and the page of one item, as a manager clicks through them."""

import re
from dataclasses import replace

from tests.pages.test_pages import go, project_of
from ui.order_table import PHONE, PHONE_WIDTHS, SEEN, USUAL, WIDTHS


def test_one_item_is_shown_closely_and_its_sliders_answer_for_it_alone(app):
    go(app, "item")
    project = project_of(app)
    app.selectbox(key="item").set_value("Centre | tea").run()
    before = app.metric[0].value
    price = next(s for s in app.slider if s.label.startswith("Price"))
    price.set_value(12.0).run()

    assert not app.exception
    assert app.metric[0].value != before
    assert "What if: order" in app.info[0].value
    assert project.dataset.items["price"].tolist() == [4.0, 3.0, 3.0]
    app.button(key="knobs_back").click().run()
    assert app.metric[0].value == before


def test_what_the_forecast_of_an_item_is_made_of_is_told_on_request(app):
    go(app, "item")
    before = len(app.get("plotly_chart"))
    app.selectbox(key="item").set_value("Harbour | tea").run()
    app.session_state["parts_open"] = True
    app.run()

    assert not app.exception
    told = next(t.value for t in app.text if t.value.startswith("Prophet expects"))
    assert re.search(r"on the 14 days ahead on which it is open: [\d,]+ by the trend, .* by weekday\. ", told)
    assert len(app.get("plotly_chart")) == before + 1


def test_a_lead_time_beyond_the_forecast_is_one_sentence_on_the_item_page(app):
    go(app, "item")
    lead = next(s for s in app.slider if s.label.startswith("Lead time"))
    lead.set_value(14.0).run()

    assert not app.exception
    assert "must last" in app.error[0].value


def test_an_order_line_leads_to_its_item(app):
    go(app, "orders")
    app.selectbox(key="why").set_value("Harbour | tea").run()
    app.button(key="show_item").click().run()

    assert not app.exception
    assert app.title[0].value == "Show me this one"
    assert app.selectbox(key="item").value == "Harbour | tea"


def editor(app):
    """The order lines as they stand on the page."""
    return next(d for d in app.dataframe if "typed" in d.value)


def type_into(app, series, **cells):
    """Type into the cells of one order line."""
    key = editor(app).proto.id.rpartition("-")[2]
    row = list(editor(app).value["unique_id"]).index(series)
    app.session_state[key] = {"edited_rows": {row: cells}, "added_rows": [], "deleted_rows": []}
    return app.run()


def test_plus_twelve_is_the_managers_with_a_reason_and_survives_a_new_visitor(app, empty):
    go(app, "orders")
    project = project_of(app)
    suggested = editor(app).value.set_index("unique_id").loc["Centre | tea", "order_quantity"]
    type_into(app, "Centre | tea", typed="+12", own_reason="street fair")

    assert not app.exception
    assert project.decisions.quantities == {"Centre | tea": suggested + 12}
    line = editor(app).value.set_index("unique_id").loc["Centre | tea"]
    assert (line["yours"], line["decided_by"]) == (suggested + 12, ["✎ yours"])
    empty.session_state["project"] = project.project_id
    again = editor(go(empty, "orders")).value.set_index("unique_id").loc["Centre | tea"]
    assert (again["typed"], again["own_reason"]) == (f"{suggested + 12:g}", "street fair")


def test_what_is_typed_while_other_lines_come_up_is_not_lost(app):
    go(app, "orders")
    suggested = editor(app).value.set_index("unique_id").loc["Centre | tea", "order_quantity"]
    app.text_area(key="search").set_value("tea")
    type_into(app, "Centre | tea", typed="+12")

    assert not app.exception
    assert len(editor(app).value) == 2
    assert project_of(app).decisions.quantities == {"Centre | tea": suggested + 12}
    app.text_area(key="search").set_value("").run()
    app.button(key="back_to_suggestion").click().run()
    assert project_of(app).decisions.quantities == {}


def test_a_text_that_is_no_quantity_is_a_sentence_and_changes_nothing(app):
    go(app, "orders")
    type_into(app, "Centre | tea", typed="a dozen")

    assert "no quantity" in app.error[0].value
    assert project_of(app).decisions.quantities == {}


def test_inputs_stand_left_of_the_suggestion_and_most_money_comes_first(app):
    table = editor(go(app, "orders")).value
    columns = list(table.columns)
    assert "Show" in [group.label for group in app.pills]
    assert columns.index("on_hand") < columns.index("demand_range") < columns.index("status")
    assert columns.index("status") < columns.index("order_quantity") < columns.index("typed")
    assert table["money_at_stake"].is_monotonic_decreasing
    assert set(table["status"].map(tuple)) <= {("● order now",), ("◐ soon",), ("○ enough",), ("▲ excess",)}


def test_a_pasted_list_shows_its_lines_and_names_the_codes_nobody_knows(app):
    go(app, "orders")
    app.text_area(key="search").set_value("Harbour | tea\nno such; coffee").run()

    assert sorted(editor(app).value["unique_id"]) == ["Centre | coffee", "Harbour | tea"]
    assert "no such" in app.warning[0].value


def test_a_view_is_kept_with_the_project_and_brings_its_filter_back(app):
    go(app, "orders")
    app.text_area(key="search").set_value("tea").run()
    app.selectbox(key="view_sort").set_value("on_hand").run()
    app.toggle(key="view_ascending").set_value(True).run()
    app.text_input(key="view_name").set_value("Tea").run()
    app.button(key="view_save").click().run()
    assert [v.name for v in project_of(app).decisions.views] == ["Tea"]
    app.text_area(key="search").set_value("").run()
    assert len(editor(app).value) == 3

    app.pills(key="view_saved").set_value(None).run()
    app.pills(key="view_saved").set_value("Tea").run()

    assert not app.exception
    assert list(editor(app).value["unique_id"]) == ["Centre | tea", "Harbour | tea"]
    app.button(key="view_forget").click().run()
    assert project_of(app).decisions.views == ()
    assert len(editor(app).value) == 3


def texts(app):
    return " ".join(t.value for t in app.text)


def test_a_budget_moves_orders_says_its_price_and_lists_what_was_dropped(app):
    go(app, "orders")
    before = editor(app).value["yours"].sum()
    app.sidebar.number_input(key="budget").set_value(100.0).run()

    assert not app.exception
    assert project_of(app).decisions.limits.money == 100.0
    assert editor(app).value["yours"].sum() < before
    assert ["€ budget"] in editor(app).value["decided_by"].tolist()
    assert "of budget saves" in texts(app)
    assert "of a budget of" in texts(app)
    cut = next(d.value for d in app.dataframe if "outcome" in d.value)
    assert set(cut["outcome"]) <= {"less", "more", "dropped"}
    go(app, "report")
    go(app, "orders")
    assert app.sidebar.number_input(key="budget").value == 100.0
    app.sidebar.number_input(key="budget").set_value(None).run()
    assert editor(app).value["yours"].sum() == before


def test_a_placed_order_is_what_the_next_plan_is_compared_with(app, dataset):
    go(app, "orders")
    app.button(key="place_order").click().run()
    project = project_of(app)
    assert set(project.decisions.placed) == set(dataset.series)
    assert "Last order of" in texts(app)
    app.session_state["order_tabs"] = "Since the last order"
    app.run()
    assert "No suggestion has changed" in texts(app)

    project.dataset = replace(dataset, items=dataset.items.assign(on_hand=[100.0, 20.0, 500.0]))
    app.session_state["order_tabs"] = "Since the last order"
    app.run()

    assert not app.exception
    table = next(d.value for d in app.dataframe if "cause" in d.value)
    assert table["unique_id"].tolist() == ["Centre | coffee"]
    assert table["cause"].tolist() == ["stock"]
    assert (table["stock"] == table["change"]).all()


def test_a_line_whose_change_gains_too_little_keeps_the_last_order(app):
    go(app, "orders")
    project = project_of(app)
    line = editor(app).value.set_index("unique_id").loc["Centre | tea"]
    project.decide(placed={"Centre | tea": line["order_quantity"] + 6})
    app.sidebar.number_input(key="keep_below").set_value(500.0).run()

    now = editor(app).value.set_index("unique_id").loc["Centre | tea"]
    assert now["decided_by"] == ["= as last time"]
    assert now["yours"] == line["order_quantity"] + 6
    assert "keep the last order" in texts(app)


def test_every_supplier_has_its_files_and_an_edited_one_comes_back_as_the_managers(app):
    go(app, "orders")
    assert {"CSV", "XLSX"} <= {d.label for d in app.get("download_button")}
    content = b"series,order\nCentre | tea,600\nnobody,1\n"
    app.file_uploader[0].upload("back.csv", content, "text/csv").run()
    assert "Row 3: no order line is called 'nobody'" in texts(app)
    app.button(key="purchase_accept").click().run()

    assert not app.exception
    decisions = project_of(app).decisions
    assert decisions.quantities == {"Centre | tea": 600.0}
    assert decisions.reasons == {"Centre | tea": "edited in back.csv"}
    assert editor(app).value.set_index("unique_id").loc["Centre | tea", "typed"] == "600"


def test_a_stock_figure_of_an_earlier_cycle_blocks_the_order_until_it_is_confirmed(app, dataset):
    project = project_of(app)
    project.dataset = replace(dataset, items=dataset.items.assign(stock_date="2025-01-01"))
    go(app, "orders")
    assert "3 of 3 lines are not ordered" in app.warning[0].value
    assert editor(app).value["yours"].isna().all()
    app.button(key="confirm_stock").click().run()

    assert not app.exception
    assert editor(app).value["yours"].notna().all()
    app.button(key="unconfirm_stock").click().run()
    assert editor(app).value["yours"].isna().all()


def test_stock_against_service_and_the_next_reviews_open_on_request(app):
    go(app, "orders")
    assert not app.get("plotly_chart")
    app.session_state["order_tabs"] = "Stock against service"
    app.run()
    points = next(d.value for d in app.dataframe if "fill_rate" in d.value)
    assert {"curve", "recommended", "today", "equal service"} == set(points["kind"])
    app.session_state["order_tabs"] = "Next reviews"
    app.run()
    assert not app.exception
    assert any("review" in d.value for d in app.dataframe)


def open_tab(app, name):
    app.session_state["order_tabs"] = name
    return app.run()


def test_what_becomes_of_a_leftover_is_asked_and_changes_costs_and_orders(app):
    open_tab(go(app, "orders"), "What mistakes cost")
    table = next(d.value for d in app.dataframe if "words" in d.value)
    assert "kept for the next cycle" in table["words"].iloc[0]
    assert "times an unsold unit" in texts(app)
    before = editor(app).value["order_quantity"].sum()
    app.session_state["order_tabs"] = "What mistakes cost"
    app.selectbox(key="leftover").set_value("perishable").run()

    assert not app.exception
    assert project_of(app).settings.costs.leftover == "perishable"
    assert editor(app).value["order_quantity"].sum() < before


def test_costs_that_may_be_off_name_the_number_worth_measuring(app):
    open_tab(go(app, "orders"), "What mistakes cost")
    app.session_state["order_tabs"] = "What mistakes cost"
    app.slider(key="doubt").set_value(40).run()

    assert not app.exception
    assert "orders are robust" in texts(app)
    assert any("worth_measuring" in d.value for d in app.dataframe)


def test_the_costs_of_a_line_and_what_they_imply_stand_under_its_reason(app):
    go(app, "orders")
    assert any("One unit short costs" in c.value for c in app.caption)


def test_a_scarce_item_is_shared_out_and_the_shares_become_the_managers(app, dataset):
    project = project_of(app)
    project.dataset = replace(dataset, items=dataset.items.assign(on_hand=[10.0, 0.0, 0.0]))
    open_tab(go(app, "orders"), "Scarce stock")
    app.session_state["order_tabs"] = "Scarce stock"
    app.number_input(key="scarce_units_tea").set_value(60.0).run()
    shares = next(d.value for d in app.dataframe if "share" in d.value)
    assert shares["share"].sum() == 60
    app.session_state["order_tabs"] = "Scarce stock"
    app.button(key="scarce_accept").click().run()

    assert not app.exception
    mine = project.decisions
    assert sum(mine.quantities.values()) == 60
    assert set(mine.reasons.values()) == {"shared out: there is not enough for all"}


def test_a_filter_of_other_stores_is_forgotten_where_they_are_not(app, dataset):
    go(app, "orders")
    app.multiselect(key="lines_store").set_value(["Harbour"]).run()
    assert list(editor(app).value["unique_id"]) == ["Harbour | tea"]
    go(app, "report")
    go(app, "orders")
    assert list(editor(app).value["unique_id"]) == ["Harbour | tea"]
    go(app, "report")
    moved = dataset.items.assign(store=["North", "North", "South"])
    project_of(app).dataset = replace(dataset, items=moved)
    go(app, "orders")

    assert not app.exception
    assert len(editor(app).value) == 3


def test_volume_is_asked_for_where_items_have_one_and_floors_that_do_not_fit_are_said(app, dataset):
    go(app, "orders")
    assert "volume" not in [n.key for n in app.sidebar.number_input]
    floors = dataset.items.assign(unit_volume=0.01, minimum_service=0.95)
    project_of(app).dataset = replace(dataset, items=floors)
    app.run()
    app.sidebar.number_input(key="volume").set_value(0.5).run()

    assert not app.exception
    assert "minimum services do not fit" in app.warning[0].value
    assert project_of(app).decisions.limits.volume == 0.5
    app.sidebar.toggle(key="floors").set_value(False).run()
    assert not any("minimum services" in w.value for w in app.warning)
    assert "cubic metre" in texts(app)


def test_name_status_and_every_quantity_are_seen_on_a_laptop_without_scrolling():
    seen = ["unique_id", *USUAL, "order_quantity", "typed", "yours", "decided_by"]
    assert sum(WIDTHS[name] for name in seen) <= SEEN
    assert sum(PHONE_WIDTHS[name] for name in PHONE) <= 390 - 2 * 16  # streamlit's margins on a phone


def test_orders_that_rest_on_placeholder_costs_say_so_until_somebody_confirms_them(app):
    project = project_of(app)
    said = "rests on Shelfwise's placeholder costs"
    assert not any(said in warning.value for warning in go(app, "orders").warning)
    bare = project.dataset.items.drop(columns=["price", "unit_cost"])
    project.dataset = replace(project.dataset, items=bare)
    go(app, "start")
    assert any(said in warning.value for warning in go(app, "orders").warning)

    app.button(key="confirm_costs").click().run()
    assert not app.exception
    assert not any(said in warning.value for warning in app.warning)


def test_the_currency_of_a_project_is_changed_beside_its_costs_and_nothing_is_forecast_again(app):
    project = project_of(app)
    results = project.results
    go(app, "orders")
    app.selectbox(key="currency").set_value("GBP").run()
    assert not app.exception
    assert project.settings.currency == "GBP"
    assert project.results is results
    spend = next(m for m in app.metric if m.label == "To spend")
    assert spend.value.startswith("£")
