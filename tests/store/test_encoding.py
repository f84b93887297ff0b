"""What goes into the store comes out the same, or is refused in a sentence."""

import math

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import StoreError
from forecasting.store.encoding import (
    content_hash,
    decode_document,
    decode_frame,
    encode_document,
    encode_frame,
)


def round_trip(frame):
    return decode_frame(encode_frame("sales", frame))


def test_a_frame_comes_back_with_every_dtype():
    days = pd.to_datetime(["2024-01-01", None, "2024-01-03"])
    frame = pd.DataFrame(
        {
            "text": pd.Series(["000118", "é", None], dtype="str"),
            "object_text": pd.Series(["a", "b", np.nan], dtype=object),
            "object_bool": pd.Series([True, None, False], dtype=object),
            "raw": pd.Series([b"\x00\xff", b"", b"b"], dtype=object),
            "flag": [True, False, True],
            "nullable_flag": pd.array([True, None, False], dtype="boolean"),
            "nullable_count": pd.array([1, None, 3], dtype="Int64"),
            "y": [0.1, np.nan, np.inf],
            "q0.5": np.array([1, np.nan, 3], dtype="float32"),
            "units": np.array([1, -2, 3], dtype="int16"),
            "ds": days.astype("datetime64[ns]"),
            "seconds": days.astype("datetime64[s]"),
            "zoned": days.tz_localize("UTC"),
            "group": pd.Categorical(["x", "y", "x"], categories=["y", "x", "unused"], ordered=True),
        }
    )

    pd.testing.assert_frame_equal(round_trip(frame), frame, check_freq=False)


def test_an_object_column_of_text_stays_object():
    frame = pd.DataFrame({"unique_id": pd.Series(["a", "b"], dtype=object)})

    assert round_trip(frame)["unique_id"].dtype == object


@pytest.mark.parametrize(
    "index",
    [
        pd.Index([5, 7], name="row"),
        pd.MultiIndex.from_tuples([("tea", 1), ("tea", 2)], names=["unique_id", "h"]),
        pd.DatetimeIndex(["2024-01-01", "2024-02-01"], name="ds"),
    ],
)
def test_an_index_comes_back(index):
    frame = pd.DataFrame({"y": [1.5, 2.5]}, index=index)

    pd.testing.assert_frame_equal(round_trip(frame), frame, check_freq=False)


def test_an_empty_frame_keeps_its_columns():
    frame = pd.DataFrame(
        {"unique_id": pd.Series([], dtype="str"), "ds": pd.Series([], dtype="datetime64[ns]")}
    )

    pd.testing.assert_frame_equal(round_trip(frame), frame)
    assert round_trip(pd.DataFrame()).shape == (0, 0)


def test_notes_on_a_frame_come_back_and_ours_stay_inside():
    frame = pd.DataFrame({"y": [1.0]})
    frame.attrs["unit"] = "kg"

    assert round_trip(frame).attrs == {"unit": "kg"}
    assert frame.attrs == {"unit": "kg"}


def test_the_same_content_has_the_same_hash_and_other_content_another():
    frame = pd.DataFrame({"y": [1.0, 2.0]})

    assert content_hash(encode_frame("a", frame)) == content_hash(encode_frame("b", frame.copy()))
    assert content_hash(encode_frame("a", frame)) != content_hash(encode_frame("a", frame.astype("float32")))
    assert (
        content_hash(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )  # FIPS 180-2


@pytest.mark.parametrize(
    "values", [[1, "b"], [1, 2.5], [True, 1], [pd.Timestamp(0), "x"], [[1], [2]], [1, 2]]
)
def test_an_object_column_that_would_change_is_refused(values):
    frame = pd.DataFrame({"y": pd.Series(values, dtype=object)})

    with pytest.raises(StoreError, match="Column 'y' of the table 'sales' holds"):
        encode_frame("sales", frame)


def test_two_columns_of_one_name_are_refused():
    with pytest.raises(StoreError, match="two columns named 'a'"):
        encode_frame("sales", pd.DataFrame([[1, 2]], columns=["a", "a"]))


def test_what_parquet_cannot_hold_is_refused():
    with pytest.raises(StoreError, match="cannot be saved"):
        encode_frame("sales", pd.DataFrame({"y": [1 + 2j]}))


@pytest.mark.parametrize("document", [{"é": [1, 2.5, None, True, {"a": ""}]}, [], "", None, 0])
def test_a_document_comes_back(document):
    assert decode_document(encode_document("settings", document)) == document


@pytest.mark.parametrize(
    "document", [{"a": math.nan}, {"a": pd.Timestamp(0)}, {1: "a"}, [{"a": {2: 1}}], {1, 2}]
)
def test_a_document_that_json_would_change_is_refused(document):
    with pytest.raises(StoreError, match="'settings'"):
        encode_document("settings", document)
