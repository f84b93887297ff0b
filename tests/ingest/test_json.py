"""JSON of every usual shape: one door for uploads and for what an address gives."""

import io
import json
import tracemalloc

import pandas as pd
import pytest

from forecasting.errors import UnreadableFile
from forecasting.ingest.columnar import read_columnar
from forecasting.ingest.tables import read_table
from tests.ingest.files import imported, units
from tests.ingest.test_formats import TRUTH
from tests.ingest.test_kinds_of_file import FRAME

TYPED = FRAME.astype({"Date": str})
RECORDS = TYPED.to_dict("records")
NESTED = [{"when": {"day": r.pop("Date")}, **r} for r in TYPED.to_dict("records")]

SHAPES = {
    "records": RECORDS,
    "an answer": {"meta": {"pages": 1}, "result": {"data": RECORDS}},
    "records inside records": NESTED,
    "lists under a heading": [list(TYPED.columns), *TYPED.astype(object).to_numpy().tolist()],
    "values of a spreadsheet": {"values": [list(TYPED), *TYPED.astype(str).to_numpy().tolist()]},
    "lists by column": TYPED.to_dict("list"),
    "numbered by column": json.loads(TYPED.to_json()),
    "heads apart from rows": json.loads(TYPED.to_json(orient="split")),
    "a table with its schema": json.loads(TYPED.to_json(orient="table", index=False)),
    "two lists, one with dates": {"stores": [{"Store": "S1", "City": "Bonn"}], "sales": RECORDS},
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_a_table_is_the_same_in_every_shape_of_json(shape):
    assert units(imported(json.dumps(SHAPES[shape]).encode())) == TRUTH


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_json_of_any_encoding_and_on_lines_of_its_own_is_read(encoding):
    named = [{**record, "Ort": "Köln"} for record in NESTED]
    lines = "\n".join(json.dumps(record, ensure_ascii=False) for record in named)
    result = imported(lines.encode(encoding))
    assert units(result) == TRUTH
    assert result.items["Ort"].tolist() == ["Köln", "Köln"]


def test_the_lines_of_an_order_are_rows_and_its_sums_count_once():
    orders = [
        {"date": f"2024-01-{d:02d}", "shop": 7, "quantity": 3, "lines": [{"sku": "A"}, {"sku": "B"}]}
        for d in range(1, 9)
    ]
    result = imported(json.dumps(orders).encode(), columns="unique_id=shop,ds=date,y=quantity")
    assert result.report["total_units"] == 24
    assert set(result.sales["unique_id"]) == {"7"}
    assert "Every record of 'lines' became a row of its own; 'quantity' of the whole" in str(
        result.report["warnings"]
    )


def test_lines_and_payments_of_one_order_are_not_mixed_and_told():
    order = {"date": "2024-01-01", "units": 2, "lines": [{"sku": "A"}], "payments": [{"amount": 9}]}
    table = read_table(json.dumps([order, {**order, "date": "2024-01-02"}]).encode(), name="x.json")
    assert len(table.frame) == 2
    assert table.warnings == ("'lines', 'payments' hold lists inside the records and were not read.",)


def test_numbers_beside_text_not_a_number_and_yes_keep_their_meaning():
    typed = read_columnar(b'[{"a": 1.234, "b": NaN, "c": true}, {"a": 2, "b": 5, "c": "no"}]', "x")
    assert typed.frame.to_dict("list") == {"a": ["1.2340", "2"], "b": ["", "5"], "c": ["1", "no"]}
    assert typed.numbers == {"a", "b"}


def test_what_numbers_the_values_of_a_column_is_kept_where_it_says_more_than_a_count():
    days = ["2024-01-15", "2024-01-16"]
    by_day = {"tea": dict(zip(days, (1, 2), strict=True)), "mug": dict(zip(days, (3, 4), strict=True))}
    table = read_table(json.dumps(by_day).encode(), name="x.json")
    assert table.frame.to_dict("list") == {"date": days, "tea": ["1", "2"], "mug": ["3", "4"]}
    moments = {
        "units": {"1705276800000": 3, "1705363200000": 4},
        "price": {"1705276800000": 5, "1705363200000": 5},
    }
    assert imported(json.dumps(moments).encode()).report["start"] == "2024-01-15"


def test_a_heading_in_brackets_is_a_csv_file():
    assert imported(b"[Date];[Units]\n2024-01-15;3\n2024-01-16;4\n").report["total_units"] == 7


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"[" * 100_000, "no readable JSON"),
        (b'[{"a":' * 2_000 + b"1" + b"}]" * 2_000, "JSON"),
        (b'[{"date": "2024-01-15", "units": 1}', "no readable JSON"),
        (b'{"date": "2024-01-15", "units": 3}\n{"date": ', "line 2 of sales.csv is no readable JSON"),
        (b'[{"date": "2024-01-15", "units": 1}, 2]', "holds no list of records"),
        (b'{"": 1}', "holds no list of records"),
        (b'{"a": [{"n": 1}], "b": [{"n": 2}]}', "holds 2 lists of records .'a', 'b'."),
        (b'[["date", "units"], ["2024-01-15", 3, 4]]', "record 1 has more values than there are headings"),
        (b"[" + b",".join(b'{"k%d": 1}' % n for n in range(5_000)) + b"]", "has 5,000 columns"),
        (b'[{"date": "2024-01-15", "units": 1, "note": "' + b"x" * 2_000_000 + b'"}]', "longer than"),
    ],
)  # fmt: skip
def test_json_that_is_no_table_is_one_sentence(content, why):
    with pytest.raises(UnreadableFile, match=why) as refused:
        imported(content)
    assert len(str(refused.value)) < 220
    assert "\n" not in str(refused.value)


def test_endless_empty_records_are_refused_before_they_take_memory():
    content = b"[" + b"{}," * 3_000_000 + b"{}]"
    tracemalloc.start()
    with pytest.raises(UnreadableFile, match="more than 2,000,000 records"):
        imported(content)
    assert tracemalloc.get_traced_memory()[1] < 100_000_000
    tracemalloc.stop()


def test_records_inside_the_records_of_parquet_are_columns_too():
    stream = io.BytesIO()
    pd.DataFrame(NESTED).to_parquet(stream, index=False)
    assert units(imported(stream.getvalue())) == TRUTH
