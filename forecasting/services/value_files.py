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
from forecasting.services.value_tiles import worth_lines
from forecasting.services.worth import (
    base_label,
    cautions,
    never_replayed,
    over,
    staircase_table,
    value_sentences,
)
from forecasting.value.staircase import STEPS, Staircase

FEW_ITEMS = 5
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
            **_of_staircase(stairs),
            "left_out": never_replayed(found, worth).to_dict("records"),
            "notes": [text for label, text in worth_lines(found, worth) if label == "Note"],
            "cautions": list(cautions(found)),
            "terms": vars(terms),
        }
    )


def _of_staircase(stairs: Staircase) -> dict[str, Any]:
    chance = stairs.forecast_value
    return {
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
        "todays_multiple_of_the_forecast": stairs.multiple,
        "todays_multiple_learned_from_dates": stairs.learned_from,
    }


def staircase_in_words(found: Findings, worth: Worth) -> str:
    """Return the staircase as the command line prints it, what it rests on, and the business case."""
    stairs = worth.stairs
    if stairs is None:
        return worth.reason
    frame = staircase_frame(worth).drop(columns="over")
    table = frame.to_string(index=False, float_format=lambda v: f"{v:,.2f}", na_rep="")
    tried = len(stairs.by_model)
    rest = stairs.without_the_best() * worth.scale
    share = stairs.share_captured
    said = f"Our forecast captures {share:.1%} of what is possible" if math.isfinite(share) else ""
    few = (
        f"without the 5 items that gained most it is {rest:,.2f} instead of {worth.gain * worth.scale:,.2f}."
        if len(stairs.unique_id) > FEW_ITEMS
        else "5 items or fewer were replayed."
    )
    lines = (
        f"Money in {found.settings.currency} {over(worth)}; today's forecast is "
        f"{base_label(stairs.base).lower()} ({tried} model{'' if tried == 1 else 's'} tried).",
        table,
        "; ".join(part for part in (said, few) if part),
        *cautions(found),
        *value_sentences(found, worth),
        *(f"{label}: {line}" for label, line in worth_lines(found, worth)),
    )
    return "\n".join(lines)


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in record.items()
    }
