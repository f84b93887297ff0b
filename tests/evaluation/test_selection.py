import numpy as np
import pandas as pd
import pytest

from forecasting.evaluation.selection import choices_over_time, choose, rows_of

MODELS = ("naive", "good")


def losses(costs, cutoff="2024-01-01", known="2024-02-01"):
    rows = [
        {
            "unique_id": u,
            "model": m,
            "cutoff": pd.Timestamp(cutoff),
            "loss": c,
            "known_from": pd.Timestamp(known),
        }
        for (u, m), c in costs.items()
    ]
    return pd.DataFrame(rows)


def test_each_series_gets_the_model_that_cost_least():
    many = pd.concat(
        [
            losses(
                {("a", "naive"): 1, ("a", "good"): 9, ("b", "naive"): 9, ("b", "good"): 1}, f"2024-01-{d:02d}"
            )
            for d in range(1, 20)
        ]
    )
    picked = choose(many, ["a", "b"], models=MODELS).set_index("unique_id")["model"]
    assert picked.to_dict() == {"a": "naive", "b": "good"}


def test_one_lucky_cycle_does_not_beat_what_all_series_say():
    pooled = {(f"s{k}", m): c for k in range(30) for m, c in (("naive", 10), ("good", 5))}
    table = losses({**pooled, ("lucky", "naive"): 4, ("lucky", "good"): 6})
    picked = choose(table, ["lucky"], models=MODELS)
    assert picked["model"].tolist() == ["good"]


def test_a_series_without_origins_borrows_and_nothing_at_all_falls_back():
    table = losses({("a", "naive"): 9, ("a", "good"): 1})
    assert choose(table, ["new"], models=MODELS)["model"].tolist() == ["good"]
    assert "borrowed" in choose(table, ["new"], models=MODELS)["reason"].iloc[0]
    empty = table.iloc[:0]
    assert choose(empty, ["a"], models=("seasonal_naive", "good"))["model"].tolist() == ["seasonal_naive"]


def test_a_tie_goes_to_the_simpler_model():
    assert choose(losses({("a", "naive"): 5, ("a", "good"): 5}), ["a"], models=MODELS)["model"].tolist() == [
        "naive"
    ]


def test_a_choice_sees_only_losses_that_were_known_at_its_origin():
    early = losses({("a", "naive"): 1, ("a", "good"): 9}, "2024-01-01", known="2024-01-15")
    late = pd.concat([losses({("a", "naive"): 90, ("a", "good"): 1}, "2024-02-01", known="2024-02-15")] * 1)
    wanted = pd.DataFrame({"cutoff": pd.to_datetime(["2024-02-10", "2024-02-15"]), "unique_id": "a"})
    picked = choices_over_time(pd.concat([early, late]), wanted, models=MODELS)
    assert picked["model"].tolist() == ["naive", "good"]


def test_chosen_rows_are_the_picked_models_rows_under_a_new_name():
    frame = pd.DataFrame(
        {"model": ["naive", "good"] * 2, "unique_id": ["a", "a", "b", "b"], "mean": [1.0, 2, 3, 4]}
    )
    choices = pd.DataFrame({"unique_id": ["a", "b"], "model": ["good", "naive"], "reason": ""})
    rows = rows_of(frame, choices)
    assert rows["model"].unique().tolist() == ["chosen"]
    assert rows["mean"].tolist() == [2.0, 3.0]


def paired(gain, *, origins=8, series=20, noise=0.0, seed=0):
    """Losses of seasonal naive and of a model that costs `gain` less on average."""
    rng = np.random.default_rng(seed)
    parts = []
    for k in range(origins):
        pairs = {}
        for i in range(series):
            pairs[f"s{i}", "seasonal_naive"] = 10.0
            pairs[f"s{i}", "good"] = 10.0 - gain + noise * rng.normal()
        parts.append(losses(pairs, f"2024-01-{k + 1:02d}"))
    return pd.concat(parts, ignore_index=True)


def test_a_model_that_does_not_beat_seasonal_naive_is_refused_and_the_row_says_so():
    picked = choose(paired(0.05, noise=4.0), ["s0"], models=("seasonal_naive", "good"))
    assert picked["model"].tolist() == ["seasonal_naive"]
    assert picked["refused"].tolist() == ["good"]
    assert "no model beats seasonal naive" in picked["reason"].iloc[0]


def test_a_model_that_beats_seasonal_naive_beyond_chance_is_used():
    picked = choose(paired(3.0, noise=4.0), ["s0"], models=("seasonal_naive", "good"))
    assert picked["model"].tolist() == ["good"]
    assert picked["refused"].tolist() == [""]
    assert picked["tried"].tolist() == [2]


def test_one_disastrous_month_of_seasonal_naive_does_not_carry_a_model_that_loses_the_others():
    table = paired(-0.5, noise=0.1)
    first = (table["cutoff"] == table["cutoff"].min()) & (table["model"] == "seasonal_naive")
    table.loc[first, "loss"] = 500.0
    assert choose(table, ["s0"], models=("seasonal_naive", "good"))["model"].tolist() == ["seasonal_naive"]


def test_a_series_with_a_long_record_of_its_own_is_tested_on_its_own():
    table = paired(3.0, origins=30)
    odd = (table["unique_id"] == "s0") & (table["model"] == "good")
    table.loc[odd, "loss"] = 12.0
    picked = choose(table, ["s0", "s1"], models=("seasonal_naive", "good")).set_index("unique_id")
    assert picked["model"].to_dict() == {"s0": "seasonal_naive", "s1": "good"}


def test_equal_models_with_noisy_records_leave_every_series_with_the_assortments_model():
    rng = np.random.default_rng(2)
    noisy = pd.concat(
        losses(
            {(f"s{i}", m): rng.gamma(1, 10) for i in range(60) for m in ("a", "b")}, f"2024-01-{k + 1:02d}"
        )
        for k in range(4)
    )
    picked = choose(noisy, [f"s{i}" for i in range(60)], models=("a", "b"))
    assert len(set(picked["model"])) == 1


@pytest.mark.parametrize(
    ("gains", "chosen", "words"),
    [
        ((4, -3, 2, -2, 3, -1), "ensemble", "no single model is surely cheaper than all together"),
        ((1, 2, 1, 2, 1, 2), "good", "least expected cost"),
        ((3,), "ensemble", "over 1 earlier origin"),
        ((-1, -2, -1, -2), "ensemble", "least expected cost"),
    ],
)
def test_all_models_together_are_left_only_for_one_that_is_surely_cheaper(gains, chosen, words):
    """`gains` are of one model on the ensemble, an origin each: the cheapest of many flatters itself."""
    table = pd.concat(
        losses(
            {(f"s{i}", m): c + i for i in range(30) for m, c in (("good", 20 - gain), ("ensemble", 20))},
            f"2024-01-{k + 1:02d}",
        )
        for k, gain in enumerate(gains)
    )
    picked = choose(table, ["s0", "s7"], models=("good", "ensemble"))
    assert set(picked["model"]) == {chosen}
    assert all(words in reason for reason in picked["reason"])


def small_shop(seed, *, series=6, origins=6):
    """Poisson sales, two weeks at a time: seasonal naive believes last week, the mean the last eight."""
    rng = np.random.default_rng(seed)
    parts = []
    for k in range(origins):
        costs = {}
        for i, rate in enumerate(rng.uniform(3, 12, series)):
            came = rng.poisson(2 * rate)
            for model, weeks in (("seasonal_naive", 1), ("moving_average", 8)):
                known = 2 * rng.poisson(weeks * rate) / weeks
                stock = known + 0.84 * np.sqrt(2 * rate + 4 * rate / weeks)
                costs[f"s{i}", model] = 4 * max(came - stock, 0) + max(stock - came, 0)
        parts.append(losses(costs, f"2024-01-{k + 1:02d}"))
    return pd.concat(parts, ignore_index=True)


def test_a_small_shop_is_not_left_with_the_noisy_model_because_its_test_can_tell_nothing():
    models = ("seasonal_naive", "moving_average")
    picked = [choose(small_shop(seed), ["s0"], models=models)["model"].iloc[0] for seed in range(60)]

    assert picked.count("moving_average") > 45


@pytest.mark.parametrize(("series", "words"), [(6, "no model cost less"), (20, "by a paired test")])
def test_few_cycles_refuse_only_what_cost_more_and_the_row_says_which_way_it_was_judged(series, words):
    models = ("seasonal_naive", "good")
    hardly_better, worse = (paired(gain, series=series, noise=4.0, seed=3) for gain in (0.3, -2.0))

    picked = choose(hardly_better, ["s0"], models=models).iloc[0]
    assert picked["model"] == ("good" if series == 6 else "seasonal_naive")
    assert picked["cycles"] == 8 * series
    refused = choose(worse, ["s0"], models=models).iloc[0]
    assert (refused["model"], refused["refused"]) == ("seasonal_naive", "good")
    assert words in refused["reason"]


@pytest.mark.parametrize(("series", "chosen"), [(2, "good"), (8, "seasonal_naive")])
def test_a_long_record_is_tested_where_the_shop_is_and_else_refuses_only_what_cost_more(series, chosen):
    """30 cycles of its own: what is said of all series (60 cycles: not tested, 240: tested) holds for it."""
    table = paired(3.0, origins=30, series=series)
    chance = np.random.default_rng(1).normal(0, 1, 30)
    hardly = 10.0 - 0.3 + 3 * (chance - chance.mean()) / chance.std()  # a gain of half a standard error
    table.loc[(table["unique_id"] == "s0") & (table["model"] == "good"), "loss"] = hardly
    row = choose(table, ["s0"], models=("seasonal_naive", "good")).iloc[0]

    assert row["model"] == chosen
    assert row["refused"] == ("" if series == 2 else "good")
    dearer = table.assign(loss=table["loss"].mask(table["model"] == "good", table["loss"] + 9))
    refused = choose(dearer, ["s0"], models=("seasonal_naive", "good")).iloc[0]
    assert (refused["model"], refused["refused"]) == ("seasonal_naive", "good")
    assert ("by a paired test" in refused["reason"]) == (series == 8)


def test_one_model_alone_has_beaten_nobody_and_is_beaten_by_nobody():
    only = paired(1.0).query("model == 'seasonal_naive'")
    row = choose(only, ["s0"], models=("seasonal_naive",)).iloc[0]
    assert (row["model"], row["reason"], row["tried"]) == (
        "seasonal_naive", "the only model there was to choose from", 1,
    )  # fmt: skip
