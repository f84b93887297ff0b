"""The words of the history and market tables, beside those of `columns`."""

from collections.abc import Mapping

from forecasting.report.columns import Column

SERIES = Column("Series", "The item and place this line is about.", "text")

MOVER_COLUMNS: Mapping[str, Column] = {
    "unique_id": SERIES,
    "now": Column("Revenue", "Revenue of the time looked at.", "money"),
    "then": Column("Compared with", "Revenue of the time it is compared with.", "money"),
    "change": Column("Change", "Revenue won or lost.", "money"),
    "growth": Column("Growth", "Change over what it is compared with.", "percent"),
    "units_now": Column("Units", "Units of the time looked at.", "units"),
    "units_change": Column("Change in units", "Units won or lost.", "units"),
    "note": Column(
        "Note",
        "New: nothing sold in the time it is compared with, so it has no growth. Unknown: periods that one "
        "of the two times has no record of; no amount of the row holds them.",
        "text",
    ),
}

SEGMENT_COLUMNS: Mapping[str, Column] = {
    "unique_id": SERIES,
    "abc": Column("ABC", "A: the items that carry most of the value; C: the many that carry little.", "text"),
    "xyz": Column(
        "XYZ",
        "How well it can be forecast: root mean squared forecast error over mean sales. ?: not tested yet.",
        "text",
    ),
    "demand_class": Column(
        "Demand",
        "How demand comes (Syntetos-Boylan): smooth, erratic (sizes swing), intermittent (days without), "
        "lumpy (both).",
        "text",
    ),
    "value": Column(
        "Value a year", "Margin of the last year; revenue or units where margin is not known.", "units"
    ),
    "units": Column("Units a year", "Units of the last year.", "units"),
    "error_cv": Column("Error", "Forecast error over mean sales (coefficient of variation).", "ratio"),
    "adi": Column(
        "Sells every", "Periods from one sale to the next (ADI); 1.32 parts smooth from rare.", "ratio"
    ),
    "cv2": Column(
        "Swing of sizes", "Squared coefficient of variation of sales; 0.49 parts even from wild.", "ratio"
    ),
}

EFFECT_COLUMNS: Mapping[str, Column] = {
    "unique_id": SERIES,
    "switch": Column("What", "The column of the sales file that was on.", "text"),
    "episodes": Column("Seen", "How many separate times it was on.", "count"),
    "periods": Column("Periods", "Periods with it and with stock on the shelf.", "count"),
    "uplift": Column(
        "Units", "Change of units while it is on, its usual change of price included.", "percent"
    ),
    "uplift_low": Column("from", "95 % interval, lower end.", "percent"),
    "uplift_high": Column("to", "95 % interval, upper end.", "percent"),
    "units": Column("Extra units", "Units that would not have been sold without it, all periods.", "units"),
    "money": Column(
        "Earned by it", "Margin (revenue, where unit cost is not known) won or given away in all.", "money"
    ),
    "money_low": Column("at least", "95 % interval, lower end.", "money"),
    "money_high": Column("at most", "95 % interval, upper end.", "money"),
    "elasticity": Column("1 % dearer sells", "Percent more units for one percent more price.", "ratio"),
    "elasticity_low": Column("from", "95 % interval, lower end.", "ratio"),
    "elasticity_high": Column("to", "95 % interval, upper end.", "ratio"),
    "problem": Column("Why not", "Why no figure is given.", "text"),
}
# What one percent more price goes with, over a year.
PRICE_COLUMNS: Mapping[str, Column] = {
    **EFFECT_COLUMNS,
    "units": Column(
        "Units a year", "Change of units over the last year had prices been 1 % higher.", "units"
    ),
    "units_low": Column("at least", "95 % interval, lower end.", "units"),
    "units_high": Column("at most", "95 % interval, upper end.", "units"),
    "money": Column(
        "Money a year",
        "Change of margin over the last year had prices been 1 % higher; of revenue, where unit cost is not "
        "known.",
        "money",
    ),
}

ODDITY_COLUMNS: Mapping[str, Column] = {
    "show": Column("Look", "Tick to see this series in the picture above.", "text"),
    "unique_id": SERIES,
    "start": Column("From", "First odd period.", "date"),
    "end": Column("To", "Last odd period.", "date"),
    "units": Column("Sold", "Units sold.", "units"),
    "expected": Column("Usual", "Units that season, price, promotions and trend make usual.", "units"),
    "money": Column("Money", "Units above (below) the usual, at their price.", "money"),
    "gap": Column("Gap", "Units above (below) the usual.", "units"),
    "found_by": Column(
        "How it stands out",
        "Outside the band: more than 4 standard deviations from usual. Unlike all others: set apart by an "
        "isolation forest on the residuals.",
        "text",
    ),
    "note": Column("What was it?", "Write what happened; it is kept with the project.", "text"),
}

GROUP_COLUMNS: Mapping[str, Column] = {
    "group": Column("Group", "The group of series, or the series.", "text"),
    "now": Column("Revenue", "Revenue of the time looked at.", "money"),
    "change": Column("Change", "Against a year ago.", "money"),
    "market": Column("With the total", "What it would have won by growing as the total.", "money"),
    "share": Column("Share gain", "Won or lost against the rest of the total, at unchanged prices.", "money"),
    "price": Column("Price", "Won or lost by other prices, promotions included.", "money"),
    "share_now": Column("Share", "Share of the total's revenue now.", "percent"),
    "share_then": Column("Share before", "Share of the total's revenue a year ago.", "percent"),
    "growth_year": Column("Growth, year", "Growth of the last year on the year before.", "percent"),
    "growth_recent": Column(
        "Growth, lately", "Growth of the latest quarter on the same a year ago.", "percent"
    ),
    "momentum": Column(
        "Momentum", "Growth lately less growth of the year: positive = gaining pace.", "percent"
    ),
}


def group_words(*, outside: bool) -> Mapping[str, Column]:
    """Return the words of the groups; `outside`: the market is an index, not the file's own total."""
    if not outside:
        return GROUP_COLUMNS
    moved = "What it would have won by growing as the index."
    share = Column("Beyond it", "Won or lost against the index, at unchanged prices.", "money")
    return {**GROUP_COLUMNS, "market": Column("With the index", moved, "money"), "share": share}


def segment_words(*, in_money: bool) -> Mapping[str, Column]:
    """Return the words of the classes; their value is money or units."""
    value = SEGMENT_COLUMNS["value"]
    return {**SEGMENT_COLUMNS, "value": value._replace(kind="money" if in_money else "units")}
