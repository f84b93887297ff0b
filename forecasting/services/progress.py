"""How much of a computation is done, in shares that tell how long the rest will take."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

Progress = Callable[[str, float], None]

# How long a model takes beside seasonal naive, for the progress bar and its time left only: seconds of a
# core for one origin of the sample (57 daily series of 2.5 years, seasonal naive 0.07, boosted trees 3.0).
# A model without an entry counts as USUAL_COST.
COST = {"intermittent": 2, "prophet": 3, "boosted_trees": 40}
USUAL_COST = 1


def cost_of(model: str) -> float:
    """Return how long a model takes beside seasonal naive."""
    return COST.get(model, USUAL_COST)


@dataclass
class Steps:
    """Share of the whole work that is done; every model counts by what it usually costs."""

    report: Progress
    total: float  # cost of all models together
    done: float = 0.0

    def over(self, label: str, models: Collection[str], tasks: int, weight: float) -> Callable[[], None]:
        """Return what to call after each of so many tasks, together `weight` of their models' cost."""
        each = weight * sum(cost_of(name) for name in models) / tasks / self.total

        def one_more() -> None:
            self.done += each
            self.report(label, min(self.done, 1.0))

        self.report(label, min(self.done, 1.0))
        return one_more
