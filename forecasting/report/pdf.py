"""The report on paper: a few A4 pages for the meeting."""

from forecasting.dates import period_kind
from forecasting.report.content import (
    ANOTHER_QUESTION,
    NOT_YET,
    PROMISES,
    ReportContent,
    has_range,
    total_forecast,
    total_history,
)
from forecasting.report.pdf_pictures import font_file, forecast_picture, models_picture, value_picture
from forecasting.report.pdf_sheet import Sheet
from forecasting.report.sections import (
    accuracy_table,
    answer_table,
    changes_table,
    cost_table,
    effects_table,
    item_gains_table,
    order_table,
    promises_table,
    value_table,
    ways_table,
)
from forecasting.report.tables import percent

# Where fewer lines are to be ordered now, those with most at stake fill a page and a half.
ORDERS_PRINTED = 25
ITEMS_PRINTED = 15  # gains by item; the spreadsheet holds them all

ROWS_BEHIND = 12  # of a table behind an answer; the spreadsheet holds them all

PICTURE, LINE = 75, 6.5  # mm: a picture with its heading and caption, and a line of a table


def pdf(content: ReportContent) -> bytes:
    """Return the report as PDF: tiles, total forecast, top orders, accuracy, value, assumptions."""
    sheet = Sheet(f"Shelfwise · run {content.run_id}", content.made_at, (font_file(), font_file(bold=True)))
    sheet.title_block(content.title, content.scope, f"Run {content.run_id} · made {content.made_on}")
    sheet.tiles(content.tiles)
    sheet.bullets(content.cautions)
    _forecast(sheet, content)
    _orders(sheet, content)
    _accuracy(sheet, content)
    _value(sheet, content)
    _case(sheet, content)
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


def _orders(sheet: Sheet, content: ReportContent) -> None:
    sheet.heading("What should we order?")
    if content.totals:
        sheet.pairs(content.totals)
    changes = changes_table(content)
    if changes.rows:
        sheet.heading("What the manager changed")
        sheet.table(changes)
        sheet.heading("The lines to order now")
    sheet.table(order_table(content, ORDERS_PRINTED))


def _accuracy(sheet: Sheet, content: ReportContent) -> None:
    sheet.heading("Can we trust it?", needs=PICTURE + LINE * len(content.leaderboard))
    if "money" in content.leaderboard and content.leaderboard["money"].notna().any():
        picture = models_picture(content.leaderboard, currency=content.currency)
        sheet.picture(picture, "What ordering by each forecast would have cost.")
    sheet.table(accuracy_table(content))
    sheet.bullets(content.proof)
    if not content.promises.empty:
        sheet.heading(PROMISES)
        sheet.table(promises_table(content))
    if content.tested:
        sheet.heading("How it was tested")
        sheet.pairs(content.tested)
    if content.asked:
        sheet.heading(ANOTHER_QUESTION)
        sheet.bullets(content.asked)
    if not content.ways.empty:
        sheet.table(ways_table(content))


def _value(sheet: Sheet, content: ReportContent) -> None:
    sheet.heading("What is it worth?", needs=PICTURE + LINE * len(content.value))
    if not content.value.empty:
        picture = value_picture(content.value, currency=content.currency, over=content.over)
        sheet.picture(picture, "The same shelves, costs and days, replayed day by day.")
    sheet.table(value_table(content))
    sheet.bullets(content.worth)
    if not content.item_gains.empty:
        sheet.heading("Forecast value by item")
        sheet.table(item_gains_table(content, ITEMS_PRINTED))


def _case(sheet: Sheet, content: ReportContent) -> None:
    sheet.heading("The business case")
    sheet.pairs(content.case)
    sheet.heading("What the solution costs")
    sheet.table(cost_table(content))
    if not content.effects.empty:
        sheet.heading("What moves the result")
        sheet.table(effects_table(content))
    if content.finance:
        _answers(sheet, content)


def _answers(sheet: Sheet, content: ReportContent) -> None:
    sheet.heading("What a finance director asks")
    for answer in content.finance:
        behind = f" The table behind it: {answer.part}" if answer.part else ""
        sheet.pairs(((answer.question, f"{answer.text}{behind}"),))
        table = answer_table(answer, content.currency, ROWS_BEHIND)
        if table.rows:
            sheet.table(table)
