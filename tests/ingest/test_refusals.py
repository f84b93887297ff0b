"""Files that cannot be imported are refused in one sentence: what was needed, what came, what to change."""

import gzip
import io
import zipfile

import numpy as np
import pytest

from benchmarks.hostile_files import HOSTILE, endless_quote, gzip_bomb, workbook_bomb, zip_bomb
from forecasting.errors import DataError, ForecastingError, SettingsError, UnreadableFile
from forecasting.ingest.packed import unpack
from forecasting.ingest.sales import import_sales
from tests.ingest.files import csv_bytes, imported, xlsx_bytes
from tests.ingest.workbooks import ods_bytes, xlsb_bytes


def zipped(**files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return stream.getvalue()


# The same bombs with a smaller charge: what goes off is decided by the first megabytes.
SMALLER = {
    "zip bomb": lambda: zip_bomb("sales.csv", 30),
    "xlsx bomb": lambda: workbook_bomb(30),
    "gzip bomb": lambda: gzip_bomb(30),
    "a never-closed quote": lambda: endless_quote(1),
}
STRETCHED = (
    '<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
    '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b"%PDF-1.7 whatever", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "a picture"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "damaged or locked workbook"),
        (bytes(range(256)) * 20, "is not text"),
        (b"\x1f\x8b broken", "damaged gzip"),
        (b"PK\x03\x04 broken", "damaged archive or workbook"),
        (zipped(a_dot_csv="date,units", b_dot_csv="date,units"), "a zip archive with 2 files .a.csv, b.csv."),
        (
            zipped(xl__workbook_dot_xml="<x/>", xl__worksheets__sheet1_dot_xml=STRETCHED),
            "spans 1,048,576 rows",
        ),
        (zipped(xl__workbook_dot_xml="0" * 40_000_000), "unpacks to more than 200 times"),
        (xlsx_bytes([]), "no sheet with a header and rows"),
        (b"date\n2024-01-15\n", "has one column"),
        (b"<html><table><tr><td>date</td></tr></table></html>", "is a web page or XML"),
        (b'date,item,units\n2024-01-15,"tea,3\n2024-01-16,mug,4\n', "line 2 opens a quotation mark"),
        (b"2024-01-15,A,3\n2024-01-16,A,4\n2024-01-17,A,5\n", "begins with data"),
        (b"date,units\n", "a header line but no rows"),
    ],
)
def test_what_is_no_table_is_refused(content, says):
    with pytest.raises(DataError, match=says) as refused:
        import_sales(content, name="sales.csv")
    assert "\n" not in str(refused.value)
    assert str(refused.value).startswith("sales.csv")


def test_random_bytes_never_crash_the_reader():
    noise = np.random.default_rng(0)
    for size in [1, 2, 10, 100, 1000] * 4:
        with pytest.raises(ForecastingError):
            import_sales(noise.bytes(size), name="noise.csv")


@pytest.mark.parametrize(
    ("made", "says"),
    [
        ("zip bomb", "unpacks to more than 200 times"),
        ("zip bomb with a false size", "cannot be unpacked"),
        ("xlsx bomb", "unpacks to more than 200 times"),
        ("gzip bomb", "unpacks to more than 200 times its size"),
        ("5,000 columns", "has 5,000 columns; at most 4,000"),
        ("a 10 MB line", "line 30 is longer than 1,000,000 characters"),
        ("a 10 MB header", "line 1 is longer than 1,000,000 characters"),
        ("NUL bytes", "holds a NUL byte in line 56,002"),
        ("a renamed binary", "is a program"),
        ("random bytes", "is not text"),
        ("a pickle", "a Python pickle, which can run programs"),
        ("a text pickle", "has one column"),
        ("a never-closed quote", "line 30 opens a quotation mark"),
        ("a quote closed far below", "line 30 opens a quotation mark"),
        ("a zip that climbs out", "points outside the archive"),
        ("a zip with an absolute name", "'/etc/passwd', which points outside"),
        ("a zip of many files", "with 2000 files"),
        ("a zip in a zip in a zip", "damaged or locked workbook"),
        ("JSON of endless empty records", "more than 2,000,000 records"),
        ("JSON of records that share no field", "has 300,000 columns"),
        ("JSON without a bottom", "no readable JSON"),
        ("a gzip of a gzip", "is not text"),
    ],
)
def test_a_hostile_file_is_refused_in_one_sentence(made, says):
    with pytest.raises(UnreadableFile if made != "a text pickle" else DataError, match=says) as refused:
        import_sales(SMALLER.get(made, HOSTILE[made])(), name="sales.csv")
    assert "\n" not in str(refused.value)


def test_every_hostile_file_that_is_measured_is_tested():
    tested = test_a_hostile_file_is_refused_in_one_sentence.pytestmark[0].args[1]
    assert {made for made, _ in tested} == set(HOSTILE)


def test_a_workbook_with_one_stray_cell_is_refused_before_it_is_opened():
    repeated = (
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell office:value="1" '
        'table:number-columns-repeated="16000" office:value-type="float"/></table:table-row>'
    )
    rows = [("date", "units")]
    for content in (ods_bytes(rows, repeated), xlsb_bytes(rows, stray=(1_048_575, 16_383))):
        with pytest.raises(UnreadableFile, match="spans 1,048,"):
            import_sales(content, name="sales")


def test_a_file_of_dates_down_the_years_is_no_bomb():
    text = b"date,sku,units\n" + b"2024-01-15,A,1\n" * 2_000_000  # 30 MB of one line pack well
    with pytest.raises(UnreadableFile, match="200 times"):
        unpack(gzip.compress(text), "x.gz")
    assert unpack(gzip.compress(text[:15_000_000]), "x.gz") == text[:15_000_000]


def test_a_path_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(UnreadableFile, match="cannot be opened: No such file"):
        import_sales(tmp_path / "none.csv", name="none.csv")


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([("date", "units"), ("2024-01-15", 3)], "sales.csv has 1 of 1 row"),
        ([("date", "units"), ("2024-01-15", ""), ("2024-01-16", "")], "cannot be told from the headings"),
        ([("a", "b"), ("x", "y"), ("z", "w")], "Calendar dates are needed and the file has none"),
        ([("date", "name"), ("2024-01-15", "Ann"), ("2024-01-16", "Bob")], "none of name holds numbers"),
        ([("date", "alpha", "beta"), ("2024-01-15", 1, 5), ("2024-01-16", 2, 6), ("2024-01-16", 3, 7)],
         "say which of alpha, beta it is"),
    ],
)  # fmt: skip
def test_a_table_without_a_history_is_refused(rows, says):
    with pytest.raises(DataError, match=says):
        imported(csv_bytes(rows))


def test_when_every_row_is_dropped_the_reasons_are_counted():
    rows = [("date", "units"), ("soon", 3), ("later", 4), ("2024-01-15", "many")]
    with pytest.raises(
        DataError, match=r"has 0 of 3 rows \(2 rows: date not readable; 1 row: units not a number"
    ):
        imported(rows, columns="unique_id=,ds=date,y=units")


BOOK = xlsx_bytes([("date", "units"), ("2024-01-15", 3), ("2024-01-16", 4)], Notes=[("by hand",)], Blank=[])


@pytest.mark.parametrize(
    ("content", "options", "says"),
    [
        (BOOK, {"sheet": "Sale"}, "no sheet 'Sale'; it has Notes, Blank, Sales"),
        (BOOK, {"sheet": "Blank"}, "is empty on sheet 'Blank'; its sheets are Notes, Blank, Sales"),
        (BOOK, {"sheet": "Notes"}, "one column .by hand. on sheet 'Notes'.*choose another sheet"),
        (BOOK, {"encoding": "cp1252"}, "state an encoding for CSV only"),
        (b"date,units\n2024-01-15,3\n", {"sheet": "Sales"}, "is a text file and has no sheets"),
        (
            "date,units\n2024-01-15,3\n".encode("cp1252") + b"\xff",
            {"encoding": "utf-8"},
            "is not text in utf-8",
        ),
    ],
)
def test_a_choice_that_does_not_fit_the_file_is_refused(content, options, says):
    with pytest.raises(ForecastingError, match=says):
        imported(content, **options)


@pytest.mark.parametrize("name", ["klingon", "hex", "rot13", "undefined", ""])
def test_an_encoding_that_is_none_is_refused(name):
    with pytest.raises(SettingsError, match="must be a text encoding such as utf-8"):
        imported(BOOK, encoding=name)


def test_marks_of_letters_and_zeros_are_no_units_and_a_few_words_among_numbers_are():
    """The kind of a holiday (0, a, b) passed for units: its letters were left out, zeros were forecast."""
    marks = [("date", "kind"), *((f"2024-01-{d:02d}", "a" if d == 1 else 0) for d in range(1, 29))]
    with pytest.raises(
        DataError, match=r"'kind'; it holds text such as 'a' \(1 row\) and otherwise only zeros"
    ):
        imported(marks, columns="ds=date,y=kind")
    sold = [("date", "kind"), *((f"2024-01-{d:02d}", "a" if d == 1 else d % 2) for d in range(1, 29))]
    assert len(imported(sold, columns="ds=date,y=kind").dropped) == 1
