"""The report on paper: a few A4 pages for the meeting."""

from forecasting.dates import period_kind
from forecasting.report.content import NOT_YET, ReportContent, has_range, total_forecast, total_history
from forecasting.report.pdf_pictures import font_file, forecast_picture, models_picture, value_picture
from forecasting.report.pdf_sheet import Sheet
from forecasting.report.sections import accuracy_table, cost_table, order_table, value_table
from forecasting.report.tables import percent

# About a page and a half: what a meeting can go through; the spreadsheet holds the rest.
ORDERS_PRINTED = 25
# Shares of the width: item, status, order, will sell, on hand, on order, runs out, at stake, why.
ORDER_WIDTHS = (23, 9, 8, 8, 8, 8, 14, 10, 33)


def pdf(content: ReportContent) -> bytes:
    """Return the report as PDF: tiles, total forecast, top orders, accuracy, value, assumptions."""
    sheet = Sheet(f"Shelfwise · run {content.run_id}", content.made_at, (font_file(), font_file(bold=True)))
    sheet.title_block(content.title, content.scope, f"Run {content.run_id} · made {content.made_on}")
    sheet.tiles(content.tiles)
    _forecast(sheet, content)
    sheet.heading("What should we order?")
    sheet.table(order_table(content, ORDERS_PRINTED), ORDER_WIDTHS)
    _accuracy(sheet, content)
    _value(sheet, content)
    sheet.heading("The business case")
    sheet.pairs(content.case)
    sheet.table(cost_table(content), (26, 14, 14, 32, 14))
    sheet.heading("What was assumed")
    sheet.pairs(content.settings)
    sheet.heading("Worth knowing", needs=20)
    sheet.bullets(content.notes or ("No warnings.",))
    return sheet.to_bytes(content.title)


def _forecast(sheet: Sheet, content: ReportContent) -> None:
    sheet.heading("What will we sell?")
    history, forecast = total_history(content.history), total_forecast(content)
    if history.empty or forecast.empty:
        sheet.paragraph(NOT_YET)
        return
    coverage = content.coverage if has_range(forecast) else None
    caption = "All series together, expected units; ranges of single series do not add up to one."
    if coverage:
        caption = f"All series together, expected units with the {percent(coverage)} range."
    unit = f"Units per {period_kind(content.frequency)}"
    sheet.picture(forecast_picture(history, forecast, coverage=coverage, unit=unit), caption)
    sheet.paragraph(caption)


def _accuracy(sheet: Sheet, content: ReportContent) -> None:
    sheet.heading("Can we trust it?", needs=80 if not content.leaderboard.empty else 20)
    if "money" in content.leaderboard and content.leaderboard["money"].notna().any():
        picture = models_picture(content.leaderboard, currency=content.currency)
        sheet.picture(picture, "What ordering by each forecast would have cost.")
    sheet.table(accuracy_table(content))


def _value(sheet: Sheet, content: ReportContent) -> None:
    sheet.heading("What is it worth?", needs=90 if not content.value.empty else 20)
    if not content.value.empty:
        picture = value_picture(content.value, currency=content.currency)
        sheet.picture(picture, "The same ordering rule with each forecast, replayed over the test.")
    sheet.table(value_table(content))
