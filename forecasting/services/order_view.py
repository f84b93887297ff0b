"""A way of looking at the order lines that is worth a name: which lines, which columns, in which order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from forecasting.services.scope import scope_of_choice


@dataclass(frozen=True)
class OrderView:
    """A filter, columns and a sort under a name; empty parts are the usual ones."""

    name: str = ""
    statuses: tuple[str, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # attribute -> its values
    codes: str = ""  # searched or pasted
    columns: tuple[str, ...] = ()
    sort_by: str = "money_at_stake"
    ascending: bool = False

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> "OrderView":
        """Return a view from what JSON kept of it."""
        groups = {name: tuple(values) for name, values in saved.get("groups", {}).items()}
        listed: dict[str, Any] = {name: tuple(saved.get(name, ())) for name in ("statuses", "columns")}
        rest = {name: saved[name] for name in ("name", "codes", "sort_by", "ascending") if name in saved}
        return cls(groups=groups, **listed, **rest)


def lines_in_view(
    orders: pd.DataFrame, attributes: pd.DataFrame, view: OrderView
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the order lines a view shows, in its order, and the codes that no line answers to.

    `attributes` are the words known of every series (`scope.attributes_of`).
    """
    scope = scope_of_choice(attributes, view.groups, pasted=view.codes)
    kept = orders[orders["unique_id"].isin(scope.unique_ids)]
    if view.statuses:
        kept = kept[kept["status"].isin(view.statuses)]
    by = view.sort_by if view.sort_by in kept else "unique_id"
    return kept.sort_values(by, ascending=view.ascending, kind="stable", ignore_index=True), scope.unknown


def with_view(views: tuple[OrderView, ...], view: OrderView) -> tuple[OrderView, ...]:
    """Return the views with this one added, in place of an older one of its name."""
    return (*(v for v in views if v.name != view.name), view)
