from datetime import date

import numpy as np
import pandas as pd
import pytest

from forecasting.history.events import Event
from forecasting.history.segments import ABC_CUTS, XYZ_CUTS
from forecasting.services.history_view import (
    edited_notes,
    effects_in_words,
    history_tiles,
    holes_in_words,
    oddities_in_words,
    parts_in_words,
    with_notes,
)
from forecasting.services.market_view import WHOLE, market_choices, market_view
from forecasting.services.market_words import market_tiles, split_in_words
from forecasting.services.past import (
    class_grid,
    effects_of,
    events_in,
    line_of,
    parts_of,
    segments_of,
    work_out_past,
)
from forecasting.services.scope import group_columns, scope_of_choice

CUTS = (*ABC_CUTS, *XYZ_CUTS)


@pytest.fixture(scope="module")
def past(sample):
    return work_out_past(sample)


def scope(past, **groups):
    return scope_of_choice(past.attributes, {name: [value] for name, value in groups.items()})


def test_a_part_of_the_history_is_what_the_whole_says_of_it(past):
    part = past.part(("Centre | Rye bread", "Harbour | Rye bread"))
    whole = past.panel.rows(part.panel.unique_id)
    assert np.array_equal(part.law.mean, past.law.mean[whole], equal_nan=True)
    assert set(part.oddities["unique_id"]) <= set(part.panel.unique_id)


def test_the_four_tiles_stand_beside_what_they_are_compared_with(past):
    tiles = history_tiles(past, 91, "EUR")
    assert len(tiles) == 4
    assert tiles[0].value.startswith("€")
    assert "on a year ago" in tiles[0].baseline
    assert "on the 13 weeks before" in tiles[0].baseline
    assert "units" in tiles[3].baseline


def test_growth_without_prices_is_in_units_and_revenue_is_not_known(past, sample):
    bare = sample.sales[["unique_id", "ds", "y"]]
    items = sample.items[["unique_id", "store"]]
    without = work_out_past(type(sample)("x", bare, items, pd.DataFrame(), "D", "0"))
    tiles = history_tiles(without, 364, "EUR")
    assert (tiles[0].value, tiles[0].baseline) == ("n/a", "no price is known")
    assert "units" in tiles[2].baseline
    assert tiles[3].value == "n/a"
    assert "units" in segments_of(without, None, CUTS).notes[0]
    assert market_view(without, scope(without), market=WHOLE, by="store", length=364).split is None


def test_the_line_of_all_series_is_their_sum_and_its_parts_add_up(past):
    line = line_of(past)
    known = line.frame["y"].notna().to_numpy()
    assert line.frame["y"].sum() == pytest.approx(np.nansum(np.where(past.panel.open, past.panel.y, 0)))
    parts = line.parts
    whole = parts.trend + parts.season + parts.remainder
    assert whole[known] == pytest.approx(line.frame["y"].to_numpy()[known])
    assert any("week explains" in said for said in parts_in_words(parts, "D"))


def test_trend_seasons_and_what_is_left_are_told_apart_and_add_up_to_what_was_sold(past):
    line = line_of(past)
    parts = parts_of(line)
    assert list(parts) == ["ds", "trend", "week", "year", "remainder"]
    known = line.frame["y"].notna()
    whole = parts.drop(columns="ds").sum(axis=1)
    assert whole[known].to_numpy() == pytest.approx(line.frame.loc[known, "y"].to_numpy())
    assert parts.loc[~known, "remainder"].isna().all()


def test_a_discontinued_item_is_held_against_its_own_last_year(past):
    """Pumpkin soup fell by a fifth a year until its last day, 28 February 2026 (make_sample.CATALOGUE)."""
    line = line_of(past.part(("Centre | Pumpkin soup 500 g",)))
    ended = line.frame["ds"] > "2026-02-28"
    assert line.frame.loc[ended, "trend"].isna().all()
    assert line.frame.loc[~ended, "trend"].iloc[1:].notna().all()  # the first day, New Year, was closed
    (said,) = (s for s in parts_in_words(line.parts, "D") if s.startswith("The trend ends"))
    assert "a year before" in said


def test_events_of_a_part_are_the_accepted_ones_on_its_days_that_concern_it(past):
    def event(name, day, **known):
        return Event(name, "campaign", day, day, **known)

    events = (
        event("Later", date(2026, 5, 3)),
        event("Fair", date(2026, 5, 1), where="Centre", who="Ann"),
        event("Elsewhere", date(2026, 5, 1), where="Harbour"),
        event("Rejected", date(2026, 5, 1), status="rejected"),
        event("Ahead", date(2027, 5, 1)),
        Event("Long ago till then", "one_off", date(2020, 1, 1), date(2024, 1, 1)),
    )
    table = events_in(past.part(scope(past, store="Centre").unique_ids), events)
    assert list(table["name"]) == ["Long ago till then", "Fair", "Later"]
    assert table["who"][1] == "Ann"
    assert events_in(past, ()).empty


def test_the_break_of_the_bakery_shows_in_its_trend(past):
    """A rival keeps a quarter of the sales from 20 March 2026 (sample_data/README)."""
    line = line_of(past.part(scope(past, category="Bakery").unique_ids))
    trend = pd.Series(line.parts.trend, index=line.frame["ds"])
    # Three springs make the season, one of them broken: part of the fall stays there.
    assert trend["2026-06-01"] < 0.9 * trend["2026-01-15"]


def test_classes_without_a_test_on_the_past_say_that_xyz_is_missing(past):
    segments = segments_of(past, None, CUTS)
    assert segments.in_money
    assert set(segments.table["xyz"]) == {"?"}
    assert "have not been tested" in segments.notes[1]
    counts = class_grid(segments.table)["?"].str.split(" ").str[0].astype(int)
    assert counts.sum() == 60


def test_classes_after_the_test_use_the_errors_of_our_forecast(found):
    past = work_out_past(found.dataset)
    table = segments_of(past, found, CUTS).table
    assert set(table["xyz"]) <= {"X", "Y", "Z"}
    assert (table["error_cv"] > 0).all()


def test_effects_are_said_with_intervals_and_as_associations(past):
    said = " ".join(effects_in_words(effects_of(past), "EUR"))
    assert "given away (€" in said
    assert "associations, not causes" in said
    assert "1.3" in said or "1.4" in said


def test_what_an_oddity_was_is_kept_by_series_and_date_and_can_be_taken_back(past):
    odd = past.oddities
    notes = edited_notes(odd, {1: {"note": "  street  festival "}, 0: {"show": True}}, {})
    assert list(notes.values()) == ["street festival"]
    assert with_notes(odd, notes)["note"].tolist()[:2] == ["", "street festival"]
    assert "1 of them explained" in oddities_in_words(odd, notes)
    assert edited_notes(odd, {1: {"note": None}}, notes) == {}


def test_the_market_of_a_store_is_the_file_or_the_store_it_lies_in(past):
    groups = group_columns(past.attributes)
    assert market_choices(past, scope(past), groups) == [WHOLE]
    assert "store" in market_choices(past, scope(past, store="Centre", category="Bakery"), groups)


def test_share_growth_and_split_of_a_store_hang_together(past):
    view = market_view(past, scope(past, category="Bakery"), market=WHOLE, by="category", length=91)
    row = view.groups.set_index("group").loc["Bakery"]
    assert row["share_now"] == pytest.approx(view.share_now)
    assert row[["market", "share", "price"]].sum() == pytest.approx(view.split.total)
    assert view.share_now < view.share_then
    assert view.groups["share_now"].sum() == pytest.approx(1)
    assert "share" in split_in_words(view.split, WHOLE, "EUR")
    assert len(market_tiles(view, "EUR")) == 4


def test_everything_against_itself_is_said_to_have_no_share(past):
    view = market_view(past, scope(past), market=WHOLE, by="", length=364)
    assert view.share_now == 1
    assert "no rest to win share from" in view.note
    assert len(view.groups) == 60


def test_half_a_year_nobody_recorded_breaks_the_line_and_is_told_beside_growth(sample):
    shop = sample.sales["unique_id"].str.startswith("Centre")
    last = sample.sales["ds"].max()
    away = sample.sales["ds"].between(last - pd.Timedelta(days=200), last - pd.Timedelta(days=20))
    kept = sample.sales[~(shop & away)].reset_index(drop=True)
    holed = work_out_past(type(sample)("x", kept, sample.items, pd.DataFrame(), "D", "0"))
    view = market_view(holed, scope(holed), market=WHOLE, by="store", length=364)
    assert (view.amount, np.isnan(view.lines["Centre"]).sum() > 20) == ("Revenue", True)
    assert np.nanmin(view.lines["Centre"]) > 30
    (told,) = holes_in_words(holed, 364)
    assert "leaves them out of both" in told
    tiles = history_tiles(holed, 364, "EUR")  # the time before a year is a year ago: one comparison
    assert tiles[0].baseline.endswith("on a year ago")
    assert holes_in_words(work_out_past(sample), 364) == []


def test_half_a_year_one_item_lacks_moves_neither_trend_nor_momentum_nor_the_total(sample, past):
    item, last = "Centre | Bananas 1 kg", sample.sales["ds"].max()
    away = sample.sales["ds"].between(last - pd.Timedelta(days=400), last - pd.Timedelta(days=220))
    kept = sample.sales[~((sample.sales["unique_id"] == item) & away)].reset_index(drop=True)
    shop = tuple(i for i in past.panel.unique_id if i.startswith("Centre"))
    holed = work_out_past(type(sample)("x", kept, sample.items, pd.DataFrame(), "D", "0")).part(shop)
    whole = past.part(shop)
    ratio = line_of(holed).parts.trend / line_of(whole).parts.trend
    assert np.nanmax(np.abs(ratio - 1)) < 0.02
    lines = [market_view(p, scope(p), market=WHOLE, by="", length=364) for p in (holed, whole)]
    assert lines[0].lines[WHOLE] == pytest.approx(lines[1].lines[WHOLE], rel=0.02, nan_ok=True)
    assert lines[0].growth_year == pytest.approx(lines[1].growth_year, abs=0.01)


def test_lines_begin_at_100(past):
    view = market_view(past, scope(past), market=WHOLE, by="store", length=364)
    assert next(iter(view.lines)) == WHOLE
    for line in view.lines.values():
        assert line[np.isfinite(line)][0] == pytest.approx(100)


def test_rolling_lines_of_days_have_a_point_a_week_and_end_with_the_last_day(past):
    view = market_view(past, scope(past, category="Bakery"), market=WHOLE, by="store", length=364)
    assert view.ds[-1] == past.panel.ds[-1]
    assert set(np.diff(view.ds) / np.timedelta64(1, "D")) == {7}
    assert {len(line) for line in view.lines.values()} == {len(view.share)} == {len(view.ds)}
    own = past.panel.rows(scope(past, category="Bakery").unique_ids)
    last = np.nansum(past.panel.revenue[:, -28:], axis=1)
    assert view.share[-1] == pytest.approx(last[own].sum() / last.sum())
