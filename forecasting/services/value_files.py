"""The files of a value run: the staircase, the audit behind it, and the business case."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from forecasting.report.tables import write_csv
from forecasting.services.findings import Findings
from forecasting.services.stairs import Worth, case_of, chance_it_pays, period_case_of
from forecasting.services.worth import base_label, over, staircase_table
from forecasting.value.staircase import STEPS, Staircase

LABELS = ("today's practice", "policy value: had without any new forecast", "forecast value", "ceiling")


def write_value(folder: Path, found: Findings, worth: Worth) -> None:
    """Write staircase.csv, replay.csv and case.json."""
    if worth.stairs is None:
        raise AssertionError("callers have refused what cannot be replayed")
    write_csv(staircase_frame(worth), folder / "staircase.csv")
    write_csv(worth.stairs.table(), folder / "replay.csv")
    (folder / "case.json").write_text(json.dumps(case_record(found, worth, worth.stairs), indent=1))


def staircase_frame(worth: Worth) -> pd.DataFrame:
    """Return step, cost, money (what it saves against the step before), lower, upper, label, over.

    Money is per year where at least 180 days were evaluated, else per evaluated period: `over` says.
    """
    table = staircase_table(worth)
    return pd.DataFrame(
        {
            "step": list(STEPS),
            "cost": table["cost"],
            "money": table["gain"],
            "lower": table["low"],
            "upper": table["high"],
            "label": list(LABELS),
            "over": over(worth),
        }
    )


def case_record(found: Findings, worth: Worth, stairs: Staircase) -> Mapping[str, Any]:
    """Return the business case and what it rests on; None where a number cannot be given."""
    lines, terms = found.decisions.lines, found.decisions.terms
    case = case_of(worth, lines, terms)
    period = period_case_of(worth, lines, terms)
    chance = stairs.forecast_value
    return _plain(
        {
            "run_id": found.results.run_id,
            "currency": found.settings.currency,
            "annualised": case is not None,
            "evaluated_days": worth.days,
            "from": f"{worth.begins:%Y-%m-%d}",
            "to": f"{worth.ends:%Y-%m-%d}",
            "forecast_value": worth.gain,
            "forecast_value_a_year": worth.a_year,
            "roi": case.roi if case else period.roi,
            "roi_over": f"{terms.years} years" if case else over(worth),
            "partial_cost": not all(line.estimated for line in lines),
            "npv": case.npv if case else math.nan,
            "payback_years": case.payback_years if case else math.nan,
            "discounted_payback_years": case.discounted_payback_years if case else math.nan,
            "break_even_annual_gain": case.break_even_annual_gain if case else math.nan,
            "break_even_adoption": case.break_even_adoption if case else math.nan,
            "p_gain_above_cost": chance_it_pays(worth, lines, terms),
            "p_gain_positive": chance.p_positive,
            "block_gains": list(chance.by_block),
            "independent_blocks": chance.blocks,
            "origins": [f"{c:%Y-%m-%d}" for c in stairs.blocks],
            "baseline": stairs.base,
            "against_each_baseline": dict(stairs.by_baseline),
            "share_captured": stairs.share_captured,
            "models_tried": len(stairs.by_model),
            "naive_best_of_models_gain": stairs.naive_best_gain,
            "naive_best_of_models_gain_by_item": stairs.naive_best_gain_by_item,
            "cost_of_each_model": {m: float(c.sum()) for m, c in stairs.by_model.items()},
            "without_best_5_items": stairs.without_the_best(),
            "sold_out_days": stairs.scenario,
            "by_treatment_of_sold_out_days": dict(stairs.by_scenario),
            "goodwill_apart": stairs.goodwill(),
            "items": len(stairs.unique_id),
            "missing_forecasts_filled": stairs.filled_in,
            "left_out": worth.left_out.to_dict("records") + found.results.left_out.to_dict("records"),
            "notes": list(case.notes) if case else [],
            "terms": vars(terms),
        }
    )


def staircase_in_words(worth: Worth) -> str:
    """Return the staircase as the command line prints it."""
    stairs = worth.stairs
    if stairs is None:
        return worth.reason
    frame = staircase_frame(worth).drop(columns="over")
    table = frame.to_string(index=False, float_format=lambda v: f"{v:,.2f}", na_rep="")
    return (
        f"Money {over(worth)}; today's forecast is {base_label(stairs.base).lower()} "
        f"({len(stairs.by_model)} models tried).\n{table}\n"
        f"Our forecast captures {stairs.share_captured:.1%} of what is possible; without the best 5 items "
        f"{stairs.without_the_best() * worth.scale:,.2f} of the {worth.gain * worth.scale:,.2f} "
        "remain."
    )


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in record.items()
    }
