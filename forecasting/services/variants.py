"""The variants of the data that the workbench compares: each repair, and each column left out."""

from collections.abc import Sequence
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
    the file left out is another, for what recording it is worth; so are all drivers left out together,
    because one may stand in for another: a promotion is a lower price too.
    """
    variants = {AS_IT_CAME: raw}
    for change in check_health(raw).changes:
        if change.repair.rule != "drop_partial":  # its day is behind every tested past
            variants[RULES[change.repair.rule]] = with_repairs(raw, (change.repair,))
    if "open" in raw.sales:
        variants["Without opening days"] = _without(raw, "open")
    names = drivers(raw.sales)
    for name in names[:MOST_DRIVERS]:
        variants[f"Without {name}"] = _without(raw, name)
    if len(names) > 1:
        variants[f"Without {_listed(names)}"] = _without(raw, *names)
    return variants


def _listed(names: Sequence[str]) -> str:
    """Return the names of some columns in words.

    >>> _listed(["price", "promo"]), _listed(["a", "b", "c", "d", "e"])
    ('price and promo', 'a, b and 3 more')
    """
    rest = len(names) - 2
    return " and ".join(names) if rest <= 0 else f"{names[0]}, {names[1]} and {rest} more"


def _without(dataset: Dataset, *names: str) -> Dataset:
    left_out = list(names)
    return replace(
        dataset,
        sales=dataset.sales.drop(columns=left_out),
        future=dataset.future.drop(columns=left_out, errors="ignore"),
        sha256=f"{dataset.sha256} without {', '.join(left_out)}",
    )
