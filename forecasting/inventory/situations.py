"""What becomes of a left-over and of a missed sale: the two answers every unit cost hangs on.

A left-over is gone at the end of the cycle (`season`), waits for the next one
(`keeps`), or waits with a date on it (`expires`). A missed sale is `lost`, or the
customer waits: at a price per unit (`backorder`) or per unit and day (`backorder_per_day`).
"""

from typing import Literal

import numpy as np

from forecasting.inventory.rules import Columns

Leftover = Literal["perishable", "carry_over"]
LEFTOVERS = ("perishable", "carry_over")
Missed = Literal["lost", "backorder", "backorder_per_day"]
MISSED = ("lost", "backorder", "backorder_per_day")

# The shape of what is paid, one word per pair of answers that is reckoned differently.
SEASON, LOST, OWED, OWED_PER_DAY, EXPIRES, TYPED = (
    "season",
    "lost sale",
    "backorder",
    "backorder per day",
    "expires",
    "typed",
)

_LEFT_OVER = {
    SEASON: "A unit left over is written off at the end of the cycle.",
    EXPIRES: "A unit left over is kept, and written off if its date comes first.",
}
_KEPT = "A unit left over is kept for the next cycle."
_MISSED = {
    "lost": "A missed sale is lost.",
    "backorder": "A missed sale is delivered later, at a cost per unit.",
    "backorder_per_day": "A missed sale is delivered later, at a cost per unit and day.",
}


def situation(columns: Columns) -> np.ndarray:
    """Return which of the situations each row is in, (n,) words.

    Needs leftover, missed_sale, shelf_life_days (NaN: none given) and days_held (the
    review period in days). What keeps no longer than a cycle is a season of its own,
    whatever it is called.
    """
    life, cycle = columns["shelf_life_days"], columns["days_held"]
    perishable, missed = columns["leftover"] == "perishable", columns["missed_sale"]
    return np.select(
        [
            (perishable & np.isnan(life)) | (life <= cycle),
            np.isfinite(life),
            missed == "backorder",
            missed == "backorder_per_day",
        ],
        [SEASON, EXPIRES, OWED, OWED_PER_DAY],
        LOST,
    ).astype(object)


def situation_in_words(kind: str, missed: str) -> str:
    """Return what happens to a left-over and to a missed sale, in two sentences.

    >>> situation_in_words("season", "lost")
    'A unit left over is written off at the end of the cycle. A missed sale is lost.'
    """
    if kind == TYPED:
        return (
            "Its two unit costs are set, not worked out from prices: one unit left over and one unit short, "
            "per cycle."
        )
    return f"{_LEFT_OVER.get(kind, _KEPT)} {_MISSED[missed]}"
