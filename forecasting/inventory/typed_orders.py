"""What a manager types into an order line: a quantity, or a change of the suggested one."""

import re

import numpy as np

from forecasting.errors import DecisionError

NUMBER = r"\d+(?:[.,]\d+)?"
# What a cell may hold; the page gives it to the editor, so that most mistakes are met while typing.
TYPED = rf"^\s*(?:{NUMBER}|[+\-−]\s*{NUMBER}\s*%?|[*×xX]\s*{NUMBER})?\s*$"
_SHAPES = {
    "absolute": re.compile(rf"({NUMBER})"),
    "share": re.compile(rf"([+\-]){NUMBER}%"),
    "change": re.compile(rf"([+\-]){NUMBER}"),
    "multiple": re.compile(rf"\*({NUMBER})"),
}
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")


def typed_quantity(text: str, suggested: float, *, whole_units: bool) -> float | None:
    """Return the units a typed text asks for; None for a blank: the suggestion stands.

    `60` is a quantity; `+12`, `-5`, `+10%` and `*1.1` change the suggested one, never below 0. Goods sold
    by the piece are rounded to the nearest unit. Raises `DecisionError` for anything else, and for a change
    of a line that has no suggestion.

    >>> [typed_quantity(t, 48.0, whole_units=True) for t in ("60", "+12", "-50", "*1.1", "+25%")]
    [60.0, 60.0, 0.0, 53.0, 60.0]
    """
    written = "".join(text.split()).replace("−", "-").replace("×", "*").replace("x", "*").replace("X", "*")
    if not written:
        return None
    shape = next((name for name, form in _SHAPES.items() if form.fullmatch(written)), None)
    if shape is None or _THOUSANDS.fullmatch(written.lstrip("+-*").rstrip("%")):
        raise DecisionError(f"{text!r} is no quantity: type 60, +12, -5, +10% or *1.1, without separators.")
    value = float(written.lstrip("+-*").rstrip("%").replace(",", "."))
    if shape != "absolute" and not np.isfinite(suggested):
        raise DecisionError(f"{text!r} changes a suggestion, and this line has none; type the units.")
    value = -value if written.startswith("-") else value
    units = {
        "absolute": value,
        "change": suggested + value,
        "share": suggested * (1 + value / 100),
        "multiple": suggested * value,
    }[shape]
    units = max(units, 0.0)
    return float(np.floor(units + 0.5)) if whole_units else round(units, 3)
