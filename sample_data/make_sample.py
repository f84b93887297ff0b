"""Write the sample shop: sales.csv, items.csv and the truth behind them, truth.parquet.

    python sample_data/make_sample.py [--out DIR] [--seed 7]

Demand of a day is negative binomial (Poisson for slow movers) around a known mean,
independent between days given that mean, so every quantile of a day, and by
convolution of any sum of days, is known. What is planted where: README.md beside this file.
"""

import argparse
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import nbinom, poisson

HISTORY = pd.date_range("2024-01-01", "2026-06-28", freq="D")  # Monday to Sunday: 130 whole weeks
DAYS = pd.date_range("2024-01-01", periods=len(HISTORY) + 28, freq="D")
QUANTILE_LEVELS = (*(round(0.05 * k, 2) for k in range(1, 20)), 0.975, 0.99)

# level: units a day at Centre; size: negative binomial k (variance = m + m²/k), 0 = Poisson;
# growth: per year; swing and peak: height and day of the year of the yearly season.
CATALOGUE = """\
sku|item|category|supplier|price|unit_cost|salvage|level|size|growth|swing|peak|elasticity|life|lead|review|pack|moq
000118|Rye bread|Bakery|Mill and Oven|3.40|1.45|0.20|46|14|0.04|0.06|350|-1.4|2|1|1|6|6
000125|Baguette|Bakery|Mill and Oven|1.90|0.70|0.10|72|18|0.02|0.08|180|-1.2|2|1|1|10|10
000131|Oat rolls 6 pieces|Bakery|Mill and Oven|2.80|1.15|0.15|34|12|0.06|0.05|330|-1.5|2|1|1|6|6
000149|Butter croissant|Bakery|Mill and Oven|1.60|0.60|0.00|58|10|0.03|0.10|20|-1.3|2|1|1|12|12
000152|Cinnamon bun|Bakery|Mill and Oven|2.20|0.85|0.00|28|9|0.08|0.20|340|-1.7|2|1|1|12|12
000204|Whole milk 1 L|Dairy|Northfield Dairy|1.35|0.92|0.05|64|25|-0.04|0.05|15|-0.9|7|1|2|12|24
000211|Oat milk 1 L|Dairy|Northfield Dairy|2.30|1.35|1.00|38|15|0.15|0.06|160|-1.8|0|3|3|6|12
000228|Yoghurt 500 g|Dairy|Northfield Dairy|2.10|1.20|0.10|30|12|0.03|0.12|190|-1.6|8|1|3|6|12
000235|Butter 250 g|Dairy|Northfield Dairy|3.20|2.25|1.80|24|10|-0.02|0.18|345|-2.0|0|2|3|10|20
000242|Mango lassi 250 ml|Dairy|Northfield Dairy|2.60|1.40|0.10|16|6|0.00|0.20|195|-1.5|9|1|3|6|6
000317|Green salad 150 g|Fresh|Green Fields|2.40|1.20|0.00|32|9|0.05|0.35|185|-1.6|3|1|1|8|8
000324|Tomatoes 500 g|Fresh|Green Fields|2.70|1.50|0.10|36|11|0.02|0.30|195|-1.5|5|1|2|10|10
000331|Strawberries 250 g|Fresh|Green Fields|3.90|2.10|0.20|22|6|0.06|0.75|165|-2.1|3|1|1|8|8
000348|Bananas 1 kg|Fresh|Green Fields|1.95|1.15|0.10|52|20|0.01|0.05|30|-1.1|5|1|2|15|15
000355|Hummus 200 g|Fresh|Green Fields|2.50|1.30|0.00|18|8|0.10|0.15|190|-1.7|10|1|3|6|6
000410|Coffee 500 g|Pantry|Pantry Direct|7.90|5.40|4.60|14|7|0.03|0.15|10|-2.4|0|4|7|6|12
000427|Spaghetti 500 g|Pantry|Pantry Direct|1.50|0.85|0.70|26|12|0.01|0.08|20|-1.6|0|4|7|12|24
000434|Pumpkin soup 500 g|Pantry|Pantry Direct|3.10|1.80|1.30|9|5|-0.20|0.50|320|-1.8|0|4|7|6|12
004200|Saffron 1 g|Pantry|Spice House|6.90|3.60|3.20|0.45|0|0.00|0.10|350|-1.0|0|7|7|1|5
004217|Maple syrup 250 ml|Pantry|Spice House|8.50|5.10|4.40|0.9|0|0.05|0.35|345|-1.0|0|7|7|3|6
"""
# Size of the store and its week, Monday to Sunday; Harbour is closed on Sundays.
STORES = {
    "Centre": (1.00, (0.86, 0.84, 0.90, 0.98, 1.22, 1.34, 0.86)),
    "Harbour": (0.62, (0.88, 0.86, 0.92, 1.00, 1.18, 1.46, 0.00)),
    "Station": (0.80, (1.12, 1.10, 1.12, 1.14, 1.20, 0.74, 0.58)),
}
# New Year, Good Friday, Easter Monday, 1 May, Christmas: every store is closed.
CLOSED = pd.DatetimeIndex(
    [f"{year}-{day}" for year in (2024, 2025, 2026) for day in ("01-01", "05-01", "12-25", "12-26")]
    + ["2024-03-29", "2024-04-01", "2025-04-18", "2025-04-21", "2026-04-03", "2026-04-06"]
)
BREAK = ("Bakery", pd.Timestamp("2026-03-20"), 0.75)  # a rival bakery opens and keeps a quarter of sales
NEW = ("Mango lassi 250 ml", pd.Timestamp("2026-04-29"))  # first day on the shelf
DISCONTINUED = ("Pumpkin soup 500 g", pd.Timestamp("2026-02-28"))  # last day on the shelf
DISPLAY_UPLIFT = 1.18  # what the promotion's shelf and leaflet add to its lower price
PROMOTION_CUTS = (0.15, 0.20, 0.25, 0.30)
RETURNS, RETURNS_ALONE = 26, 4  # rows of returned units; the second kind falls on days without a sale


@dataclass(frozen=True)
class Shop:
    """Everything known of the 60 series: `series` has one row each, arrays are (n_series, n_days)."""

    series: pd.DataFrame
    price: np.ndarray
    promo: np.ndarray
    open: np.ndarray
    listed: np.ndarray  # the item is on the shelf of that day
    mean: np.ndarray
    demand: np.ndarray
    stock: np.ndarray  # units that could be sold that day; inf where enough

    @property
    def sold(self) -> np.ndarray:
        """Return units sold, (n_series, n_days)."""
        return np.minimum(self.demand, self.stock).astype(int)


def catalogue() -> pd.DataFrame:
    """Return one row per store and item, sorted by store and item."""
    items = pd.read_csv(StringIO(CATALOGUE), sep="|", dtype={"sku": str})
    stores = pd.DataFrame({"store": list(STORES), "store_size": [size for size, _ in STORES.values()]})
    return stores.merge(items, how="cross").sort_values(["store", "item"], ignore_index=True)


def prices(items: pd.DataFrame, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return (price, promo), both (n_items, n_days): a yearly increase, and whole weeks at a lower price."""
    years = DAYS.year.to_numpy() - DAYS[0].year
    rise = 1 + rng.uniform(0.015, 0.05, size=len(items))
    list_price = items["price"].to_numpy()[:, None] * rise[:, None] ** (years - years[-1])
    cut = np.zeros(list_price.shape)
    never = items["item"].eq(NEW[0]).to_numpy() | items["size"].eq(0).to_numpy()
    for row in np.flatnonzero(~never):
        monday = 7 * int(rng.integers(2, 9))
        while monday < len(DAYS):
            weeks = int(rng.integers(1, 3))
            cut[row, monday : monday + 7 * weeks] = rng.choice(PROMOTION_CUTS)
            monday += 7 * (weeks + int(rng.integers(6, 11)))
    return np.round(list_price * (1 - cut), 2), cut > 0


def mean_demand(series: pd.DataFrame, price: np.ndarray, promo: np.ndarray) -> np.ndarray:
    """Return the mean of demand on an open day with the item on the shelf, units, (n_series, n_days)."""

    def column(name: str) -> np.ndarray:
        return series[name].to_numpy(dtype=float)[:, None]

    years = (np.arange(len(DAYS)) - len(HISTORY)) / 365.25
    week = np.array([STORES[store][1] for store in series["store"]])[:, DAYS.day_of_week.to_numpy()]
    angle = 2 * np.pi * (DAYS.day_of_year.to_numpy() - column("peak")) / 365.25
    season = np.exp(column("swing") * np.cos(angle))
    category, since, left = BREAK
    broken = series["category"].eq(category).to_numpy()[:, None] & (since <= DAYS)
    level = column("level") * column("store_size") * (1 + column("growth")) ** years
    lure = (price / column("price")) ** column("elasticity") * np.where(promo, DISPLAY_UPLIFT, 1.0)
    return level * week * season * lure * np.where(broken, left, 1.0)


def quantile_of_demand(mean: np.ndarray, size: np.ndarray, quantile_level: np.ndarray | float) -> np.ndarray:
    """Return the quantile of a day's demand; `size` 0 is Poisson. A mean of zero gives zero."""
    k = np.broadcast_to(size, mean.shape)
    level = np.broadcast_to(quantile_level, mean.shape)
    slow = k == 0
    quantile = np.empty(mean.shape)
    quantile[slow] = poisson.ppf(level[slow], mean[slow])
    quantile[~slow] = nbinom.ppf(level[~slow], k[~slow], k[~slow] / (k[~slow] + mean[~slow]))
    return quantile


def stock_limits(series: pd.DataFrame, mean: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the units available, (n_series, n_days): inf, but for runs of 1 to 3 days with too few.

    The limit is drawn without looking at demand, so a cut-off day says only
    "demand was at least this", as on a real shelf.
    """
    perishable = series["life"].gt(0).to_numpy()
    chance = np.where(
        perishable, rng.uniform(0.010, 0.026, len(series)), 0.004 * (rng.random(len(series)) < 0.4)
    )
    starts = rng.random(mean.shape) < chance[:, None]
    length = rng.integers(1, 4, size=mean.shape)
    share = np.where(starts, rng.uniform(0.3, 0.95, mean.shape), np.inf)
    for lag in (1, 2):
        running = np.roll(starts & (length > lag), lag, axis=1)
        running[:, :lag] = False
        share = np.where(running, rng.uniform(0.0, 0.4, mean.shape), share)
    share[:, len(HISTORY) :] = np.inf
    enough = np.isinf(share)
    return np.where(enough, np.inf, np.floor(np.where(enough, 0, share) * mean))


def build_shop(seed: int) -> Shop:
    """Return the whole shop; one generator per subject, so a change in one leaves the others alone."""
    for_prices, for_demand, for_stock = (np.random.default_rng([seed, k]) for k in range(3))
    series = catalogue()
    items = series.drop_duplicates("item", ignore_index=True)
    item_price, item_promo = prices(items, for_prices)
    row_of = pd.Index(items["item"]).get_indexer(series["item"])
    price, promo = item_price[row_of], item_promo[row_of]

    listed = np.ones(price.shape, dtype=bool)
    listed &= ~(series["item"].eq(NEW[0]).to_numpy()[:, None] & (NEW[1] > DAYS))
    listed &= ~(series["item"].eq(DISCONTINUED[0]).to_numpy()[:, None] & (DISCONTINUED[1] < DAYS))
    sunday_off = series["store"].eq("Harbour").to_numpy()[:, None] & (DAYS.day_of_week == 6)
    is_open = ~(sunday_off | DAYS.isin(CLOSED))

    mean = np.where(is_open & listed, mean_demand(series, price, promo), 0.0)
    size = series["size"].to_numpy(dtype=float)[:, None]
    demand = quantile_of_demand(mean, size, for_demand.random(mean.shape))
    stock = stock_limits(series, mean, for_stock)
    return Shop(series, price, promo, is_open, listed, mean, demand, stock)


def sales_table(shop: Shop, seed: int) -> pd.DataFrame:
    """Return the rows of sales.csv: the history, the returns, and the plan of the next 28 days."""
    row, day = np.nonzero(shop.listed)
    series = shop.series.iloc[row].reset_index(drop=True)
    known = day < len(HISTORY)
    table = series[["store", "sku", "item", "category"]].assign(
        units=pd.Series(shop.sold[row, day], dtype="Int64").where(known),
        price=shop.price[row, day],
        promo=shop.promo[row, day].astype(int),
        stockout=pd.Series((shop.demand > shop.stock)[row, day].astype(int), dtype="Int64").where(known),
        open=shop.open[row, day].astype(int),
    )
    table.insert(0, "date", DAYS[day].strftime("%Y-%m-%d"))
    rows = pd.concat([table, _returned(table, series["life"].eq(0) & known, seed)])
    return rows.sort_values(["date", "store", "item"], kind="stable", ignore_index=True)


def _returned(table: pd.DataFrame, returnable: pd.Series, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng([seed, 3])
    bought = np.flatnonzero(returnable & (table["units"] >= 3).fillna(False))
    idle = returnable & (table["units"] == 0).fillna(False) & (table["open"] == 1) & (table["stockout"] == 0)
    chosen = np.concatenate(
        [
            rng.choice(bought, RETURNS, replace=False),
            rng.choice(np.flatnonzero(idle), RETURNS_ALONE, replace=False),
        ]
    )
    units = -rng.integers(1, 3, size=len(chosen))
    return table.iloc[chosen].assign(units=pd.array(units, dtype="Int64"))


def items_table(shop: Shop, seed: int) -> pd.DataFrame:
    """Return the rows of items.csv: economics, supply, and stock at the close of the last day sold."""
    rng = np.random.default_rng([seed, 4])
    series = shop.series
    ahead = shop.mean[:, len(HISTORY) :].mean(axis=1)  # units a day, closed days included
    interval = series["lead"] + series["review"]
    cover = rng.choice([0.0, 0.35, 0.7, 1.1, 3.5], size=len(series), p=[0.1, 0.25, 0.25, 0.25, 0.15])
    days = cover * rng.uniform(0.9, 1.1, len(series)) * interval
    perishable = series["life"] > 0
    on_hand = np.round(ahead * days.where(~perishable, np.minimum(days, series["life"] - 1)))
    ran_out = (shop.demand > shop.stock)[:, len(HISTORY) - 1]
    dead = series["item"].eq(DISCONTINUED[0]).to_numpy()
    packs_coming = np.where((rng.random(len(series)) < 0.25) & ~dead, rng.integers(1, 4, len(series)), 0)
    return series[["store", "sku", "item", "category", "price", "unit_cost", "salvage"]].assign(
        holding_rate=np.where(perishable, 0.30, 0.22),
        leftover=np.where(perishable, "perishable", "carry_over"),
        shelf_life=series["life"].astype("Int64").where(perishable),
        lead_time=series["lead"],
        review_period=series["review"],
        on_hand=np.where(ran_out, 0, np.where(dead, rng.integers(4, 16, len(series)), on_hand)).astype(int),
        on_order=packs_coming * series["pack"],
        moq=series["moq"],
        pack=series["pack"],
        supplier=series["supplier"],
    )


def truth_table(shop: Shop) -> pd.DataFrame:
    """Return one row per series and day: the law of demand (mean, variance, quantiles) and demand itself.

    `demand` is what customers wanted, before the shelf ran out; unknown (NaN) for the 28 days ahead.
    """
    row, day = np.nonzero(shop.listed)
    series = shop.series.iloc[row]
    mean, size = shop.mean[row, day], series["size"].to_numpy(dtype=float)
    table: dict[str, object] = {
        "unique_id": pd.Categorical(series["store"] + " | " + series["item"]),
        "ds": DAYS[day],
        "mean": mean.astype("float32"),
        "variance": (mean + np.where(size > 0, mean**2 / np.where(size > 0, size, 1), 0)).astype("float32"),
        "demand": np.where(day < len(HISTORY), shop.demand[row, day], np.nan).astype("float32"),
    }
    levels = {f"q{level:g}": quantile_of_demand(mean, size, level) for level in QUANTILE_LEVELS}
    return pd.DataFrame(table | {name: q.astype("int16") for name, q in levels.items()})


def main() -> None:
    """Write the three files."""
    parser = argparse.ArgumentParser(description="Write Shelfwise's sample shop.")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)

    shop = build_shop(asked.seed)
    csv = {"index": False, "float_format": "%.2f", "lineterminator": "\n", "encoding": "utf-8"}
    sales_table(shop, asked.seed).to_csv(asked.out / "sales.csv", **csv)
    items_table(shop, asked.seed).to_csv(asked.out / "items.csv", **csv)
    truth_table(shop).to_parquet(asked.out / "truth.parquet", compression="zstd", index=False)


if __name__ == "__main__":
    main()
