"""One bad series in a file, from the door to the forecasts: it is labelled, and the others are untouched."""

import numpy as np
import pandas as pd
import pytest

from forecasting.ingest.sales import ImportOptions
from forecasting.services.compute import each_model
from forecasting.services.opening import open_history
from forecasting.settings import usual_settings

DAYS, AHEAD = 120, 14
# All but the trees: those learn from every series at once, so another one may change them a little.
MODELS = ("seasonal_naive", "drift", "moving_average", "exponential_smoothing", "theta", "intermittent")
FRAMES = ("forecast", "backtest", "cumulative")


def shop(name, rng):
    """One shop as a file has it: units of the past, and the promotions of the past and of what comes."""
    ds = pd.date_range("2025-01-01", periods=DAYS + AHEAD)
    promo = (rng.random(len(ds)) < 0.2) * 1.0
    units = rng.poisson(12 * (1 + promo)).astype(float)
    past = np.arange(len(ds)) < DAYS
    return pd.DataFrame({"Shop": name, "Date": ds, "Units": np.where(past, units, np.nan), "Promo": promo})


def too_short(rows):
    return rows.iloc[DAYS - 5 :]


def constant(rows):
    return rows.assign(Units=rows["Units"] * 0 + 7)


def all_zero(rows):
    return rows.assign(Units=rows["Units"] * 0)


def all_missing(rows):
    return rows.assign(Units=np.nan)


def one_absurd_value(rows):
    return rows.assign(Units=rows["Units"].where(np.arange(len(rows)) != 60, 1e12))


def driver_only_ahead(rows):
    return rows.assign(Promo=rows["Promo"].where(rows["Units"].isna()))


def driver_only_behind(rows):
    return rows.assign(Promo=rows["Promo"].where(rows["Units"].notna()))


def only_plans_ahead(rows):
    return rows.iloc[DAYS:]


def dates_twice(rows):
    return pd.concat([rows, rows.iloc[[40, 41]]])


CASES = {
    too_short: "only 5 days of history",
    constant: "7 were sold in every known period",
    all_zero: "nothing was ever sold",
    all_missing: "without a single number of units left out: bad",
    one_absurd_value: "a sale of 1e+12 is beyond belief",
    driver_only_behind: "no future values of promo for 20% of the dates",
    only_plans_ahead: "without a single number of units left out: bad",
    dates_twice: "2 rows the same as an earlier one in every column",
}


def said(tmp_path, rows, models):
    """Every model's results by name, and all sentences that came with them."""
    path = tmp_path / "sales.csv"
    rows.to_csv(path, index=False)
    options = ImportOptions(columns="unique_id=Shop,ds=Date,y=Units", drivers=("Promo",))
    data, report = open_history(path, name="sales.csv", options=options)
    settings = usual_settings("D", models=models, horizon=AHEAD, step=AHEAD, folds=1)
    results = {one.models[0]: one for one in each_model(data, settings)}
    sentences = [*report["warnings"]]
    for one in results.values():
        parts = (one.left_out, one.notes, one.failures)
        sentences += [*one.assumptions, *(f"{i}: {why}" for f in parts for i, why in _rows(f))]
    return results, " ".join(sentences)


def _rows(frame):
    return frame[["unique_id", "reason"]].itertuples(index=False) if len(frame) else []


@pytest.fixture(scope="module")
def good():
    rng = np.random.default_rng(4)
    return pd.concat([shop(f"good {k}", rng) for k in range(4)], ignore_index=True)


@pytest.fixture(scope="module")
def alone(good, tmp_path_factory):
    return said(tmp_path_factory.mktemp("alone"), good, (*MODELS, "prophet"))[0]


def prophets_words(change):
    if change in (constant, all_zero):
        return "all known sales are the same"
    return CASES.get(change, "promo is blank in others")


LOCAL = [pytest.param(c, words, MODELS, id=c.__name__) for c, words in CASES.items()]
PROPHET = [
    pytest.param(c, prophets_words(c), ("prophet",), id=f"prophet {c.__name__}", marks=pytest.mark.slow)
    for c in (*CASES, driver_only_ahead)
]


@pytest.mark.parametrize(("change", "words", "models"), [*LOCAL, *PROPHET])
def test_a_bad_series_is_labelled_and_the_others_are_untouched(tmp_path, good, alone, change, words, models):
    bad = change(shop("bad", np.random.default_rng(5)))
    results, sentences = said(tmp_path, pd.concat([good, bad], ignore_index=True), models)

    assert words in sentences
    assert "good" not in sentences
    for model, one in results.items():
        for name in FRAMES:
            rows = getattr(one, name)
            others = rows[rows["unique_id"] != "bad"].reset_index(drop=True)
            pd.testing.assert_frame_equal(others, getattr(alone[model], name), check_exact=True)
        served = set(one.forecast["unique_id"]) == {"bad", *(f"good {k}" for k in range(4))}
        assert served == (change not in (too_short, all_missing, only_plans_ahead))
