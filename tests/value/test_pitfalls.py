"""Ways to claim too much that no other file tests; the others, by name.

Overlapping windows, picking on the evaluation block, sold-out days, failed fits, stock build-up and double
counting: `test_staircase.py` and `test_days.py`. Regressors and revisions unknown at the origin:
`tests/evaluation/test_backtest.py` and `tests/services/test_index_view.py`. A quarter called a year, and a
missed peak: `tests/services/test_stairs.py`.
"""

from dataclasses import replace

import numpy as np
import pytest

from forecasting.value.contest import OURS, PERFECT, SAME
from forecasting.value.staircase import climb


def test_the_baseline_orders_by_the_quantile_ours_orders_by_not_by_its_mean(make_contest):
    """Tuned candidate against an untuned baseline is the commonest fraud."""
    contest = make_contest()
    models = contest.models()
    base = contest.baseline("low", models)
    level = contest.spoken.level(contest.shelves.protection_interval, contest.shelves.critical_ratio)
    untuned = replace(base, stock=base.means[:, :, 2])  # what it expects over the three days
    books = contest.play({"tuned": base, "untuned": untuned}, base, contest.scenarios[0])

    np.testing.assert_array_equal(base.stock, level[contest.spoken.models.index("low")])
    assert books["tuned"].cost.sum() < 0.8 * books["untuned"].cost.sum()


def test_what_is_assumed_of_today_is_learned_before_counting_begins(make_contest):
    contest = make_contest()
    first = contest.origins[contest.first_scored]
    sold = contest.recorded.sold.copy()
    sold[:, first + 1 :] *= 10  # a boom that nobody could know of
    boom = replace(contest, recorded=replace(contest.recorded, sold=sold))
    longer = {"lead_time": np.full(4, 8.0)}  # ten days from an origin reach past the next one

    assert boom.learned("low") == contest.learned("low")
    assert contest.learned("low")[1] == 2
    assert boom.with_shelves(**longer).learned("low") == contest.with_shelves(**longer).learned("low")
    assert contest.with_shelves(**longer).learned("low")[1] == 1


def test_what_is_assumed_of_today_is_learned_at_every_earlier_origin_not_at_those_a_shelf_settles_by(
    make_contest,
):
    """One slack month before counting begins made today's practice a straw man: three times it was not."""
    contest = make_contest(n_origins=10, scored=6)
    sold = contest.recorded.sold.copy()
    slack = contest.origins[3]
    sold[:, slack + 1 : slack + 4] = 0
    slow = replace(contest, recorded=replace(contest.recorded, sold=sold))
    spoken = slow.spoken.at(slice(3, None))
    short = replace(slow, spoken=spoken, choice=slow.choice[3:])
    taught = replace(short, taught=slow.spoken.at(slice(4)))

    assert short.learned("low") == (0.8, 1)  # the least there is
    assert taught.learned("low") == slow.learned("low")
    assert taught.learned("low")[0] > 1
    assert taught.learned("low")[1] == 4


def test_the_share_captured_divides_sums_by_sums(make_contest):
    """A slow item where much was captured must not outweigh a fast one where little was."""
    stairs = climb(make_contest(rates=(0.4, 1.0, 12.0, 40.0)))
    saved, possible = (stairs.gain(SAME, step).sum(axis=1) for step in (OURS, PERFECT))

    assert stairs.share_captured == pytest.approx(saved.sum() / possible.sum())
    assert stairs.share_captured != pytest.approx((saved / possible).mean(), rel=0.05)


def test_a_loss_is_never_turned_into_a_gain_by_leaving_out_what_lost(make_contest):
    """Every series that could be replayed is in the gain, losers too."""
    stairs = climb(make_contest(choice="high", fallback="sharp"))
    table = stairs.by_item()

    assert len(table) == len(stairs.unique_id)
    assert (table["gain"] < 0).any()
    assert table["gain"].sum() == pytest.approx(stairs.gain(SAME, OURS).sum())
