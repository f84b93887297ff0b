"""Where the pages are: by absolute path, because the entry script is not beside them."""

from pathlib import Path

PAGES = Path(__file__).resolve().parents[1] / "pages"


def place(name: str) -> str:
    """Return the file of a page, as links and switches need it.

    >>> place("orders").endswith("pages/orders.py")
    True
    """
    return str(PAGES / f"{name}.py")
