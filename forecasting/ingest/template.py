"""A small sales file to start from, as a spreadsheet opens it."""

import csv
import io

import pandas as pd

_WEEK = (4, 5, 6, 5, 9, 14, 0)  # Monday to Sunday; the example shop is closed on Sundays
_SHARE = {"Tea 100 g": 1.0, "Coffee 250 g": 2.0}
_PRICE = {"Tea 100 g": 3.5, "Coffee 250 g": 7.9}
_CODE = {"Tea 100 g": "00017", "Coffee 250 g": "00042"}


def template_csv() -> bytes:
    """Return an example of two items and four weeks: UTF-8 with BOM (Excel needs it), ISO dates."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["date", "store", "sku", "item", "units", "price", "promo", "open"])
    for day in pd.date_range("2026-01-05", periods=28):
        for item, share in _SHARE.items():
            units = int(_WEEK[day.day_of_week] * share)
            opened = int(day.day_of_week != 6)
            writer.writerow([f"{day:%Y-%m-%d}", "Centre", _CODE[item], item, units, _PRICE[item], 0, opened])
    return text.getvalue().encode("utf-8-sig")
