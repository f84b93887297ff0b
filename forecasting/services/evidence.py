"""On what the bands and the choice of models rest: past cycles, whose they are, and who was refused."""

import pandas as pd

from forecasting.evaluation.selection import ENOUGH_CYCLES
from forecasting.ingest.notes import counted
from forecasting.report.columns import model_label
from forecasting.report.tables import percent
from forecasting.services.findings import Findings

REFUSED = (
    "A model that does not beat seasonal naive beyond chance is refused for that series; with fewer than "
    f"{ENOUGH_CYCLES} past cycles of all series, one that cost no less, in sum or on the average date."
)
RESTS = ("model", "origins", "cycles", "level", "shift", "before", "after")


def evidence_table(found: Findings) -> pd.DataFrame:
    """Return per model: chosen (series), refused (series), origins, cycles, level, shift (EVIDENCE_COLUMNS).

    Cycles, whose they are and the shift are those of sums over the days an order must last,
    the ones that order levels rest on; blank for a model that was not calibrated.
    """
    if found.evaluation is None:
        return pd.DataFrame()
    live = found.evaluation.live_choice
    refused = live["refused"].str.split(", ").explode().value_counts()
    chosen = found.choice["model"].value_counts()
    table = pd.DataFrame({"model": list(found.results.models)})
    table["chosen"] = table["model"].map(chosen).fillna(0).astype(int)
    table["refused"] = table["model"].map(refused).fillna(0).astype(int)
    if (rests := _rests_on(found)).empty:
        return table
    return table.merge(rests, on="model", how="left").sort_values("chosen", ascending=False, kind="stable")


def evidence_sentences(found: Findings) -> list[str]:
    """Return on what calibration rests and which models were refused, in sentences without markup."""
    table, evaluation = evidence_table(found), found.evaluation
    if evaluation is None or table.empty:
        return []
    lines = []
    used = table[table["chosen"] > 0]
    if "cycles" in used and len(used := used[used["cycles"] > 0]):
        row, periods = used.iloc[0], _must_last(found)
        lines.append(
            f"Bands and order levels are moved by what {row['cycles']:,.0f} past cycles of {periods} "
            f"{found.settings.period}s over {counted(int(row['origins']), 'past date')} missed by "
            f"({model_label(row['model'])}; judged by: {row['level']}). Series share good and bad weeks, so "
            "the dates count, not the cycles."
        )
    tried, series = int(evaluation.live_choice["tried"].max()), len(evaluation.live_choice)
    out, cycles = table[table["refused"] > 0], int(evaluation.live_choice["cycles"].max())
    tested = cycles >= ENOUGH_CYCLES
    if not tested:
        lines.append(
            f"{cycles:,} past cycles are too few to tell a better model from a lucky one ({ENOUGH_CYCLES} "
            "are needed): only models that cost no less than seasonal naive, in sum or on the average date, "
            "are refused. More dates help."
        )
    beats = "beats seasonal naive beyond chance" if tested else "cost less than seasonal naive"
    if out.empty:
        return [*lines, f"Of {tried} models tried none was refused: each {beats}."]
    names = ", ".join(
        f"{model_label(m)} for {n:,} of {series:,} series"
        for m, n in zip(out["model"], out["refused"], strict=True)
    )
    failed = "do not beat seasonal naive beyond chance" if tested else "cost no less than seasonal naive"
    return [*lines, f"Of {tried} models tried these {failed}: {names}."]


def mended_sentence(found: Findings) -> str:
    """Return how often the 90 % level of the model used most was kept before and after calibration.

    Both on the tested dates; each was calibrated by earlier dates alone. '' where it was not.
    """
    table = evidence_table(found)
    if not {"before", "after"} <= set(table.columns):
        return ""
    told = table[(table["chosen"] > 0) & table["before"].notna() & table["after"].notna()]
    if told.empty:
        return ""
    row = told.iloc[0]
    return (
        f"As {model_label(row['model'])} said it by itself, demand stayed within its 90 % level in "
        f"{percent(row['before'])} of the tested cycles; calibrated by earlier dates alone, in "
        f"{percent(row['after'])}."
    )


def _rests_on(found: Findings) -> pd.DataFrame:
    """Return model, origins, cycles, level, shift at the step an order must last; empty when not kept."""
    evidence = found.results.evidence
    if evidence.empty:
        return evidence
    rows = evidence[evidence["h"] == _must_last(found)]
    return rows[[c for c in RESTS if c in rows]]  # results of an earlier version lack the last two


def _must_last(found: Findings) -> int:
    return int(min(found.settings.policy.protection_interval, found.settings.horizon))
