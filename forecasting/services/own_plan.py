"""How the manager's own plan did beside our forecast, in sentences: what it cost, and what it cannot say."""

import pandas as pd

from forecasting.errors import ForecastingError
from forecasting.evaluation.scores import BASELINE
from forecasting.evaluation.selection import CHOSEN
from forecasting.report.tables import money
from forecasting.schema import PLAN
from forecasting.services.evaluate import Evaluation
from forecasting.services.findings import Findings
from forecasting.value.gain import gain_interval

ONE_NUMBER = (
    "A plan is one number a date and promises no range: its WQL, its skill and its kept ranges cannot be "
    "known. For orders its spread is that of its own past misses. It counts as set before each tested date, "
    "which the file does not tell: a plan corrected afterwards looks better than it was."
)


def plan_sentences(found: Findings) -> list[str]:
    """Return how ordering by the plan compares with our forecast; nothing without a plan."""
    if found.evaluation is None or PLAN not in found.dataset.sales:
        return []
    planned = found.evaluation.planned
    if planned.empty:
        return [
            "Your own plan has no tested order cycle that it covers whole, with misses before it to learn "
            "its spread from; its money is not known."
        ]
    return [_cost(found, found.evaluation), ONE_NUMBER]


def _cost(found: Findings, evaluation: Evaluation) -> str:
    keys, currency = ["unique_id", "cutoff"], found.settings.currency
    covered = evaluation.replayed.merge(evaluation.planned[keys], on=keys)
    cost = covered.groupby("model")["cost"].sum()
    whole = int((evaluation.replayed["model"] == CHOSEN).sum())
    count = (
        f"all {whole:,}" if len(evaluation.planned) == whole else f"{len(evaluation.planned):,} of {whole:,}"
    )
    others = [f"our forecast {money(float(cost[CHOSEN]), currency)}"]
    if BASELINE in cost:
        others.append(f"repeating last season {money(float(cost[BASELINE]), currency)}")
    yours = float(evaluation.planned["cost"].sum())
    return (
        f"Ordering by your own plan would have cost {money(yours, currency)} on {count} tested order cycles "
        f"that it covers, {', '.join(others)}: {_against_ours(found, covered, evaluation.planned)}."
    )


def _against_ours(found: Findings, covered: pd.DataFrame, planned: pd.DataFrame) -> str:
    """Return between which amounts our forecast was cheaper than the plan, or that chance may explain it."""
    both = pd.concat([covered[covered["model"] == CHOSEN], planned], ignore_index=True)
    days, currency = found.settings.days_per_period, found.settings.currency
    try:
        gain = gain_interval(both, CHOSEN, PLAN, days_per_period=days, seed=found.settings.seed)
    except ForecastingError as error:
        return str(error)
    if not gain.low <= gain.high:
        return "one series and few dates show no difference"
    if gain.low > 0:
        return f"ours is cheaper by {money(gain.low, currency)} to {money(gain.high, currency)}"
    if gain.high < 0:
        return f"your plan is cheaper by {money(-gain.high, currency)} to {money(-gain.low, currency)}"
    return "no difference we can show"
