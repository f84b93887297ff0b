"""Whether the choice of models could be tested, and what to make of errors and money that disagree."""

from dataclasses import replace

from forecasting.evaluation.scores import BASELINE
from forecasting.evaluation.selection import CHOSEN
from forecasting.report.columns import model_label
from forecasting.report.content import Tile
from forecasting.services.findings import Findings

TOO_FEW = "too few dates to judge the choice"


def never_judged(found: Findings) -> bool:
    """Return whether no tested date had an earlier one to choose by: our figures are the simplest model's."""
    return found.evaluation is not None and found.evaluation.unjudged == len(found.results.scored) > 0


def simplest(found: Findings) -> str:
    """Return the model that stands in where nothing earlier could judge."""
    models = found.results.models
    return BASELINE if BASELINE in models else models[0]


def of_the_simplest(tile: Tile, found: Findings) -> Tile:
    """Return a tile of our figures; where no date could judge the choice it says whose they are."""
    if not never_judged(found):
        return tile
    return replace(tile, baseline=f"{model_label(simplest(found))}: {TOO_FEW}", good=None)


def unjudged_sentences(found: Findings) -> list[str]:
    """Return on which tested dates our figures are those of the simplest model; none where on no date."""
    blind = found.evaluation.unjudged if found.evaluation else 0
    if not blind:
        return []
    dates, name = len(found.results.scored), model_label(simplest(found))
    if blind < dates:
        return [
            f"On {blind} of the {dates} tested dates no earlier one was known to choose by: there "
            f"“{model_label(CHOSEN)}” is {name}."
        ]
    nothing = (
        "no date lies before the one tested"
        if dates == 1
        else f"none of the {dates} lies after another's end"
    )
    used = ", ".join(dict.fromkeys(map(model_label, found.choice["model"])))
    return [
        f"Too few past dates to judge the choice: {nothing}, so none could choose and all that is "
        f"said of “{model_label(CHOSEN)}” here is said of {name}. The next order is forecast by {used}, "
        "picked by these same dates and tested on no other. A longer history or a shorter horizon gives more."
    ]
