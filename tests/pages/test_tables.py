"""What a table on a page shows of its numbers."""

import numpy as np
import pandas as pd

from forecasting.report.columns import Column
from ui.feedback import readable


def test_a_number_that_rounds_to_nothing_is_not_shown_as_less_than_nothing():
    frame = pd.DataFrame(
        {"growth": [-0.0004, -0.2, np.nan], "units": [-0.01, 1.26, 3.0], "name": ["a", "b", "c"]}
    )
    words = {"growth": Column("Growth", "", "percent"), "units": Column("Units", "", "units")}
    shown = readable(frame, words)
    assert not np.signbit(shown.loc[0, ["growth", "units"]].to_numpy(dtype=float)).any()
    assert shown["growth"].tolist()[:2] == [0.0, -0.2]
    assert shown["units"].tolist() == [0.0, 1.3, 3.0]
