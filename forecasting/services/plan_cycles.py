"""What ordering by the manager's own plan would have cost, on the cycles the models were judged by.

A plan is one number per date. For orders its spread is that of its own past misses over whole
protection intervals, known at each date: the same finite-sample rank that calibrates the models.
"""

import numpy as np
import pandas as pd

from forecasting.dates import calendar
from forecasting.schema import KEY, PLAN
from forecasting.services.dataset import Dataset
from forecasting.value.censored import Recorded
from forecasting.value.plans import planned
from forecasting.value.replay import refilled


def plan_cycles(cycles: pd.DataFrame, dataset: Dataset, horizon: int) -> pd.DataFrame:
    """Return the replayed cycles of `manager_plan`, empty without such a column.

    `cycles` are the replayed ones of one model: series, dates, costs and demand are taken from
    there. A cycle is absent where part of it has no plan, or where the plan has no past to go by.
    """
    if PLAN not in dataset.sales or cycles.empty:
        return cycles.iloc[:0]
    sales = dataset.sales
    series = cycles.drop_duplicates("unique_id")
    unique_id, origins = series["unique_id"].to_numpy(), pd.DatetimeIndex(cycles["cutoff"].unique())
    dates = calendar(sales["ds"].min(), sales["ds"].max(), dataset.frequency)
    recorded = Recorded.of(sales, unique_id, dates)
    said = planned(
        planned_units(sales, unique_id, dates),
        np.where(recorded.sold_out, np.nan, recorded.sold),
        dates.get_indexer(origins),
        horizon=horizon,
        periods=series["protection_interval"].to_numpy(),
        ratio=(series["underage"] / (series["underage"] + series["overage"])).to_numpy(),
    )
    at = origins.get_indexer(pd.DatetimeIndex(cycles["cutoff"]))
    level = said.stock[at, pd.Index(unique_id).get_indexer(cycles["unique_id"])]
    return refilled(cycles.assign(model=PLAN), level)[np.isfinite(level)].reset_index(drop=True)


def planned_units(sales: pd.DataFrame, unique_id: np.ndarray, dates: pd.DatetimeIndex) -> np.ndarray:
    """Return what was planned per series and date, (n, n_dates) units; NaN where nothing was."""
    rows = sales[[*KEY, PLAN]].rename(columns={PLAN: "y"})
    return Recorded.of(rows, unique_id, dates).sold
