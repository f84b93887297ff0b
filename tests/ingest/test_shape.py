"""Two exports of one report have one shape, whatever stands in them; anything else has another."""

import pytest

from forecasting.ingest.report import summary
from forecasting.ingest.shape import shape_of
from forecasting.ingest.tables import read_table, sheets_of
from tests.ingest.files import csv_bytes, imported, xlsx_bytes

MARCH = [("date", "item", "units"), *((f"2024-03-{d:02d}", "tea", d) for d in range(1, 9))]
APRIL = [("date", "item", "units"), *((f"2024-04-{d:02d}", "mug", 2) for d in range(1, 5))]
ACROSS = [("item", "2024-03-01", "2024-03-02", "2024-03-03"), ("tea", 1, 2, 3), ("mug", 4, 5, 6)]
LATER = [("item", "2024-04-01", "2024-04-02", "2024-04-03", "2024-04-04"), ("cup", 1, 2, 3, 4)]


def shape(content):
    sheets = [sheet.name for sheet in sheets_of(content, name="x")]
    return shape_of(read_table(content, name="x"), sheets)


@pytest.mark.parametrize(
    ("one", "other"),
    [(csv_bytes(MARCH), csv_bytes(APRIL)), (csv_bytes(MARCH), csv_bytes(APRIL, ";", "utf-16")),
     (csv_bytes(ACROSS), csv_bytes(LATER)), (xlsx_bytes(MARCH), xlsx_bytes(APRIL))],
    ids=["other rows", "written otherwise", "other dates across", "a workbook"],
)  # fmt: skip
def test_the_next_export_has_the_same_shape(one, other):
    assert shape(one) == shape(other)


def test_other_headings_another_order_kind_or_sheet_is_another_shape():
    renamed = [("date", "article", "units"), *MARCH[1:]]
    swapped = [(b, a, c) for a, b, c in MARCH]
    files = [
        csv_bytes(MARCH), csv_bytes(renamed), csv_bytes(swapped),
        xlsx_bytes(MARCH), xlsx_bytes(MARCH, Notes=[("a", "b")]),
    ]  # fmt: skip
    assert len({shape(content) for content in files}) == len(files)


def test_a_report_as_a_table_names_every_row_that_was_read_kept_or_dropped_and_why():
    rows = [*MARCH, MARCH[0], ("soon", "tea", 3), ("2024-03-09", "tea", -2)]
    table = summary(imported(rows, returns="drop").report)
    told = [tuple(row) for row in table.itertuples(index=False)]
    assert list(table.columns) == ["what", "value", "why"]
    assert told[:2] == [("rows read", 11, ""), ("rows kept", 8, "")]
    assert set(told[2:5]) == {
        ("rows dropped", 1, "repeated header line"),
        ("rows dropped", 1, "date not readable"),
        ("rows dropped", 1, "negative quantity (returns left out)"),
    }
    assert {("units", 36, ""), ("column of ds", "date", ""), ("written with separator", ",", "")} <= set(told)
