import pytest

from ui import workspace as shop

QUESTIONS = {
    "data": "What have we sold",
    "forecast": "What will we sell",
    "accuracy": "Can I trust it?",
    "orders": "What should I order",
    "value": "Is this worth it?",
    "report": "Something to take",
}


def go(app, name):
    app.switch_page(f"../pages/{name}.py").run()
    assert not app.exception, app.exception[0].value
    return app


def project_of(app):
    return shop.get(app.session_state["project"])


def test_the_first_visitor_finds_three_doors(empty):
    assert not empty.exception
    assert empty.title[0].value == "What needs me today?"
    assert {b.label for b in empty.button} >= {"Try the sample", "Open"}


@pytest.mark.parametrize("name", [n for n in QUESTIONS if n != "data"])
def test_without_a_history_a_page_says_what_to_do_first(empty, name):
    go(empty, name)
    assert QUESTIONS[name] in empty.title[0].value
    assert "no sales history yet" in empty.info[0].value


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_page_answers_its_question_without_an_error(app, name):
    go(app, name)
    assert QUESTIONS[name] in app.title[0].value
    assert not app.error


def test_the_start_page_shows_four_numbers_each_with_a_baseline(app):
    assert len(app.metric) == 4
    assert all(m.delta for m in app.metric)


def test_a_cost_change_gives_new_orders_without_a_refit(app):
    go(app, "orders")
    project = project_of(app)
    before, results = app.metric[1].value, project.results
    app.sidebar.segmented_control(key="cost_source").set_value("typed").run()
    app.sidebar.number_input(key="understock").set_value(1.0).run()
    app.sidebar.number_input(key="overstock").set_value(2.0).run()
    assert project.results is results
    assert app.metric[1].value != before
    assert project.settings.costs.understock == 1.0


def test_a_lead_time_beyond_the_horizon_is_a_sentence_and_keeps_the_old_plan(app):
    go(app, "orders")
    app.sidebar.number_input(key="lead_time").set_value(40).run()
    assert "forecast at least 47 days" in app.error[0].value
    assert project_of(app).settings.policy.lead_time == 2


def test_a_typed_quantity_is_kept_as_the_managers_and_survives_a_page_switch(app):
    go(app, "orders")
    project = project_of(app)
    project.edit({"Centre | tea": 42.0})
    go(app, "report")
    go(app, "orders")
    table = app.dataframe[0].value if app.dataframe else None
    assert project.edits == {"Centre | tea": 42.0}
    assert table is None or not table.empty


def test_a_saved_project_opens_again_after_a_restart(app, dataset, settings, results):
    project = project_of(app)
    from forecasting.services import project as saving

    saving.save_dataset(shop.store(), project.project_id, dataset, project.import_report, shop.now())
    saving.save_results(shop.store(), project.project_id, results, shop.now())
    project.edit({"Centre | tea": 7.0})
    shop._open_workspaces.clear()

    again = shop.get(project.project_id)
    assert again is not project
    assert again.settings == settings
    assert again.edits == {"Centre | tea": 7.0}
    assert again.results is not None
    assert again.results.models == results.models
    assert (
        again.results.paths["seasonal_naive"].values.tobytes()
        == results.paths["seasonal_naive"].values.tobytes()
    )
    assert again.key() == project.key()


def test_a_link_to_nowhere_gets_a_sentence(empty):
    empty.query_params["project"] = "nobody"
    empty.run()
    assert "no project" in empty.error[0].value.lower()
