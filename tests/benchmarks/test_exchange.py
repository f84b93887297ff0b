"""What peers are given and how their answers come back, without running any of them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from benchmarks import exchange
from benchmarks.exchange import PEERS, ask, meaning, peers_named, write_request
from benchmarks.peers import __main__ as runner
from benchmarks.peers.frames import Answer, finished, from_paths, read_request, write_answer
from benchmarks.peers.regular import regular_sales, repeated


@pytest.fixture
def request_(fold, settings, tmp_path):
    write_request(tmp_path / "asked", "theta", fold, settings, paths=20)
    return read_request(tmp_path / "asked")


def test_a_request_carries_history_drivers_and_levels(request_, fold):
    assert request_.ids == ["north", "south"]
    assert request_.drivers == ["promo"]
    assert (request_.protection, request_.season_length, len(request_.dates)) == (3, 7, 14)
    kind = {"unique_id": object}
    pd.testing.assert_frame_equal(request_.history.astype(kind), fold.history.astype(kind))
    assert "y" not in request_.future


def test_every_peer_has_a_recipe():
    assert set(PEERS) <= set(runner.RECIPES)
    assert list(peers_named("theta, auto_ets")) == ["theta", "auto_ets"]
    with pytest.raises(SystemExit, match="no peer oracle"):
        list(peers_named("oracle"))


def test_an_unknown_period_repeats_the_one_a_season_earlier():
    values = np.array([1.0, 2, 3, np.nan, np.nan, 6, np.nan])
    assert repeated(values, 3).tolist() == [1, 2, 3, 1, 2, 6, 1]
    assert repeated(np.array([np.nan, 5, np.nan]), 2).tolist() == [0, 5, 0]


def test_closed_days_are_zero_or_the_same_weekday_before(request_, fold):
    wednesday, week_before = pd.Timestamp("2024-02-14"), pd.Timestamp("2024-02-07")
    before = fold.history.set_index(["unique_id", "ds"])["y"]["north"][week_before]
    assert before > 0
    assert regular_sales(request_, closed="zero")["north"][wednesday] == 0
    filled = regular_sales(request_, closed="repeat")["north"]
    assert filled[wednesday] == before
    assert (filled[filled.index.day_of_week == 6] == 0).all()  # a Sunday never was open
    assert len(filled) == 140


def test_an_answer_sells_nothing_on_closed_days_and_nothing_below_zero(request_):
    shape = (2, 14, len(request_.levels))
    crossing = np.broadcast_to(np.linspace(9, -1, shape[2]), shape)
    raw = Answer(np.full((2, 14), 5.0), crossing, np.full((2, len(request_.sum_levels)), -1.0))
    answer = finished(request_, raw)
    sundays = request_.dates.day_of_week == 6
    assert answer.mean[0].tolist() == [0.0 if s else 5.0 for s in sundays]
    assert (answer.quantiles[:, sundays] == 0).all()
    assert (np.diff(answer.quantiles, axis=2) >= 0).all()
    assert answer.quantiles.min() == 0
    assert answer.total.min() == 0


def test_the_sum_is_taken_path_by_path_over_open_days(request_):
    # The paths sell 0 … 20 every day, all days alike; the protection interval is three days.
    paths = np.broadcast_to(np.arange(21.0)[None, :, None], (2, 21, 14))
    answer = from_paths(request_, paths.mean(axis=1), paths)
    is_open = (request_.dates[:3].day_of_week != 6).sum()
    at = request_.sum_levels.index(0.9)
    assert answer.total[:, at] == pytest.approx(18.0 * is_open)
    assert answer.quantiles[0, 0, request_.levels.index(0.5)] == pytest.approx(10.0)


def test_paths_that_cancel_have_narrower_sums_than_their_days():
    # Independent days: the 0.95 quantile of the sum lies below the sum of the days' quantiles.
    rng = np.random.default_rng(0)
    paths = rng.normal(20, 5, (1, 4000, 3))
    apart = np.quantile(paths, 0.95, axis=1).sum()
    assert np.quantile(paths.sum(axis=2), 0.95) < apart - 5


def answered(folder, request, value):
    n, horizon = len(request.ids), len(request.dates)
    answer = Answer(
        np.full((n, horizon), value),
        np.full((n, horizon, len(request.levels)), value),
        np.full((n, len(request.sum_levels)), 3 * value),
        ("south",),
    )
    write_answer(folder, request, answer, seconds=2.5)


def test_an_answer_comes_back_in_our_frames_and_is_not_asked_for_again(fold, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(exchange, "CACHE", tmp_path)
    asked = []

    def run(peer, folders):
        asked.append(peer)
        for folder in folders:
            answered(folder, read_request(folder), 4.0)

    monkeypatch.setattr(exchange, "_run", run)
    for _ in range(2):
        (answer,) = ask("theta", [fold], settings)
    assert asked == ["theta"]
    assert answer.stood_in == ("south",)
    assert answer.result.seconds == 2.5
    forecast, cumulative = answer.result.forecast, answer.result.cumulative
    assert forecast.groupby("unique_id")["h"].apply(list).tolist() == [list(range(1, 15))] * 2
    assert cumulative[["unique_id", "h", "mean", "q0.995"]].values.tolist() == [
        ["north", 3, 12.0, 12.0],
        ["south", 3, 12.0, 12.0],
    ]


def test_other_data_or_another_seed_is_another_question(fold, settings):
    folder = exchange._folder("theta", fold, settings)
    assert exchange._folder("theta", fold, settings) == folder
    history = fold.history.assign(y=fold.history["y"] + (fold.history.index == 7))
    assert exchange._folder("theta", replace(fold, history=history), settings) != folder
    assert exchange._folder("theta", fold, replace(settings, seed=1)) != folder
    assert exchange._folder("auto_ets", fold, settings) != folder
    # Costs are ours to apply afterwards: no peer is asked again because of them.
    assert exchange._folder("theta", fold, settings.with_typed_costs(overstock=3, understock=9)) == folder


def test_the_look_of_a_recipe_does_not_matter_but_its_meaning_does(tmp_path):
    sources = {
        "one": '"""Words."""\ndef f(x):\n    """More."""\n    return x + 1\n',
        "two": '"""Other words."""\ndef f(x):  # why\n    """Less."""\n    return (x + 1)\n',
        "three": '"""Words."""\ndef f(x):\n    """More."""\n    return x + 2\n',
    }
    for name, text in sources.items():
        (tmp_path / name).write_text(text)
    one, two, three = (meaning(tmp_path / name) for name in sources)
    assert one == two
    assert one != three


def test_a_peer_that_fails_is_told_in_one_sentence(fold, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(exchange, "CACHE", tmp_path)
    script = tmp_path / "python"
    script.write_text("#!/bin/sh\necho 'Traceback' >&2\necho 'ValueError: no good' >&2\nexit 1\n")
    script.chmod(0o755)
    monkeypatch.setattr(exchange, "PYTHON", script)
    with pytest.raises(exchange.PeerFailed, match=r"^theta failed: ValueError: no good$"):
        ask("theta", [fold], settings)
