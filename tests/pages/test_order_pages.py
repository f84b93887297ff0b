"""Orders and the page of one item, as a manager clicks through them."""

from tests.pages.test_pages import go, project_of


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
