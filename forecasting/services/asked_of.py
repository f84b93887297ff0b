"""What a comparison was asked of, kept with it, so that a later visit can say whether that still holds."""

from collections.abc import Mapping
from typing import Any

from forecasting.services.dataset import Dataset
from forecasting.services.project import history_digest
from forecasting.settings import Settings

# The settings on which a comparison of ways to ask rests.
ASKED_UNDER = ("costs", "policy", "horizon", "step", "seed", "frequency")


def asked_of(dataset: Dataset, settings: Settings) -> dict[str, Any]:
    """Return the history's name and the settings a comparison rests on, as values that JSON can hold."""
    under = {name: value for name, value in settings.as_dict().items() if name in ASKED_UNDER}
    return {"history": history_digest(dataset), "under": under}


def still_asked_of(asked: Mapping[str, Any], dataset: Dataset, settings: Settings) -> bool | None:
    """Return whether history, costs and times are those a comparison was asked of; None where it is unknown.

    The kept settings are read as a saved project's are: what a newer Shelfwise can also be told has its
    default there, so an update alone changes nothing.
    """
    if not {"history", "under"} <= set(asked):
        return None
    then = Settings.from_dict(asked["under"])
    same = all(getattr(then, name) == getattr(settings, name) for name in ASKED_UNDER)
    return same and asked["history"] == history_digest(dataset)
