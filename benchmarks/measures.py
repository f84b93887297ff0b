"""How a forecast is judged in the benchmarks: every model and every peer by the same sums."""

from dataclasses import dataclass

import pandas as pd

from benchmarks.bands import fair_coverage
from forecasting.evaluation.scores import leaderboard, measure
from forecasting.inventory.economics import item_costs
from forecasting.inventory.policy import item_policies
from forecasting.schema import quantile_column
from forecasting.services.dataset import Dataset
from forecasting.settings import Settings
from forecasting.value.replay import replay

SUM_LEVELS = (0.8, 0.9, 0.95)
SHOWN = [
    "model", "wape", "bias", "mase", "wql", "coverage_80", "promised_80", "pit_80",
    "sum_80", "below_80", "sum_90", "below_90", "sum_95", "below_95", "cost", "seconds",
]  # fmt: skip


@dataclass(frozen=True)
class Said:
    """What models said about the scored origins, with what happened: backtest and cumulative frames."""

    backtest: pd.DataFrame
    cumulative: pd.DataFrame
    seconds: dict[str, float]  # one forecast of every series, mean over origins


def together(parts: list[Said]) -> Said:
    """Return several models' statements as one."""
    return Said(
        pd.concat([p.backtest for p in parts], ignore_index=True),
        pd.concat([p.cumulative for p in parts], ignore_index=True),
        {model: spent for p in parts for model, spent in p.seconds.items()},
    )


def judged(said: Said, dataset: Dataset, settings: Settings) -> pd.DataFrame:
    """Return one row per model with the columns of `SHOWN` and, beside them, on how much they rest."""
    board = leaderboard(measure(said.backtest, dataset.sales, settings.frequency))
    sums = calibration_of_sums(said.cumulative, settings.policy.protection_interval)
    table = board.merge(fair_coverage(said.backtest), on="model").merge(sums, on="model")
    table = table.merge(decision_cost(said, dataset, settings), on="model")
    table["seconds"] = table["model"].map(said.seconds)
    bands = [f"{kind}_{c}" for kind in ("coverage", "promised", "pit") for c in (50, 90)]
    beside = ["rmsse", *bands, "periods", "units", "cycles"]
    return table[[*SHOWN, *beside]].sort_values("wql", ignore_index=True)


def calibration_of_sums(cumulative: pd.DataFrame, protection: int) -> pd.DataFrame:
    """Return the share of cycles whose demand over the protection interval was within each quantile.

    sum_80 is the share at or below the 0.8 quantile. Where sums are small whole
    numbers even a perfect forecast exceeds 0.8 there; `below_80`, the share strictly
    below, must then lie under 0.8: the level belongs between the two.
    """
    rows = cumulative[(cumulative["h"] == protection) & cumulative["y"].notna()]
    shares = {"model": rows["model"]}
    for level in SUM_LEVELS:
        quantile = rows[quantile_column(level)]
        shares[f"sum_{_percent(level)}"] = (rows["y"] <= quantile).astype(float)
        shares[f"below_{_percent(level)}"] = (rows["y"] < quantile).astype(float)
    return pd.DataFrame(shares).groupby("model", sort=False).mean().reset_index()


def decision_cost(said: Said, dataset: Dataset, settings: Settings) -> pd.DataFrame:
    """Return model, cost (money over all cycles) and cycles, replayed exactly as the product does."""
    ids = sorted(said.cumulative["unique_id"].unique())
    items = dataset.items_of(ids)
    costs = item_costs(
        items, settings.costs,
        days_per_period=settings.days_per_period, review_period=settings.policy.review_period,
    )  # fmt: skip
    replayed = replay(said.cumulative, costs, item_policies(items, settings.policy))
    found = replayed.groupby("model", sort=False)["cost"].agg(["sum", "size"]).reset_index()
    return found.rename(columns={"sum": "cost", "size": "cycles"})


def against_peers(table: pd.DataFrame, ours: str, peers: list[str]) -> list[str]:
    """Return a sentence for WQL and one for money: ours beside the best single peer of each."""
    present = table[table["model"].isin(peers)]
    mine = table[table["model"] == ours]
    if present.empty or mine.empty:
        return []
    lines = []
    for column, word, form in (("wql", "WQL", ".4f"), ("cost", "decision cost", ",.0f")):
        best = present.loc[present[column].idxmin()]
        value, other = float(mine[column].iloc[0]), float(best[column])
        verdict = "better" if value < other else "NOT better"
        share = value / other - 1
        lines.append(
            f"{word}: {ours} {value:{form}}, {best['model']} {other:{form}} ({share:+.1%}): {verdict}"
        )
    return lines


def _percent(level: float) -> str:
    return f"{level * 100:g}"
