"""The words of the value page's tables: staircase, gains by item, what moves the result, the audit."""

from collections.abc import Mapping

from forecasting.report.columns import Column

STEP_LABELS: Mapping[str, str] = {
    "today": "What you do today",
    "same": "Same forecast, best rule",
    "ours": "Our forecast, best rule",
    "perfect": "Perfect foresight",
}
GAIN_LABELS: Mapping[str, str] = {
    "today": "",
    "same": "rule value",
    "ours": "forecast value",
    "perfect": "the ceiling",
}
BASE_LABELS: Mapping[str, str] = {"manager_plan": "Your own plan", "last_year": "Last year's same days"}
PART_LABELS: Mapping[str, str] = {
    "lost_margin": "Sales missed",
    "waste_cost": "Thrown away",
    "holding_cost": "Kept in stock",
    "ordering_cost": "Placing orders",
}
EFFECT_LABELS: Mapping[str, str] = {
    "underage": "What a missed sale costs",
    "holding": "What keeping stock costs",
    "lead_time": "Lead time",
    "adoption": "Orders that follow the advice",
    "run_cost": "Running costs",
    "discount": "Discount rate",
    "sold_out": "What sold-out days really wanted",
    "baseline": "What it is compared with",
}

VALUE_COLUMNS: Mapping[str, Column] = {
    "step": Column("Step", "Forecast and ordering rule; shelves, costs and days are the same.", "text"),
    "cost": Column("Cost", "Sales missed, waste, stock kept and orders placed, together.", "money"),
    "gain": Column("Saves", "Cost of the step before less the cost of this one.", "money"),
    "low": Column("At least", "Lower end of the 90 % interval of what it saves.", "money"),
    "high": Column("At most", "Upper end of the 90 % interval of what it saves.", "money"),
    "label": Column(
        "That is",
        "What the saving may be called: a better rule needs no new forecast, and no forecast is perfect.",
        "text",
    ),
    "lost_margin": Column(
        "Sales missed", "Price less unit cost of every unit asked for and not there.", "money"
    ),
    "waste_cost": Column(
        "Thrown away",
        "Unit cost less salvage of what expired, and of perishables more on the shelf at the end.",
        "money",
    ),
    "holding_cost": Column(
        "Kept in stock", "Holding cost of what was on the shelf at each day's end.", "money"
    ),
    "ordering_cost": Column(
        "Placing orders", "Orders placed times what an order costs (0 if not given).", "money"
    ),
    "fill_rate": Column("Demand served", "Units sold over units asked for (fill rate β).", "percent"),
}
VALUE_DETAILS: Mapping[str, Column] = {
    "sold": Column("Units sold", "Over the tested days.", "units"),
    "lost": Column("Units missed", "Asked for and not there, over the tested days.", "units"),
    "wasted": Column("Units expired", "Over the tested days.", "units"),
    "held": Column("Unit-days kept", "Units at each day's end, added up over the tested days.", "units"),
}
ITEM_GAIN_COLUMNS: Mapping[str, Column] = {
    "unique_id": Column("Series", "The item and place this line is about.", "text"),
    "gain": Column("Gain", "Sum of the four columns beside it.", "money"),
    "recovered_margin": Column("Margin recovered", "Margin of sales that the better order served.", "money"),
    "avoided_waste": Column("Waste avoided", "Cost of units that did not expire.", "money"),
    "avoided_holding": Column("Holding avoided", "Cost of stock that was not kept.", "money"),
    "avoided_ordering": Column("Ordering avoided", "Cost of orders that were not placed.", "money"),
}
EFFECT_COLUMNS: Mapping[str, Column] = {
    "name": Column("If this is wrong", "The input that is changed, all others as they are.", "text"),
    "from": Column("Lower end", "What is assumed at the lower end.", "text"),
    "low": Column("Result there", "Net result at the lower end.", "money"),
    "to": Column("Upper end", "What is assumed at the upper end.", "text"),
    "high": Column("Result here", "Net result at the upper end.", "money"),
}
REPLAY_COLUMNS: Mapping[str, Column] = {
    "unique_id": Column("Series", "The item and place this line is about.", "text"),
    "block": Column(
        "Standing at", "Last date the forecast had seen; the block starts the day after.", "date"
    ),
    "step": Column("Step", "Forecast and ordering rule.", "text"),
    **VALUE_DETAILS,
    "orders": Column("Orders", "Orders placed.", "count"),
    **{name: VALUE_COLUMNS[name] for name in PART_LABELS},
    "money": Column("Cost", "Sum of the four costs.", "money"),
}
ANSWER_COLUMNS: Mapping[str, Column] = {
    **VALUE_COLUMNS,
    **ITEM_GAIN_COLUMNS,
    "name": Column("What", "", "text"),
    "why": Column("Why", "Why it does not take part.", "text"),
    "share": Column("Share", "", "percent"),
    "block": REPLAY_COLUMNS["block"],
    "amount": Column("Amount", "Money.", "money"),
}
QUESTION = Column("Question", "What a finance director asks; the summary has the answer.", "text")

WAY_COLUMNS: Mapping[str, Column] = {
    "way": Column("How it is asked", "In which periods, of what, and how the answer comes.", "text"),
    "cost": Column("Cost", "Money lost to too much and too little over the tested order cycles.", "money"),
    "gain": Column("Saved", "Less than asking as today; negative: dearer.", "money"),
    "low": Column("Saved at least", "Lower end of the 90 % range for all comparisons at once.", "money"),
    "high": Column("Saved at most", "Upper end of the 90 % range for all comparisons at once.", "money"),
    "verdict": Column("Beyond chance?", "Whether the range excludes no difference.", "text"),
}
