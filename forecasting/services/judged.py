"""Whether the choice of models could be tested, and what to make of errors and money that disagree."""

from dataclasses import replace

import pandas as pd

from forecasting.evaluation.scores import fallback
from forecasting.evaluation.selection import CHOSEN
from forecasting.report.columns import model_label
from forecasting.report.content import Tile
from forecasting.report.tables import money, percent
from forecasting.report.value_columns import BASE_LABELS
from forecasting.services.errors_by import paired_sentence
from forecasting.services.findings import Findings
from forecasting.services.stairs import Worth
from forecasting.value.contest import OURS, SAME
from forecasting.value.staircase import Staircase

TOO_FEW = "too few dates to judge the choice"


def never_judged(found: Findings) -> bool:
    """Return whether no tested date had an earlier one to choose by: our figures are the simplest model's."""
    return found.evaluation is not None and found.evaluation.unjudged == len(found.results.scored) > 0


def simplest(found: Findings) -> str:
    """Return the model that stands in where nothing earlier could judge."""
    return fallback(found.results.models)


def of_the_simplest(tile: Tile, found: Findings) -> Tile:
    """Return a tile of our figures; where no date could judge the choice it says whose they are."""
    if not never_judged(found):
        return tile
    return replace(tile, baseline=f"{model_label(simplest(found))}: {TOO_FEW}", good=None)


def paired_if_judged(found: Findings, table: pd.DataFrame) -> list[str]:
    """Return the `paired_sentence`; none where our figures are seasonal naive's: it cannot beat itself."""
    said = "" if never_judged(found) else paired_sentence(table)
    return [said] if said else []


def unjudged_sentences(found: Findings) -> list[str]:
    """Return on which tested dates our figures are those of the simplest model; none where on no date."""
    blind = found.evaluation.unjudged if found.evaluation else 0
    if not blind:
        return []
    dates, name = len(found.results.scored), _in_words(simplest(found))
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
    used = ", ".join(dict.fromkeys(map(_in_words, found.choice["model"])))
    return [
        f"Too few past dates to judge the choice: {nothing}, so none could choose and all that is "
        f"said of “{model_label(CHOSEN)}” here is said of {name}. The next order is forecast by {used}, "
        "picked by these same dates and tested on no other. A longer history or a shorter horizon gives more."
    ]


def errors_against_money(found: Findings, worth: Worth) -> list[str]:
    """Return what our forecast lost in money beside what became of its error; none where it lost nothing."""
    if found.evaluation is None or worth.stairs is None or not worth.gain < 0:
        return []
    base = worth.stairs.base
    board = found.evaluation.leaderboard.set_index("model")["wape"]
    held = base if base in board.index else simplest(found)  # last year's same days are no model
    ours, theirs = float(board[CHOSEN]), float(board[held])
    lost = (
        f"ordering by our forecast lost {money(-worth.gain, found.settings.currency)} against "
        f"{_in_words(base)} over the {worth.days} tested days, {_stock_and_service(worth.stairs)}"
    )
    errors = f"{percent(ours)} against {percent(theirs)} by {_in_words(held)}"
    if ours < theirs:
        return [f"Errors fell, money did not follow: the forecast error is {errors}, but {lost}."]
    return [f"{lost[:1].upper()}{lost[1:]}; its error is no smaller either ({errors})."]


def _stock_and_service(stairs: Staircase) -> str:
    """Return how our forecast's shelves differ from the other's: stock held and demand served."""
    ours, theirs = stairs.books[OURS], stairs.books[SAME]
    more = float(ours.held.sum()) / max(float(theirs.held.sum()), 1e-9) - 1
    served = [float(b.sold.sum() / max(b.sold.sum() + b.lost.sum(), 1e-9)) for b in (ours, theirs)]
    return (
        f"with {percent(abs(more))} {'more' if more > 0 else 'less'} stock and {percent(served[0])} of "
        f"demand served instead of {percent(served[1])}"
    )


def _in_words(base: str) -> str:
    label = BASE_LABELS.get(base, model_label(base))
    return label if label == "Prophet" else label[:1].lower() + label[1:]


def one_sided_sentences(middle: float, effects: pd.DataFrame, currency: str) -> list[str]:
    """Return which inputs, moved by a share, move the net result one way at both ends, and how to read it.

    `effects` has name, from, low, to, high (EFFECT_COLUMNS), `middle` is the result as it stands, money.
    """
    if effects.empty:
        return []
    least, most = (effects[["low", "high"]].agg(side, axis=1) for side in ("min", "max"))
    shares = (
        effects["to"].astype(str).str.startswith("+")
    )  # the rest are answers with a name, one of them ours
    odd = effects[shares & ((least > middle) | (most < middle))]
    return [
        f"{row['name']}: {row['from']} gives {money(row['low'], currency)} and {row['to']} gives "
        f"{money(row['high'], currency)}, both {'more' if row['low'] > middle else 'less'} than the "
        f"{money(middle, currency)} as things stand. With another value every order meets other days, and "
        "few days decide: take it as doubt about the result, not as a way to better it."
        for row in odd.to_dict("records")
    ]
