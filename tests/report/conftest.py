"""A made-up but believable project: 3 shops, 20 items, 400 days of history, 28 days ahead."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from forecasting.report.content import Answered, ReportContent, Tile
from forecasting.schema import QUANTILE_LEVELS, quantile_column

FORMULA = '=HYPERLINK("http://evil.example","Oat milk")'
MARKUP = "<script>alert('x')</script> Café crème"
ITEMS = (FORMULA, MARKUP, "Rye bread é", "Oat milk 1 L", "000118 Filter coffee 500 g", "Crème fraîche 200 ml")
STATUS = np.array(["order now", "soon", "enough", "excess"])


def fake_content(series: int = 60, *, days: int = 400, horizon: int = 28, seed: int = 7) -> ReportContent:
    rng = np.random.default_rng(seed)
    names = [f"{ITEMS[i % 6]}{'' if i < 6 else f' no. {i}'}" for i in range(-(-series // 3))]
    stores = ("Centre", "Harbour", "Station")
    lines = pd.DataFrame([(n, s) for n in names for s in stores][:series], columns=["item", "store"])
    lines["unique_id"] = lines["item"] + " | " + lines["store"]
    history, forecast = _demand(lines["unique_id"], days, horizon, rng)
    return ReportContent(
        title="Order plan for the week of 29 June",
        scope=f"{series} items · 3 stores · daily · actuals through 28 Jun 2026 · EUR",
        run_id="r-2026-06-28-7f3a",
        made_at=datetime(2026, 6, 28, 18, 30),
        currency="EUR",
        frequency="D",
        tiles=(
            Tile("Orders due now", "12", "3 more than on Monday", False),
            Tile("Money at stake", "€8,420", "if nothing is ordered"),
            Tile("Overstock today", "€3,110", "−12 % since last week", True),
            Tile("Forecast error", "18.2 %", "27.4 % for seasonal naive", True),
        ),
        history=history,
        forecast=forecast,
        orders=_orders(lines, rng),
        leaderboard=_leaderboard(),
        totals=(("Units to order", "5,230 (5,100 suggested)"), ("To spend", "€12,300 at unit cost")),
        scores=pd.DataFrame({"model": ["prophet"], "unique_id": [lines["unique_id"][0]], "WAPE": [0.2]}),
        value=_value(),
        over="over the 84 tested days",
        item_gains=_item_gains(lines["unique_id"]),
        effects=pd.DataFrame(
            {
                "name": ["Orders that follow the advice", "Lead time"],
                "from": ["−25 %", "−25 %"],
                "low": [-400.0, 900.0],
                "to": ["+25 %", "+25 %"],
                "high": [2100.0, 700.0],
            }
        ),
        finance=(
            Answered(
                "Compared with what?",
                "€2,720 against seasonal naive. The strongest simple forecast.",
                pd.DataFrame({"name": ["Seasonal naive", FORMULA], "amount": [2720.0, 2911.0]}),
            ),
            Answered("Is it the same stock policy on both sides?", "Yes.", _value(), "What is it worth?"),
            Answered(
                "Which days and items were left out, and why?",
                "84 days counted, 20 items left out.",
                pd.DataFrame(
                    {"unique_id": [f"Gone no. {i}" for i in range(20)], "why": "Taken as discontinued."}
                ),
            ),
            Answered("When does it break even?", "n/a. No cost is estimated yet."),
        ),
        case=(
            ("Gain a year", "€18,300 (€9,100 to €27,600), extrapolated from 84 evaluated days"),
            ("Cost a year", "€6,400"),
            ("ROI", "1.86 over three years"),
            ("Payback", "0.6 years"),
            ("Break-even", "pays from a gain of €6,400 a year"),
        ),
        cost_lines=pd.DataFrame(
            {
                "label": ["Build", "Compute", "Purchased data", "Upkeep"],
                "one_off": [8000.0, np.nan, np.nan, np.nan],
                "yearly": [np.nan, 600.0, np.nan, 3200.0],
                "source": ["20 days at €400", "cloud price list", "", "one day a month"],
                "confidence": ["estimate", "quote", "guess", "estimate"],
            }
        ),
        settings=(
            ("Coverage", "80 %"),
            ("Delivery takes", "2 days"),
            ("Order every", "7 days"),
            ("Leftovers", "carried over"),
        ),
        notes=(
            "3 series have no price: the typed costs of €4 and €1 a unit were used.",
            "2 stores sent no data since 26 Jun 2026.",
        ),
    )


def _demand(ids, days, horizon, rng):
    dates = pd.date_range(end="2026-06-28", periods=days, freq="D")
    ahead = pd.date_range("2026-06-29", periods=horizon, freq="D")
    level = rng.gamma(4, 8, size=(len(ids), 1))
    week = np.array([0.8, 0.85, 0.9, 1.0, 1.3, 1.5, 0.7])
    mean = level * week[dates.day_of_week] * (1 + 0.2 * np.sin(np.arange(days) / 58))
    y = rng.poisson(mean).astype(float)
    out = rng.random(y.shape) < 0.01
    history = pd.DataFrame(
        {
            "unique_id": np.repeat(ids.to_numpy(), days),
            "ds": np.tile(dates, len(ids)),
            "y": np.where(out, y * 0.3, y).round().ravel(),
            "stockout": out.ravel(),
        }
    )
    expected = level * week[ahead.day_of_week]
    spread = np.sqrt(expected) * (1 + 0.02 * np.arange(horizon))
    forecast = pd.DataFrame(
        {
            "model": "chosen",
            "unique_id": np.repeat(ids.to_numpy(), horizon),
            "cutoff": dates[-1],
            "ds": np.tile(ahead, len(ids)),
            "h": np.tile(np.arange(1, horizon + 1), len(ids)),
            "mean": expected.ravel(),
        }
    )
    normal = np.sort(np.random.default_rng(0).normal(size=20_001))
    for q in QUANTILE_LEVELS:
        z = normal[int(q * 20_000)]
        forecast[quantile_column(q)] = np.maximum(expected + z * spread, 0).ravel()
    return history, forecast


def _orders(lines, rng):
    n = len(lines)
    expected, safety = rng.integers(20, 200, n), rng.integers(5, 40, n)
    on_hand, on_order = rng.integers(0, 150, n), rng.integers(0, 40, n)
    need = np.maximum(expected + safety - on_hand - on_order, 0)
    order = -(-need // 12) * 12
    stake = (order * rng.gamma(2, 2, n)).round(2)
    reasons = [
        f"Order {q} = expected {e} + safety {s} − on hand {h} − on order {o} = {x}, packs of 12: {q}."
        for q, e, s, h, o, x in zip(order, expected, safety, on_hand, on_order, need, strict=True)
    ]
    frame = lines.assign(
        category="Grocery",
        order_quantity=order.astype(float),
        order_up_to_level=(expected + safety).astype(float),
        expected_demand=expected.astype(float),
        safety_stock=safety.astype(float),
        inventory_position=(on_hand + on_order).astype(float),
        on_hand=on_hand.astype(float),
        on_order=on_order.astype(float),
        protection_interval=9,
        critical_ratio=0.8,
        money_at_stake=stake,
        stockout_risk=rng.random(n),
        days_of_cover=(on_hand + on_order) / expected * 9,
        stockout_date=pd.Timestamp("2026-06-29") + pd.to_timedelta(rng.integers(0, 20, n), unit="D"),
        status=STATUS[rng.integers(0, 4, n)],
        reason=reasons,
        problem="",
    )
    last = frame.index[-1]
    frame.loc[last, ["order_quantity", "money_at_stake", "order_up_to_level"]] = np.nan
    frame.loc[last, "stockout_date"] = pd.NaT
    frame.loc[last, "problem"] = "The salvage value 5.00 is above the unit cost 4.00; lower it."
    return frame


def _leaderboard():
    return pd.DataFrame(
        {
            "model": [
                "boosted_trees",
                "prophet",
                "exponential_smoothing",
                "moving_average",
                "seasonal_naive",
            ],
            "money": [4120.5, 4380.2, 4711.0, 5620.9, 6840.0],
            "WAPE": [0.182, 0.176, 0.201, 0.243, 0.274],
            "bias": [0.012, -0.034, 0.002, 0.051, -0.008],
            "MASE": [0.71, 0.69, 0.79, 0.94, 1.02],
            "WQL": [0.141, 0.139, 0.158, 0.190, 0.221],
            "coverage_80": [0.792, 0.744, 0.811, 0.853, np.nan],
        }
    )


def _value():
    return pd.DataFrame(
        {
            "step": [
                "What you do today",
                "Same forecast, best rule",
                "Our forecast, best rule",
                "Perfect foresight",
            ],
            "cost": [7400.0, 6840.0, 4120.5, 310.0],
            "gain": [np.nan, 560.0, 2719.5, 3810.5],
            "low": [np.nan, 120.0, 1500.0, np.nan],
            "high": [np.nan, 900.0, 3900.0, np.nan],
            "label": [
                "",
                "rule, had without any new forecast",
                "forecast value",
                "what no forecast can reach",
            ],
            "lost_margin": [5200.0, 4900.0, 2900.5, 0.0],
            "waste_cost": [1900.0, 1640.0, 1000.0, 150.0],
            "holding_cost": [300.0, 300.0, 220.0, 160.0],
            "ordering_cost": [0.0, 0.0, 0.0, 0.0],
            "fill_rate": [0.91, 0.92, 0.95, 1.0],
        }
    )


def _item_gains(ids):
    return pd.DataFrame(
        {
            "unique_id": ids.to_numpy(),
            "recovered_margin": 40.0,
            "avoided_waste": 7.5,
            "avoided_holding": -2.0,
            "avoided_ordering": 0.0,
            "gain": 45.5,
        }
    )


@pytest.fixture(scope="session")
def content() -> ReportContent:
    return fake_content()


@pytest.fixture(scope="session")
def small() -> ReportContent:
    """Six series, where the number of lines does not matter."""
    return fake_content(6, days=60)


@pytest.fixture(scope="session")
def edited(content) -> ReportContent:
    """The same plan after a manager changed two lines, one of them not among the first on paper."""
    own = {0: 7.0, 20: 1234.0}
    orders = content.orders.assign(yours=content.orders["order_quantity"], decided_by="suggestion")
    orders = orders.assign(yours_effect=0.0, note="Stock was counted on Monday.")
    for row, units in own.items():
        orders.loc[row, ["yours", "decided_by", "yours_effect"]] = [units, "manager", 61.5]
        orders.loc[row, "note"] += f" Your {units:g} is not whole packs of 12."
    return replace(content, orders=orders)


@pytest.fixture(scope="session")
def bare(content) -> ReportContent:
    """The first report of a project: sales are in, nothing has been computed."""
    empty = pd.DataFrame()
    names = ("forecast", "orders", "leaderboard", "scores", "value", "cost_lines", "item_gains", "effects")
    return replace(
        content,
        tiles=(),
        totals=(),
        case=(),
        settings=(),
        notes=(),
        finance=(),
        **dict.fromkeys(names, empty),
    )
