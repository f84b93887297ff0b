"""A sales frame as arrays (series × periods): what every question about the past is asked of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from forecasting.dates import calendar, positions
from forecasting.schema import PRICE_PAID, RESERVED, drivers


@dataclass(frozen=True)
class Panel:
    """Units sold per series and period, and what is known beside them; NaN where nothing is recorded."""

    unique_id: np.ndarray  # (n,) str, sorted
    ds: pd.DatetimeIndex  # (T,) every period from the first to the last
    frequency: str
    y: np.ndarray  # (n, T) units sold
    price: np.ndarray  # (n, T) money a unit; NaN where neither sales nor items say
    unit_cost: np.ndarray  # (n,) money a unit; NaN unknown
    stockout: np.ndarray  # (n, T) bool: the shelf was empty, so y is less than demand
    open: np.ndarray  # (n, T) bool: not known to be closed
    switches: Mapping[str, np.ndarray]  # drivers that are on or off: (n, T), 1 = on
    stock_recorded: bool  # the data say when a shelf was empty
    priced: bool  # the sales themselves carry prices, so that a price can be seen to change

    @property
    def demand(self) -> np.ndarray:
        """Return y where it is demand: neither closed nor out of stock, NaN elsewhere, (n, T)."""
        return np.where(self.open & ~self.stockout, self.y, np.nan)

    @property
    def revenue(self) -> np.ndarray:
        """Return y times price, NaN where either is unknown, (n, T)."""
        return self.y * self.price

    def rows(self, unique_ids: Sequence[str] | np.ndarray) -> np.ndarray:
        """Return the places of some series, in the panel's order."""
        return np.flatnonzero(np.isin(self.unique_id, np.asarray(unique_ids, dtype=object)))

    def only(self, rows: np.ndarray) -> "Panel":
        """Return the panel of some rows."""
        names = ("unique_id", "y", "price", "unit_cost", "stockout", "open")
        return replace(
            self,
            **{name: getattr(self, name)[rows] for name in names},
            switches={name: values[rows] for name, values in self.switches.items()},
        )

    def until(self, date: pd.Timestamp) -> "Panel":
        """Return the panel up to a date, that included."""
        end = int(self.ds.searchsorted(date, side="right"))
        names = ("y", "price", "stockout", "open")
        return replace(
            self,
            ds=self.ds[:end],
            **{name: getattr(self, name)[:, :end] for name in names},
            switches={name: values[:, :end] for name, values in self.switches.items()},
        )


def panel_of(sales: pd.DataFrame, items: pd.DataFrame, frequency: str) -> Panel:
    """Return a sales frame as arrays; the price is that of the sales, else that of the items table."""
    ids = np.sort(sales["unique_id"].unique().astype(object))
    ds = calendar(sales["ds"].min(), sales["ds"].max(), frequency)
    at = places_of(sales, ids, ds)

    def laid_out(column: str, otherwise: float) -> np.ndarray:
        grid = np.full((len(ids), len(ds)), otherwise)
        if column in sales:
            grid[at] = sales[column].to_numpy(dtype=float, na_value=np.nan)
        return grid

    known = items.drop_duplicates("unique_id").set_index("unique_id").reindex(ids)
    own = {name: _numbers(known, name) for name in ("price", "unit_cost")}
    own_price = "price" if "price" in sales else PRICE_PAID
    price = laid_out(own_price, np.nan)
    price = np.where(price > 0, price, np.nan)
    return Panel(
        unique_id=ids,
        ds=ds,
        frequency=frequency,
        y=laid_out("y", np.nan),
        price=np.where(np.isnan(price), own["price"][:, None], price),
        unit_cost=own["unit_cost"],
        stockout=np.nan_to_num(laid_out("stockout", 0.0)) > 0,
        open=~(laid_out("open", np.nan) == 0),
        switches={name: np.nan_to_num(laid_out(name, 0.0)) for name in switch_names(sales)},
        stock_recorded="stockout" in sales,
        priced=own_price in sales,
    )


def places_of(sales: pd.DataFrame, ids: np.ndarray, ds: pd.DatetimeIndex) -> tuple[np.ndarray, np.ndarray]:
    """Return the place of each row of a sales frame among the series and among the periods."""
    return pd.Index(ids).get_indexer(sales["unique_id"]), positions(sales["ds"], ds)


def switch_names(sales: pd.DataFrame) -> list[str]:
    """Return the drivers that are only ever on or off (promotions, events), in the frame's order.

    >>> switch_names(pd.DataFrame({"y": [1, 2], "promo": [0.0, 1.0], "price": [2.0, 3.0]}))
    ['promo']
    """
    names = [c for c in drivers(sales) if c not in ("price", *RESERVED)]
    return [c for c in names if set(pd.unique(sales[c].dropna())) == {0, 1}]


def _numbers(table: pd.DataFrame, column: str) -> np.ndarray:
    if column not in table:
        return np.full(len(table), np.nan)
    return pd.to_numeric(table[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
