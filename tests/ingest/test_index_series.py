"""Index files: a column of dates and columns of numbers, or a column that names the series."""

import pandas as pd
import pytest

from forecasting.errors import DataError
from forecasting.ingest.index_series import read_index
from forecasting.ingest.options import ImportOptions
from tests.ingest.files import csv_bytes, xlsx_bytes

MONTHS = pd.date_range("2024-01-01", periods=4, freq="MS")


def test_each_column_of_numbers_is_a_series_and_below_zero_is_as_good_as_above():
    content = b"Month;Confidence;Rain mm\n2024-01-01;-12,5;40\n2024-02-01;3,0;\n2024-03-01;1,5;12\n"
    read = read_index(content, name="cci.csv")
    assert read.series.to_dict("list") == {
        "name": ["Confidence"] * 3 + ["Rain mm"] * 2,
        "ds": [*MONTHS[:3], MONTHS[0], MONTHS[2]],
        "value": [-12.5, 3.0, 1.5, 40.0, 12.0],
    }
    assert read.warnings == ("1 cell without a date or a number left out.",)
    assert read.questions == ()


def test_a_column_of_text_that_tells_rows_apart_names_the_series():
    rows = [("date", "indicator", "value"), *((f"{m:%Y-%m-%d}", n, 7) for m in MONTHS for n in ("a", "b"))]
    read = read_index(csv_bytes(rows), name="long.csv")
    assert read.series.groupby("name").size().to_dict() == {"a": 4, "b": 4}


def test_a_workbook_reads_like_its_text():
    rows = [
        ("date", "index"),
        *((m.to_pydatetime(), v) for m, v in zip(MONTHS, (1.5, 2, 2.5, 3), strict=True)),
    ]
    read = read_index(xlsx_bytes(rows), name="index.xlsx")
    assert read.series["value"].tolist() == [1.5, 2, 2.5, 3]
    assert read.series["ds"].tolist() == list(MONTHS)


def test_the_order_of_day_and_month_is_asked_and_the_answer_obeyed():
    content = b"date,index\n03/04/2024,1\n04/04/2024,2\n"
    assert [q.id for q in read_index(content, name="i.csv").questions] == ["date_order"]
    answered = read_index(content, name="i.csv", options=ImportOptions(date_order="month-first"))
    assert answered.questions == ()
    assert answered.series["ds"].tolist() == [pd.Timestamp("2024-03-04"), pd.Timestamp("2024-04-04")]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"date,index\n2024-01-01,1\n2024-01-01,2\n", "twice on 2024-01-01"),
        (b"date,word\n2024-01-01,up\n2024-01-02,down\n", "has 0 of numbers"),
        (b"a,b\n1,2\n3,4\n", "Calendar dates are needed"),
        (b"date,index\n2024-01-01,1\n2024-01-02,\n", "needs two or more"),
    ],
)
def test_what_is_no_index_is_refused_in_one_sentence(content, why):
    with pytest.raises(DataError, match=why):
        read_index(content, name="i.csv")
