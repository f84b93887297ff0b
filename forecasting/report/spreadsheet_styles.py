"""How cells of the workbook look: number formats by kind, headings, the manager's own quantities."""

from typing import Any

from forecasting.currency import currency_sign
from forecasting.report.columns import Kind

FORMATS: dict[Kind, str] = {
    "units": "#,##0.##",
    "money": "#,##0.00",
    "percent": "0.0%",
    "periods": "0.0",
    "ratio": "0.00",
    "count": "0",
    "date": "yyyy-mm-dd",
}


def _money_format(currency: str) -> str:
    """Return the number format of money; no currency can break out of its quotes."""
    return f'"{currency_sign(currency).replace(chr(34), "")}"{FORMATS["money"]}'


def styles_of(book: Any, currency: str) -> dict[str, Any]:
    """Return the formats of a workbook by name; money in its currency."""
    formats = FORMATS | {"money": _money_format(currency)}
    styles = {kind: book.add_format({"num_format": f, "valign": "top"}) for kind, f in formats.items()}
    return styles | {
        "text": book.add_format({"num_format": "@", "valign": "top", "indent": 1}),
        "wrapped": book.add_format({"num_format": "@", "valign": "top", "text_wrap": True, "indent": 1}),
        "heading": book.add_format(
            {"bold": True, "bg_color": "#DCEAF4", "bottom": 1, "text_wrap": True, "valign": "vcenter"}
        ),
        "decided": book.add_format({"num_format": "#,##0.##", "bold": True, "valign": "top"}),
        "own": book.add_format({"bg_color": "#F5E4EE", "font_color": "#8A2D63", "bold": True}),
        "title": book.add_format({"bold": True, "font_size": 16}),
        "bold": book.add_format({"bold": True, "valign": "top"}),
        "muted": book.add_format({"font_color": "#4A5260", "text_wrap": True, "valign": "top"}),
    }
