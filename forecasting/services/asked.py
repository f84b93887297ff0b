"""What the options of the command line ask for: the history, the settings, the decisions."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from forecasting.evaluation.future import require_given
from forecasting.ingest.cost_lines import read_cost_lines
from forecasting.ingest.sales import ImportOptions
from forecasting.services.dataset import Dataset, divide
from forecasting.services.findings import Decisions
from forecasting.services.opening import open_history
from forecasting.settings import Settings, usual_settings
from forecasting.value.business_case import CaseTerms
from forecasting.value.cost_lines import DEFAULT_COST_LINES
from forecasting.value.practice import Practice


def dataset_of(given: Mapping[str, Any]) -> tuple[Dataset, dict[str, Any]]:
    """Return the history and its import report."""
    names = tuple(d.strip() for d in given["drivers"].split(",") if d.strip())
    read_as = ("columns", "sheet", "date_order", "decimal", "encoding", "frequency")
    rules = (
        "returns", "duplicates", "gaps", "start", "quarters", "measure", "layout", "blanks", "stray_dates",
    )  # fmt: skip
    options = ImportOptions(drivers=names, **{option: given[option] for option in (*read_as, *rules)})
    return open_history(given["file"], name=given["file"].name, options=options, items=given["items"])


def settings_of(given: Mapping[str, Any], dataset: Dataset, report: Mapping[str, Any]) -> Settings:
    """Return the usual settings of the history's frequency with everything that was given.

    What nobody gave and the import found is taken from its report: the currency, and whether sales are money.
    Raises `DriverError` where only drivers known ahead were asked for and the file does not know one.
    """
    settings = usual_settings(
        dataset.frequency,
        horizon=given["horizon"],
        folds=given["folds"],
        step=given["horizon"] if given["step"] is None else given["step"],
        models=None if given["models"] == "all" else tuple(m.strip() for m in given["models"].split(",")),
        country=given["country"].upper(),
        seed=given["seed"],
        lead_time=given["lead_time"],
        review_period=given["review_period"],
        currency=given["currency"] or report["currency"] or None,
        measure=report["measure"],
    )
    practice = Practice(given.get("today", "auto"), given.get("cover"))
    policy = replace(settings.policy, kind=given["policy"], searched=given["search_levels"])
    settings = replace(settings, practice=practice, policy=policy)
    if given["strict_drivers"]:
        ready, _ = divide(dataset)
        sales = dataset.sales[dataset.sales["unique_id"].isin(ready)]
        require_given(sales, dataset.future, ready, horizon=settings.horizon, frequency=dataset.frequency)
    return settings.with_typed_costs(overstock=given["overstock"], understock=given["understock"])


def decisions_of(given: Mapping[str, Any]) -> Decisions:
    """Return the cost lines of the file that was named, and the terms of the case."""
    costs = given["costs"]
    lines = read_cost_lines(costs, name=costs.name) if costs else DEFAULT_COST_LINES
    terms = CaseTerms(
        given["years"], given["discount"], given["adoption"], given["realisation"], given["decay"]
    )
    return Decisions(cost_lines=lines, terms=terms)
