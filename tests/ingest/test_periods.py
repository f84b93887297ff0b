"""Frequencies, gaps, and what is left out when days become weeks or months."""

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import SettingsError
from tests.ingest.files import asked, imported, question, reasons, units


def daily(dates, quantity=1, item="tea"):
    return [(item, f"{d:%Y-%m-%d}", quantity) for d in dates]


HEAD = ("item", "date", "units")
MONDAY = "2024-01-01"


@pytest.mark.parametrize(
    ("freq", "frequency"), [("D", "D"), ("W-THU", "W-THU"), ("MS", "MS"), ("ME", "MS"), ("W-SUN", "W-SUN")]
)
def test_the_frequency_is_the_file_s_own(freq, frequency):
    result = imported([HEAD, *daily(pd.date_range(MONDAY, periods=20, freq=freq))])
    assert result.frequency == result.report["frequency"] == frequency
    assert len(result.sales) == 20
    assert result.report["warnings"] == []


def test_days_become_weeks_from_monday_and_the_unfinished_last_week_is_left_out():
    result = imported([HEAD, *daily(pd.date_range(MONDAY, periods=31), 2)], frequency="W")
    assert result.frequency == "W-MON"
    assert units(result) == {("tea", f"2024-01-{d:02d}"): 14 for d in (1, 8, 15, 22)}
    assert reasons(result) == {"in the unfinished last week": 3}
    assert result.report["rows"] | {"dropped": None} == {"read": 31, "kept": 28, "dropped": None}


def test_days_become_whole_months():
    result = imported([HEAD, *daily(pd.date_range(MONDAY, "2024-03-31"))], frequency="MS")
    assert list(result.sales["y"]) == [31, 29, 31]


def test_a_week_with_an_unknown_day_is_unknown_not_low():
    days = pd.date_range(MONDAY, periods=28).delete(9)
    result = imported([HEAD, *daily(days)], frequency="W")
    assert units(result) == {("tea", f"2024-01-{d:02d}"): 7 for d in (1, 15, 22)}
    assert reasons(result) == {"in a week with unknown days": 6}


def test_flags_become_shares_and_stock_outs_stay_over_a_week():
    rows = [(*HEAD, "promo", "stockout"), *[(*r, int(n < 2), int(n == 3)) for n, r in
            enumerate(daily(pd.date_range(MONDAY, periods=14)))]]  # fmt: skip
    result = imported(rows, frequency="W", drivers=("promo",))
    assert result.sales["promo"].tolist() == [pytest.approx(2 / 7), 0]
    assert result.sales["stockout"].tolist() == [True, False]


@pytest.mark.parametrize("asked_for", ["D", "MS", "W-MON"])
def test_a_coarse_file_is_never_split(asked_for):
    rows = [HEAD, *daily(pd.date_range(MONDAY, periods=9, freq="W-THU"))]
    with pytest.raises(SettingsError, match=r"weekly \(W-THU\) and cannot be split"):
        imported(rows, frequency=asked_for)


def test_order_lines_without_zeros_sold_nothing_on_the_days_between():
    sparse = pd.to_datetime(["2024-01-01", "2024-01-03", "2024-01-09", "2024-01-20"])
    result = imported([HEAD, *daily(sparse), *daily(sparse[1:2], 5, "mug")])
    assert len(result.sales) == 20 + 18  # each from its own first sale to the end of the file
    assert result.sales["y"].sum() == 9
    assert question(result, "gaps")["assumed"] == "zero"
    assert any("read as zero sales" in w for w in result.report["warnings"])


def test_a_file_that_is_mostly_complete_leaves_missing_days_unknown():
    days = pd.date_range(MONDAY, periods=50).delete([20, 21])
    result = imported([HEAD, *daily(days)])
    assert len(result.sales) == 48
    assert question(result, "gaps")["assumed"] == "unknown"


def test_a_file_that_records_zeros_leaves_missing_days_unknown_however_many():
    days = pd.date_range(MONDAY, periods=60)[::3]
    result = imported([HEAD, *daily(days), *daily(pd.date_range(MONDAY, periods=3), 0, "mug")])
    assert question(result, "gaps")["assumed"] == "unknown"


@pytest.mark.parametrize(("gaps", "rows"), [("zero", 50), ("unknown", 48)])
def test_a_person_s_word_on_gaps_is_kept_and_not_asked_again(gaps, rows):
    days = pd.date_range(MONDAY, periods=50).delete([20, 21])
    result = imported([HEAD, *daily(days)], gaps=gaps)
    assert len(result.sales) == rows
    assert asked(result) == set()


def test_a_weekday_that_never_occurs_is_a_closed_day_with_zero_sales():
    days = pd.date_range(MONDAY, periods=56)
    result = imported([HEAD, *daily(days[days.day_of_week != 6])])
    sundays = result.sales[result.sales["ds"].dt.day_of_week == 6]
    assert len(sundays) == 7  # the last is after the last sale
    assert (sundays["y"] == 0).all()
    assert "No row falls on a Sunday: read as closed, zero sales." in result.report["warnings"]


def test_filled_days_carry_the_last_price_and_the_calendar_of_the_other_series():
    head = (*HEAD, "price", "holiday")
    tea = [("tea", "2024-01-01", 1, 5, 0), ("tea", "2024-01-04", 1, 6, 0), ("tea", "2024-01-20", 1, 6, 0)]
    mug = [("mug", "2024-01-02", 1, 9, 1), ("mug", "2024-01-04", 1, 9, 0)]
    sales = imported([head, *tea, *mug], drivers=("price", "holiday")).sales.set_index(["unique_id", "ds"])
    filled = sales.loc[("tea", pd.Timestamp("2024-01-02"))]
    assert (filled["y"], filled["price"], filled["holiday"]) == (0, 5, 1)
    assert pd.isna(sales.loc[("tea", pd.Timestamp("2024-01-03")), "holiday"])  # nobody recorded that day


def test_dates_that_are_nearly_weekly_are_told():
    days = list(pd.date_range(MONDAY, periods=12, freq="7D"))
    days[5] += pd.Timedelta(days=1)
    result = imported([HEAD, *daily(days)])
    assert any("usually 7 days apart but not always" in w for w in result.report["warnings"])


def test_too_many_series_and_days_to_hold_are_refused(monkeypatch):
    rows = [
        HEAD,
        *daily(pd.to_datetime(["1951-01-01", "2099-12-31"])),
        *daily([pd.Timestamp("2024-01-15")], 1, "x"),
    ]
    monkeypatch.setattr("forecasting.ingest.gaps.MAX_ROWS", 100_000)
    with pytest.raises(SettingsError, match="2 series x 54,422 periods are too many"):
        imported(rows)


def test_the_latest_stock_counts_though_its_week_is_unfinished():
    days = pd.date_range(MONDAY, periods=10)
    rows = [(*HEAD, "stock"), *[(*r, 100 - n) for n, r in enumerate(daily(days))]]
    result = imported(rows, frequency="W")
    assert result.report["end"] == "2024-01-01"
    assert result.items["on_hand"].tolist() == [91]


def test_no_unit_is_lost_or_invented_between_the_file_and_the_frame():
    rng = np.random.default_rng(3)
    days = pd.date_range(MONDAY, periods=40)[rng.integers(0, 40, 300)]
    quantities = rng.poisson(4, 300)
    lines = [("ab"[i % 2], f"{d:%Y-%m-%d}", int(quantities[i])) for i, d in enumerate(days)]
    for gaps in ("auto", "zero", "unknown"):
        result = imported([HEAD, *lines], gaps=gaps)
        assert result.sales["y"].sum() == sum(q for _, _, q in lines)
        assert not result.sales.duplicated(["unique_id", "ds"]).any()
        assert result.sales.equals(result.sales.sort_values(["unique_id", "ds"], ignore_index=True))


def test_a_daily_file_one_day_short_of_the_week_has_an_unfinished_week():
    result = imported([HEAD, *daily(pd.date_range(MONDAY, periods=27))], frequency="W")
    assert result.report["end"] == "2024-01-15"


def test_a_sparse_file_that_ends_within_its_usual_gap_of_the_month_is_whole():
    days = pd.date_range("2024-01-02", "2024-02-27", freq="4D")  # nothing sold in the last days of February
    assert imported([HEAD, *daily(days)], frequency="MS").report["end"] == "2024-02-01"


def test_closed_weekdays_stay_out_when_a_person_says_gaps_are_unknown():
    days = pd.date_range(MONDAY, periods=56)
    result = imported([HEAD, *daily(days[days.day_of_week != 6])], gaps="unknown")
    assert len(result.sales) == 48


@pytest.mark.parametrize(
    ("first", "frequency", "start", "lost"),
    [
        ("2024-01-03", "W", "2024-01-08", 5),  # a Wednesday: two days are missing
        ("2024-01-02", "W", "2024-01-01", 0),  # New Year was a Monday
        ("2024-01-06", "MS", "2024-02-01", 26),
        ("2024-01-03", "MS", "2024-01-01", 0),
    ],
)
def test_a_first_week_or_month_that_began_before_the_file_is_left_out_and_told(first, frequency, start, lost):
    days = pd.date_range(first, "2024-04-30")
    rows = [("date", "units"), *((f"{d:%Y-%m-%d}", 1) for d in days)]
    result = imported(rows, frequency=frequency, gaps="zero")
    assert result.report["start"] == start
    kind = "week" if frequency == "W" else "month"
    assert reasons(result).get(f"in a begun first {kind}", 0) == lost
    assert any(
        f"The first {kind} (from 2024-01-01) begins before" in w for w in result.report["warnings"]
    ) == bool(lost)
