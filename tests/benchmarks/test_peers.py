"""The peers themselves, where their environment is there (make bench-peers)."""

import pytest

from benchmarks import exchange
from benchmarks.exchange import PEERS, ask, installed
from forecasting.schema import quantile_columns

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not installed(), reason="the peers' environment is not there: make bench-peers"),
]


@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_knows_level_promotion_and_closed_days_and_repeats_itself(
    peer, fold, settings, tmp_path, monkeypatch
):
    answers = []
    for name in ("one", "two"):
        monkeypatch.setattr(exchange, "CACHE", tmp_path / name)
        answers += ask(peer, [fold], settings)
    first, second = (a.result for a in answers)
    assert first.forecast.equals(second.forecast)
    assert first.cumulative.equals(second.cumulative)
    assert answers[0].stood_in == ()

    daily = first.forecast.merge(fold.future, on=["unique_id", "ds"], validate="one_to_one")
    assert len(daily) == 28
    assert (daily.loc[daily["open"] == 0, ["mean", *quantile_columns(daily)]] == 0).all(axis=None)
    level = daily[daily["open"] == 1].groupby("unique_id")["mean"].mean()
    seen = fold.history[fold.history["open"] == 1].groupby("unique_id")["y"].mean()
    assert (level / seen).between(0.75, 1.33).all()
    # Three days of demand: the middle of the sum is near the sum of the means.
    sums = first.cumulative.set_index("unique_id")
    summed = daily[daily["h"] <= 3].groupby("unique_id")["mean"].sum()
    assert (sums["q0.5"] / summed).between(0.75, 1.33).all()
    assert (sums["q0.95"] > sums["q0.5"]).all()


@pytest.mark.parametrize("peer", ["prophet_multiplicative", "mlforecast_lightgbm"])
def test_a_peer_that_takes_drivers_uses_them(peer, fold, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(exchange, "CACHE", tmp_path)
    (answer,) = ask(peer, [fold], settings)
    daily = answer.result.forecast.merge(fold.future, on=["unique_id", "ds"])
    means = daily[daily["open"] == 1].groupby(["unique_id", "promo"])["mean"].mean().unstack()
    # Promotions sell half as much again.
    assert (means[1.0] / means[0.0]).between(1.25, 1.8).all()
