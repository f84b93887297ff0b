"""What a sceptical finance director asks, each question with its number and the table behind it."""

from forecasting.report.content import Answered
from forecasting.services.finance_money import afterwards, break_even, cash, override, stress
from forecasting.services.finance_tested import (
    compared,
    few_items,
    forecast_or_stock,
    left_out,
    lower_bound,
    models_tried,
    same_rule,
    sold_out,
)
from forecasting.services.findings import Findings
from forecasting.services.questions import Answer, Asked
from forecasting.services.stairs import Worth
from forecasting.value.sensitivity import GainsUnder


def answers(found: Findings, worth: Worth, under: GainsUnder | None) -> tuple[Answer, ...]:
    """Return every question with its answer; none where nothing could be replayed."""
    if worth.stairs is None:
        return ()
    asked = Asked(found, worth, worth.stairs)
    return (
        compared(asked),
        same_rule(asked),
        left_out(asked),
        models_tried(asked),
        few_items(asked),
        forecast_or_stock(asked),
        lower_bound(asked),
        sold_out(asked),
        override(asked),
        cash(asked),
        break_even(asked),
        *((stress(asked, under),) if under else ()),
        afterwards(asked),
    )


def answered(found: Findings, worth: Worth, under: GainsUnder | None) -> tuple[Answered, ...]:
    """Return the questions and answers as a report prints them, each with the table behind it."""
    return tuple(
        Answered(a.question, f"{a.number}. {a.words}", a.table, a.part) for a in answers(found, worth, under)
    )
