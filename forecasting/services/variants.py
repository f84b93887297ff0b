"""The variants of the data that the workbench compares: each repair, and each column left out."""

from dataclasses import replace

from forecasting.history.health.repairs import RULES
from forecasting.schema import drivers
from forecasting.services.dataset import Dataset
from forecasting.services.health import check_health, with_repairs

AS_IT_CAME = "As it came"
MOST_DRIVERS = 4


def variants_of(raw: Dataset) -> dict[str, Dataset]:
    """Return variants by name, the history as it came first.

    Each repair that changes something is one, for what it would add; each column that came with
    the file left out is another, for what recording it is worth.
    """
    variants = {AS_IT_CAME: raw}
    for change in check_health(raw).changes:
        if change.repair.rule != "drop_partial":  # its day is behind every tested past
            variants[RULES[change.repair.rule]] = with_repairs(raw, (change.repair,))
    if "open" in raw.sales:
        variants["Without opening days"] = _without(raw, "open")
    for name in drivers(raw.sales)[:MOST_DRIVERS]:
        variants[f"Without {name}"] = _without(raw, name)
    return variants


def _without(dataset: Dataset, name: str) -> Dataset:
    return replace(
        dataset,
        sales=dataset.sales.drop(columns=name),
        future=dataset.future.drop(columns=name, errors="ignore"),
        sha256=f"{dataset.sha256} without {name}",
    )
