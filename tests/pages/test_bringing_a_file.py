"""A sales file on the data page: guessed, asked, mapped by hand, refused."""

from datetime import date

import pandas as pd
import pytest

from tests.conftest import real_data
from tests.ingest.files import csv_bytes, xlsx_bytes
from tests.pages.test_pages import go, project_of
from ui import workspace as shop

DAYS = pd.date_range("2024-01-01", periods=60)
PLAIN = [("date", "item", "units"), *((f"{d:%Y-%m-%d}", i, 3) for d in DAYS for i in ("007", "042"))]


def bring(app, content, name="sales.csv"):
    go(app, "data")
    app.file_uploader(key="sales_file").upload(name, content, "text/csv").run()
    assert not app.exception, app.exception[0].value
    return app


def labelled(widgets, label):
    return next(w for w in widgets if w.label == label)


def choose(app, label, value):
    labelled(app.selectbox, label).set_value(value).run()
    assert not app.exception, app.exception[0].value


def use(app):
    app.button(key="use_file").click().run()
    project = project_of(app)
    shop.stop(project.project_id)  # what follows belongs to other tests
    return project


def answer_first(app):
    """Say units, and days, where nothing is preselected."""
    while unanswered := [r for r in app.radio if r.value is None]:
        question = unanswered[0]
        question.set_value("units" if "money or units" in question.label else "D").run()


def told(app):
    return " ".join(m.value.replace("\\", "") for m in (*app.markdown, *app.caption))


def test_a_guessed_file_becomes_a_project_that_remembers_how_it_was_read(empty):
    bring(empty, csv_bytes(PLAIN))
    assert labelled(empty.selectbox, "Date").value == "date"
    choose(empty, "Negative quantities", "drop")
    project = use(empty)
    assert sorted(project.dataset.sales["unique_id"].unique()) == ["007", "042"]
    assert project.import_report["choices"]["returns"] == "drop"
    assert project.import_report["choices"]["roles"]["y"] == "units"


def test_the_next_file_of_a_project_is_read_like_the_last(empty):
    rows = [("when", "a", "b"), *((f"{d:%Y-%m-%d}", 3, 4) for d in DAYS for _ in "xy")]
    bring(empty, csv_bytes(rows))
    choose(empty, "Units sold", "b")
    choose(empty, "Rows alike in every column", "drop_exact")
    use(empty)
    shop._open_workspaces.clear()  # as after a restart: the choices come from the store
    longer = [*rows, ("2024-03-01", 3, 4)]
    bring(empty, csv_bytes(longer), "next.csv")
    assert labelled(empty.selectbox, "Units sold").value == "b"
    assert labelled(empty.selectbox, "Rows alike in every column").value == "drop_exact"
    bring(empty, csv_bytes(PLAIN), "other.csv")
    assert labelled(empty.selectbox, "Units sold").value == "units"
    assert labelled(empty.selectbox, "Rows alike in every column").value == "sum"


def test_a_workbook_offers_its_sheets_and_the_project_remembers_which(empty):
    other = [("date", "item", "units"), *((d.to_pydatetime(), "tea", 5) for d in DAYS)]
    book = xlsx_bytes([("date", "item", "units"), *((d.to_pydatetime(), "tea", 2) for d in DAYS)], Old=other)
    bring(empty, book, "book.xlsx")
    sheet = labelled(empty.selectbox, "Sheet")
    assert sheet.options == ["Old (61 rows × 3 columns)", "Sales (61 rows × 3 columns)"]
    assert sheet.value == "Old"
    choose(empty, "Sheet", "Sales")
    assert labelled(empty.metric, "Units").value == "120"
    assert use(empty).import_report["choices"]["sheet"] == "Sales"
    bring(empty, book, "book.xlsx")
    assert labelled(empty.selectbox, "Sheet").value == "Sales"


def test_columns_that_cannot_be_told_are_mapped_by_hand(empty):
    rows = [("wann", "was", "n1", "n2"), *((f"{d:%d.%m.%Y}", i, 3, 4) for d in DAYS for i in ("p", "q"))]
    bring(empty, csv_bytes(rows))
    assert "say which of n1, n2 it is" in empty.warning[0].value
    assert labelled(empty.selectbox, "Units sold").value is None
    assert not [b for b in empty.button if b.key == "use_file"]
    choose(empty, "Units sold", "n2")
    assert labelled(empty.metric, "Units").value == f"{4 * 120:,}"
    assert use(empty).import_report["choices"]["roles"]["y"] == "n2"


def test_a_year_and_a_month_are_shown_as_the_date_and_can_be_picked_otherwise(empty):
    months = pd.date_range("2022-01-01", periods=24, freq="MS")
    rows = [("Year", "Month", "FY", "FM", "Units")]
    rows += [(m.year, f"{m:%B}", m.year + 1, m.month, 3) for m in months]
    bring(empty, csv_bytes(rows))
    picked = labelled(empty.selectbox, "Date")
    assert picked.value == "Year + Month"
    assert "FY + FM" in picked.options
    assert list(empty.dataframe[0].value.columns) == list(rows[0])
    assert labelled(empty.metric, "From").value == "1 Jan 2022"
    choose(empty, "Date", "FY + FM")
    assert labelled(empty.metric, "From").value == "1 Jan 2023"
    project = use(empty)
    assert project.import_report["columns"]["ds"] == "FY + FM"
    bring(empty, csv_bytes(rows), "again.csv")
    assert labelled(empty.selectbox, "Date").value == "FY + FM"


def test_a_column_picked_wrongly_is_a_sentence_and_can_be_picked_again(empty):
    bring(empty, csv_bytes([(*row, "sunny" if n else "weather") for n, row in enumerate(PLAIN)]))
    choose(empty, "Date", "weather")
    assert "date not readable" in empty.error[0].value
    choose(empty, "Date", "item")
    assert "plays two parts" in empty.error[0].value
    assert len(empty.dataframe) == 1
    choose(empty, "Date", "date")
    assert not empty.error
    assert empty.button(key="use_file")


def test_a_layout_guessed_wrongly_is_set_right(empty):
    rows = [
        ("Datum", "Ware", "Grad", "Gäste"),
        *((f"{d:%d.%m.%Y}", n % 5, n, 2 * n) for n, d in enumerate(DAYS)),
    ]
    bring(empty, csv_bytes(rows))
    assert "one column per item" in told(empty)
    choose(empty, "Layout", "lines")
    choose(empty, "Units sold", "Ware")
    assert labelled(empty.metric, "Series").value == "1"
    assert labelled(empty.metric, "Units").value == "120"


@pytest.mark.parametrize(("answer", "series", "total"), [("across", "6", "720"), ("lines", "2", "240")])
def test_columns_that_may_be_stores_are_asked_about_before_they_are_mapped(empty, answer, series, total):
    rows = [
        ("Date", "Item", "North", "South", "East"),
        *((f"{d:%Y-%m-%d}", i, 1, 2, 3) for d in DAYS for i in "AB"),
    ]
    bring(empty, csv_bytes(rows))
    question = next(r for r in empty.radio if "a store with its units" in r.label)
    assert question.value is None
    assert not [b for b in empty.button if b.key == "use_file"]
    assert list(empty.dataframe[0].value.columns) == ["Date", "Item", "North", "South", "East"]
    question.set_value(answer).run()
    if answer == "lines":
        choose(empty, "Units sold", "South")
    assert labelled(empty.metric, "Series").value == series
    assert labelled(empty.metric, "Units").value == total
    assert use(empty).import_report["choices"]["layout"] == answer


def test_a_year_typed_wrongly_is_asked_about(empty):
    bring(empty, csv_bytes([*PLAIN, ("2099-01-01", "007", 3)]))
    question = next(r for r in empty.radio if "1 row are far from all others" in r.label)
    assert question.value is None
    question.set_value("leave_out").run()
    assert labelled(empty.metric, "From").delta == "to 29 Feb 2024"
    assert use(empty).import_report["choices"]["stray_dates"] == "leave_out"


def test_a_date_written_once_a_day_is_asked_about(empty):
    rows = [("Date", "Item", "Units"), *(r for d in DAYS for r in ((f"{d:%Y-%m-%d}", "A", 1), ("", "B", 2)))]
    bring(empty, csv_bytes(rows))
    question = next(r for r in empty.radio if "blank on 60 of 120 rows" in r.label)
    assert question.value is None
    question.set_value("above").run()
    assert labelled(empty.metric, "Units").value == "180"
    assert use(empty).import_report["choices"]["blanks"] == "above"


@pytest.mark.parametrize(("answer", "last"), [("day-first", "12 Mar 2024"), ("month-first", "3 Dec 2024")])
def test_a_date_order_that_the_file_leaves_open_is_asked_and_never_guessed(empty, answer, last):
    rows = [("date", "units"), *((f"{d:02d}/{m:02d}/2024", d) for m in range(1, 4) for d in range(1, 13))]
    bring(empty, csv_bytes(rows))
    question = next(r for r in empty.radio if "is this" in r.label)
    assert question.value is None
    assert not [b for b in empty.button if b.key == "use_file"]
    question.set_value(answer).run()
    assert labelled(empty.metric, "From").delta == f"to {last}"
    empty.button(key="use_file")


def test_a_changed_rule_says_what_it_changed(empty):
    rows = [*PLAIN, ("2024-02-29", "007", -2), PLAIN[-1]]
    bring(empty, csv_bytes(rows))
    assert "your choices changed" not in told(empty)
    choose(empty, "Negative quantities", "drop")
    choose(empty, "Rows alike in every column", "drop_exact")
    assert "rows kept: 122 → 120" in told(empty)
    assert "dropped, exact duplicate: 0 → 1" in told(empty)
    assert "units: 361 → 360" in told(empty)


@pytest.mark.parametrize(
    "content",
    [b"", bytes(range(256)) * 40, b"%PDF-1.7 x", b"date\n2024-01-15\n", csv_bytes(PLAIN[:2]),
     b"PK\x03\x04 broken", csv_bytes([("a", "b"), ("x", "y")])],
)  # fmt: skip
def test_a_refused_file_is_a_sentence_and_leaves_the_open_project_as_it_was(app, content):
    before = project_of(app)
    dataset, results = before.dataset, before.results
    bring(app, content)
    assert len(app.error) + len(app.warning) >= 1
    assert not [b for b in app.button if b.key == "use_file"]
    assert project_of(app) is before
    assert before.dataset is dataset
    assert before.results is results
    bring(app, csv_bytes(PLAIN), "good.csv")
    assert not app.error
    app.button(key="use_file")


def test_a_history_too_short_to_forecast_is_refused_before_a_project_is_made(app):
    before = app.session_state["project"]
    bring(app, csv_bytes([PLAIN[0], *PLAIN[1:7]]))
    app.button(key="use_file").click().run()
    assert not app.exception
    assert "needed" in app.error[0].value
    assert app.session_state["project"] == before


def test_names_in_a_file_are_shown_as_they_stand(empty):
    rows = [("date", ":material/home: **x** http://evil.example", "units"), *PLAIN[1:], ("2024-02-29", "", 1)]
    bring(empty, csv_bytes(rows))
    shown = next(m.value for m in empty.markdown if "kept under" in m.value)
    assert ":material" not in shown
    assert "**x**" not in shown
    assert "http:" in shown
    assert "http://" not in shown


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "series"),
    [("messy/adidas_us_sales.xlsx", "30"), ("messy/superstore_eu_semicolon_decimalcomma_cp1252.csv", "1,569"),
     ("messy/sales_2019_repeated_headers.csv", "19"), ("bench/rossmann.csv.gz", "50"),
     ("bench/one_item_with_stock.csv", "1"), ("bench/carparts_wide.csv.gz", "800"),
     ("bench/dominicks.csv.gz", "440"), ("messy/superstore_us_ddmmyy_bom.csv", "1,468"),
     ("messy/adidas_us_sales_ptbr.csv", "30"), ("messy/online_retail_one_day_returns.csv", "1,774")],
)  # fmt: skip
def test_a_real_file_is_read_by_guess_on_the_page(empty, name, series):
    bring(empty, real_data(name).read_bytes(), name.rpartition("/")[2])
    assert not empty.error
    assert not empty.warning
    answer_first(empty)
    assert labelled(empty.metric, "Series").value == series
    empty.button(key="use_file")


@pytest.mark.data
@pytest.mark.parametrize("name", ["messy/shampoo_pseudo_months.csv", "messy/uci_weekly_wide_W0_W51.csv"])
def test_a_real_file_without_a_calendar_asks_where_it_begins(empty, name):
    bring(empty, real_data(name).read_bytes(), name.rpartition("/")[2])
    first = next(d for d in empty.date_input if "On which day does" in d.label)
    assert first.value is None
    assert "dates are an example" in told(empty)
    assert not [b for b in empty.button if b.key == "use_file"]
    first.set_value(date(2019, 1, 7)).run()
    answer_first(empty)
    assert labelled(empty.metric, "From").value in ("7 Jan 2019", "1 Jan 2019")
    assert "dates are an example" not in told(empty)
    empty.button(key="use_file")


def test_sales_that_are_said_to_be_money_are_money_on_the_pages_that_follow(empty):
    bring(empty, csv_bytes([("date", "item", "turnover"), *PLAIN[1:]]))
    next(r for r in empty.radio if "money or units" in r.label).set_value("money").run()
    assert labelled(empty.metric, "Sales").delta == "in money, not in pieces"
    project = use(empty)
    assert project.settings.measure == "money"
    assert project.settings.placeholder_costs
    go(empty, "data")
    assert "sales in EUR, not in pieces" in told(empty)
    go(empty, "history")
    revenue = next(m for m in empty.metric if m.label.startswith("Revenue"))
    assert revenue.value.startswith("€")


def test_the_currency_is_taken_from_the_file_shown_and_can_be_set_right(empty):
    priced = [("date", "item", "units", "price"), *((*row, "$4.50") for row in PLAIN[1:])]
    bring(empty, csv_bytes(priced))
    assert labelled(empty.selectbox, "Currency of its money").value == "USD"
    choose(empty, "Currency of its money", "CAD")
    assert use(empty).settings.currency == "CAD"
    bring(empty, csv_bytes(PLAIN), "more.csv")
    unsaid = "Currency of its money (the file does not say)"
    assert labelled(empty.selectbox, unsaid).value == "CAD"  # as in the open project


def test_a_promotion_that_nothing_uses_is_said_and_taken_with_one_click(empty):
    promoted = [(*PLAIN[0], "promo", "weather"), *((*r, int(n % 3 == 0), n) for n, r in enumerate(PLAIN[1:]))]
    bring(empty, csv_bytes(promoted))
    assert "'promo' looks like something known before" in " ".join(i.value for i in empty.info)
    assert "Not used: promo, weather." in told(empty)
    next(b for b in empty.button if b.label == "Known ahead").click().run()
    assert not empty.exception
    assert labelled(empty.multiselect, "Known ahead (drivers)").value == ["promo"]
    assert "Not used: weather." in told(empty)
    assert not [b for b in empty.button if b.label == "Known ahead"]
    labelled(empty.multiselect, "Known ahead (drivers)").set_value([]).run()
    assert "Not used: promo, weather." in told(empty)
    labelled(empty.multiselect, "Known ahead (drivers)").set_value(["promo"]).run()
    assert use(empty).dataset.sales["promo"].sum() == 40


def test_whether_sales_are_money_and_what_a_sparse_period_is_are_never_preselected(empty):
    sold = pd.date_range("2024-01-01", periods=20, freq="20D")
    bring(empty, csv_bytes([("date", "turnover"), *((f"{d:%Y-%m-%d}", 5) for d in sold)]))
    money = next(r for r in empty.radio if "money or units" in r.label)
    assert money.value is None
    assert not [b for b in empty.button if b.key == "use_file"]
    money.set_value("units").run()
    period = next(r for r in empty.radio if "sells on 5.2% of its days" in r.label)
    assert period.value is None
    assert not [b for b in empty.button if b.key == "use_file"]
    period.set_value("MS").run()
    assert labelled(empty.metric, "Series").delta == "month by month"
    assert use(empty).import_report["choices"]["measure"] == "units"


def test_a_history_too_short_is_said_in_the_card_of_its_dates(empty):
    bring(empty, csv_bytes([PLAIN[0], *PLAIN[1:3]]))
    assert labelled(empty.metric, "From").delta == "to 1 Jan 2024: 1 day, a forecast needs 26"
    bring(empty, csv_bytes(PLAIN), "long.csv")
    assert labelled(empty.metric, "From").delta == "to 29 Feb 2024"
