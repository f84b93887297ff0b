"""Where the pages are: by absolute path, because the entry script is not beside them."""

from pathlib import Path

PAGES = Path(__file__).resolve().parents[1] / "pages"
# Drawn: an emoji shows only where a font has it, and a material icon would be fetched from the outside.
ICON = str(Path(__file__).with_name("icon.svg"))


def place(name: str) -> str:
    """Return the file of a page, as links and switches need it.

    >>> place("orders").endswith("pages/orders.py")
    True
    """
    return str(PAGES / f"{name}.py")
