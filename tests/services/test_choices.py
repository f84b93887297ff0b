"""The table of choices: what each series rests on, for people and programs outside."""

from dataclasses import replace

import pandas as pd

from forecasting.evaluation.calibration import OWN, POOLED
from forecasting.services.choices import calibrated_by, choice_table
from tests.services.test_worth import evaluated


def test_every_series_has_its_model_its_reason_and_what_was_tried_and_refused(found):
    table = choice_table(found.results, found.evaluation)

    assert table["unique_id"].tolist() == ["a", "b"]
    assert table["model"].tolist() == found.choice.sort_values("unique_id")["model"].tolist()
    assert table["reason"].str.len().min() > 10
    assert set(table["tried"]) == {len(found.results.models)}
    assert set(table["cycles"]) == {found.evaluation.live_choice["cycles"].iloc[0]}
    assert set(table["calibrated_by"]) == {POOLED}


def test_what_accuracy_would_pick_stands_beside_the_choice_by_money(found):
    accurate = found.evaluation.accuracy_choice
    other = {"seasonal_naive": "moving_average", "moving_average": "seasonal_naive"}
    turned = accurate.assign(model=accurate["model"].map(other)).iloc[::-1]
    table = choice_table(found.results, evaluated(found, accuracy_choice=turned).evaluation)

    assert table["accuracy_model"].tolist() == turned.sort_values("unique_id")["model"].tolist()
    assert table["model"].tolist() == choice_table(found.results, found.evaluation)["model"].tolist()


def test_a_series_with_thirty_known_cycles_at_every_step_is_calibrated_by_its_own(found):
    cutoffs = pd.date_range("2024-01-07", periods=31, freq="7D")
    rows = [
        {"model": model, "unique_id": series, "cutoff": cutoff, "h": h, "y": 1.0}
        for model in ("m", "n") for series in ("long", "gaps") for cutoff in cutoffs for h in (1, 2)
    ]  # fmt: skip
    said = pd.DataFrame(rows)
    said.loc[(said["unique_id"] == "gaps") & (said["h"] == 2) & (said["cutoff"] < cutoffs[2]), "y"] = None
    picked = pd.DataFrame({"unique_id": ["long", "gaps", "new"], "model": "m"})

    def levels(frame):
        return calibrated_by(replace(found.results, cumulative=frame), picked).to_dict()

    assert levels(said) == {"long": OWN, "gaps": POOLED, "new": POOLED}
    assert levels(said[said["cutoff"] < cutoffs[29]]) == dict.fromkeys(("long", "gaps", "new"), POOLED)
