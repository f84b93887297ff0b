"""Small files as bytes, for the import tests."""

import io

import xlsxwriter

from forecasting.ingest.sales import ImportedSales, ImportOptions, import_sales

HEADER = ("Store", "Item", "Date", "Units", "Price")


def csv_bytes(rows, separator=",", encoding="utf-8", end="\n"):
    def cell(value):
        text = str(value)
        return f'"{text}"' if separator in text else text

    text = end.join(separator.join(cell(v) for v in row) for row in rows) + end
    return text.encode(encoding)


def xlsx_bytes(rows, **sheets):
    """A workbook of one sheet 'Sales' (and others by keyword); cells keep their Python types."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"default_date_format": "dd/mm/yyyy"}) as book:
        for name, lines in {**sheets, "Sales": rows}.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(lines):
                sheet.write_row(number, 0, row)
    return stream.getvalue()


def imported(rows, **options) -> ImportedSales:
    content = rows if isinstance(rows, bytes) else csv_bytes(rows)
    return import_sales(content, name="sales.csv", options=ImportOptions(**options))


def units(result: ImportedSales) -> dict:
    """{(unique_id, ISO date): y} of an import."""
    sales = result.sales
    return dict(
        zip(
            zip(sales["unique_id"], sales["ds"].dt.strftime("%Y-%m-%d"), strict=True), sales["y"], strict=True
        )
    )


def reasons(result: ImportedSales) -> dict:
    return {d["reason"]: d["count"] for d in result.report["rows"]["dropped"]}


def question(result: ImportedSales, kind: str) -> dict:
    return next(q for q in result.report["questions"] if q["id"] == kind)


def asked(result: ImportedSales) -> set:
    return {q["id"] for q in result.report["questions"]}
