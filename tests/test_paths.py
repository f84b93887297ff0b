"""What every set of simulated futures must be able to do."""

import numpy as np
import pandas as pd

from forecasting.paths import SamplePaths, concatenate

DATES = pd.date_range("2024-01-01", periods=2)


def paths_of(*ids: str, notes: dict[str, str] | None = None) -> SamplePaths:
    values = np.ones((len(ids), 3, 2), dtype=np.float32)
    return SamplePaths(np.array(ids, dtype=object), DATES, values, notes or {})


def test_a_note_stays_with_its_series_when_batches_are_joined_and_parted():
    joined = concatenate([paths_of("b", notes={"b": "too short"}), paths_of("a")])

    assert list(joined.unique_id) == ["a", "b"]
    assert joined.only(["b"]).notes == {"b": "too short"}
    assert joined.only(["a"]).notes == {}
    assert joined.with_values(joined.values * 2).notes == {"b": "too short"}
