"""What the forecast of one series is made of, by the prophet package: trend, seasons, holidays, drivers."""

from dataclasses import replace

import numpy as np
import pandas as pd

from forecasting.errors import DataError, TooShortError
from forecasting.models.base import to_panel
from forecasting.models.bootstrap import require_known
from forecasting.models.lifecycle import absurd_values
from forecasting.models.prophet_package import PackageProphet, history_of, why_not

# The package's name of a part -> ours; drivers keep theirs.
SEASONS = {"weekly": "week", "yearly": "year", "holidays": "holidays"}


def forecast_parts(model: PackageProphet, history: pd.DataFrame, future: pd.DataFrame) -> pd.DataFrame:
    """Return ds, y, trend, a column per part, and expected, for the known periods and those ahead.

    Parameters
    ----------
    model
        The recipe; its country and mode decide which parts there are.
    history, future
        Sales and future frame of one series.

    Returns
    -------
    All in units a period: trend + the parts = expected, where seasons multiply too (a part is then
    the trend times its share). y is NaN ahead. Parts that the model does not have are absent.
    Raises `TooShortError` for a series Prophet cannot be fitted to and `DataError` where it finds no fit.
    """
    panel = require_known(to_panel(history, future))
    panel = replace(panel, y=np.where(absurd_values(panel.y), np.nan, panel.y))
    known = history_of(panel, 0)
    if reason := why_not(known["y"].to_numpy()):
        raise TooShortError(f"{panel.unique_id[0]} cannot be taken apart: {reason}.")
    try:
        fitted, said = model.explained(panel, 0)
    except RuntimeError as error:
        raise DataError(f"{panel.unique_id[0]} cannot be taken apart: Stan found no fit.") from error
    multiplied = set(fitted.component_modes["multiplicative"])
    table = {"ds": said["ds"], "y": known["y"].reindex(said.index), "trend": said["trend"]}
    for name, ours in (SEASONS | {driver: driver for driver in panel.drivers}).items():
        if name in said:
            table[ours] = said[name] * (said["trend"] if name in multiplied else np.ones(len(said)))
    return pd.DataFrame(table | {"expected": said["yhat"]})
