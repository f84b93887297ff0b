"""A file of a shape that was read before starts from the choices made then, until they are forgotten."""

from datetime import date

from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT
from tests.ingest.files import csv_bytes
from tests.pages.conftest import PATIENCE
from tests.pages.test_bringing_a_file import DAYS, PLAIN, bring, choose, labelled, told, use
from tests.pages.test_pages import go

TWO = [("when", "a", "b"), *((f"{d:%Y-%m-%d}", 3, 4) for d in DAYS for _ in "xy")]
LATER = [*TWO, ("2024-03-01", 3, 9)]


def read_before(app):
    """The file of two units columns is read with choices of its own, and another visitor comes."""
    bring(app, csv_bytes(TWO))
    choose(app, "Units sold", "b")
    choose(app, "Negative quantities", "drop")
    use(app)
    return bring(other_visitor(), csv_bytes(LATER), "next month.csv")


def other_visitor():
    return AppTest.from_file(ROOT / "ui" / "main.py", default_timeout=PATIENCE).run()


def test_another_project_on_this_server_starts_from_the_choices_for_the_shape(empty):
    empty = read_before(empty)
    assert labelled(empty.selectbox, "Units sold").value == "b"
    assert labelled(empty.selectbox, "Negative quantities").value == "drop"
    assert "A file with these columns was read on this server" in told(empty)
    assert "Negative quantities: Leave them out" in told(empty)
    assert labelled(empty.metric, "Units").value == f"{4 * 120 + 9:,}"


def test_forgotten_choices_are_gone_from_the_page_and_from_the_next_upload(empty):
    empty = read_before(empty)
    empty.button(key="forget_choices").click().run()
    assert not empty.exception
    assert "was read on this server" not in told(empty)
    assert labelled(empty.selectbox, "Negative quantities").value == "net"
    assert labelled(empty.selectbox, "Units sold").value is None
    bring(empty, csv_bytes(TWO), "again.csv")
    assert labelled(empty.selectbox, "Negative quantities").value == "net"


def test_a_file_of_another_shape_starts_from_nothing(empty):
    empty = read_before(empty)
    bring(empty, csv_bytes(PLAIN), "other.csv")
    assert "was read on this server" not in told(empty)
    assert labelled(empty.selectbox, "Negative quantities").value == "net"


def test_the_order_of_dates_is_asked_once_and_the_first_day_of_counted_periods_each_time(empty):
    rows = [("date", "units"), *((f"{d:02d}/{m:02d}/2024", d) for m in range(1, 4) for d in range(1, 13))]
    bring(empty, csv_bytes(rows))
    next(r for r in empty.radio if "is this" in r.label).set_value("month-first").run()
    use(empty)
    empty = other_visitor()
    bring(empty, csv_bytes([*rows, ("04/04/2024", 7)]), "next.csv")
    assert not [r for r in empty.radio if "is this" in r.label]
    assert "Order in dates: Month first" in told(empty)
    weeks = [("item", *(f"W{n}" for n in range(60))), ("tea", *range(60)), ("mug", *range(60))]
    for name in ("weeks.csv", "more weeks.csv"):
        bring(empty, csv_bytes(weeks), name)
        first = next(d for d in empty.date_input if "On which day does" in d.label)
        assert first.value is None
        first.set_value(date(2023, 1, 2)).run()
        use(empty)
        empty = other_visitor()


def test_the_report_of_an_import_can_be_downloaded_before_and_after(empty):
    bring(empty, csv_bytes(PLAIN))
    assert empty.download_button(key="report_brought").label == "Import report"
    use(empty)
    go(empty, "data")
    assert empty.download_button(key="report_project").label == "Import report"
