import pandas as pd

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
