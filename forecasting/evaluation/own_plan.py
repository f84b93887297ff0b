"""What people planned, in the shape of a model's past forecasts: one number per date and no ranges."""

import numpy as np
import pandas as pd

from forecasting.schema import KEY, PLAN, quantile_columns


def plan_backtest(backtest: pd.DataFrame, sales: pd.DataFrame) -> pd.DataFrame:
    """Return the backtest frame of the plan: `mean` is what was planned, every quantile NaN.

    `backtest` gives the origins, dates and outcomes. Dates without a plan have no row; without a
    column `manager_plan` there is none at all. The plan of a date counts as set before the origins
    that come before it: the file does not say when it was.
    """
    if PLAN not in sales or backtest.empty:
        return backtest.iloc[:0]
    dates = backtest.drop_duplicates(["unique_id", "cutoff", "ds"])
    planned = dates[KEY].merge(sales[[*KEY, PLAN]], on=KEY, how="left", validate="many_to_one")[PLAN]
    rows = dates.assign(
        model=PLAN, mean=planned.to_numpy(), **dict.fromkeys(quantile_columns(backtest), np.nan)
    )
    return rows.dropna(subset=["mean"]).reset_index(drop=True)
