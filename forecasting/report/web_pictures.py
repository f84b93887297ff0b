"""The charts of the web report, each drawn for light and for dark paper."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from forecasting.report.charts import (
    ChartTheme,
    Figure,
    forecast_chart,
    money_bars,
    orders_chart,
    value_chart,
    ways_chart,
)
from forecasting.report.charts.bars import bars_height
from forecasting.report.charts.canvas import HEIGHT, as_json
from forecasting.report.content import (
    ReportContent,
    chosen,
    has_range,
    line_names,
    one_series,
    ranked,
    stake_known,
    total_forecast,
    total_history,
)
from forecasting.report.tables import percent

# Item charts shown: the lines where a wrong order costs most.
ITEM_CHARTS = 6
ITEM_HEIGHT = 310  # px


@dataclass(frozen=True)
class Picture:
    """A chart that can be drawn in either theme, and the sentence under which it stands."""

    id: str
    caption: str
    draw: Callable[[ChartTheme], Figure]
    height: float = HEIGHT
    wide: bool = False  # bars beside names: too narrow on a phone


def pictures(content: ReportContent) -> tuple[list[Picture], ...]:
    """Return the charts of six sections: total, orders, items, models, ways to ask, value.

    A section about which nothing is known has no chart.
    """
    currency = content.currency
    money_known = "money" in content.leaderboard and content.leaderboard["money"].notna().any()
    lines = Picture(
        "chart-orders",
        "Where doing nothing would cost most",
        lambda theme: orders_chart(content.orders, currency=currency, theme=theme),
        height=bars_height(10),
        wide=True,
    )
    models = Picture(
        "chart-models",
        "What ordering by each forecast would have cost",
        lambda theme: money_bars(content.leaderboard, currency=currency, theme=theme),
        height=bars_height(len(content.leaderboard)),
        wide=True,
    )
    ways = Picture(
        "chart-ways",
        "What asking the same otherwise would have saved, with its 90 % range",
        lambda theme: ways_chart(content.ways, currency=currency, theme=theme),
        height=bars_height(len(content.ways)) + 60,
        wide=True,
    )
    values = Picture(
        "chart-value",
        "The same shelves, costs and days, replayed day by day",
        lambda theme: value_chart(content.value, currency=currency, theme=theme, over=content.over),
        height=430,
        wide=True,
    )
    return (
        _total_picture(content),
        [lines] if stake_known(content.orders) else [],
        _item_pictures(content),
        [models] if money_known else [],
        [] if content.ways.empty else [ways],
        [] if content.value.empty else [values],
    )


def _total_picture(content: ReportContent) -> list[Picture]:
    history, forecast = total_history(content.history), total_forecast(content)
    if history.empty or forecast.empty:
        return []
    coverage = content.coverage if has_range(forecast) else None
    caption = "All series together"
    caption += (
        f", with the {percent(coverage)} range" if coverage else ": expected units (ranges do not add up)"
    )
    return [
        Picture(
            "chart-total",
            caption,
            lambda theme: forecast_chart(history, forecast, coverage=coverage, theme=theme),
        )
    ]


def _item_pictures(content: ReportContent) -> list[Picture]:
    if content.orders.empty or content.forecast.empty:
        return []
    top = ranked(content.orders).head(ITEM_CHARTS)
    named = zip(top["unique_id"], line_names(top), strict=True)
    pictures = [_item_picture(content, i, *line) for i, line in enumerate(named)]
    return [p for p in pictures if p is not None]


def _item_picture(content: ReportContent, place: int, unique_id: str, name: str) -> Picture | None:
    history = one_series(content.history, unique_id)
    forecast = one_series(chosen(content.forecast), unique_id)
    if history.empty or forecast.empty:
        return None
    coverage = content.coverage if has_range(forecast) else None

    def draw(theme: ChartTheme) -> Figure:
        figure = forecast_chart(history, forecast, coverage=coverage, theme=theme)
        return figure.update_layout(legend_font_size=11, legend_y=-0.2)

    return Picture(f"chart-item-{place}", name, draw, height=ITEM_HEIGHT)


def chart_data(drawn: Sequence[Picture]) -> str:
    """Return the figures as JSON that is safe inside a script element: id, light, dark."""
    parts = [f'{{"id":"{p.id}","light":{_json(p, "light")},"dark":{_json(p, "dark")}}}' for p in drawn]
    return f"[{','.join(parts)}]"


def _json(picture: Picture, theme: ChartTheme) -> str:
    return as_json(picture.draw(theme).update_layout(height=picture.height))
