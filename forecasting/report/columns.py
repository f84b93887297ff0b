"""The words of every column a manager sees, written once for pages and reports."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

Kind = Literal["text", "units", "money", "percent", "periods", "ratio", "date", "count"]


class Column(NamedTuple):
    """How one column is shown: heading, tooltip (with the textbook term) and kind of number."""

    label: str
    help: str
    kind: Kind


ACCURACY_COLUMNS: Mapping[str, Column] = {
    "unique_id": Column("Series", "The item and place this line is about.", "text"),
    "cutoff": Column("Actuals through", "Last date the forecast had seen (cutoff).", "date"),
    "model": Column("Model", "The way of forecasting that was tested.", "text"),
    "money": Column("Cost", "Cost of too much and too little, ordering by this forecast.", "money"),
    "wape": Column("Error", "Sum of absolute errors over sum of sales (WAPE).", "percent"),
    "floor": Column(
        "Chance alone",
        "The error a perfect forecast would still have if customers came by pure chance (Poisson).",
        "percent",
    ),
    "bias": Column(
        "Bias", "Mean of forecast minus sales over mean sales; positive = forecast too high.", "percent"
    ),
    "mase": Column("MASE", "Error over that of repeating last season; below 1 is better.", "ratio"),
    "rmsse": Column("RMSSE", "Root mean squared error, scaled likewise; below 1 is better.", "ratio"),
    "wql": Column(
        "Range error", "How far the ranges were off, over sales (WQL); smaller is better.", "percent"
    ),
    "skill": Column(
        "Better than last season",
        "Share of the range error of repeating last season that is avoided (skill); above 0 is better.",
        "percent",
    ),
    "coverage_50": Column("50 % range kept", "Share of periods inside the 50 % range.", "percent"),
    "coverage_80": Column("80 % range kept", "Share of periods inside the 80 % range.", "percent"),
    "coverage_90": Column("90 % range kept", "Share of periods inside the 90 % range.", "percent"),
    "coverage_95": Column("95 % range kept", "Share of periods inside the 95 % range.", "percent"),
}

EVIDENCE_COLUMNS: Mapping[str, Column] = {
    "model": Column("Model", "The way of forecasting that was tested.", "text"),
    "chosen": Column("Used for", "Series whose next order rests on this model.", "count"),
    "refused": Column(
        "Refused for",
        "Series for which it does not beat seasonal naive beyond chance; with few past cycles: at all.",
        "count",
    ),
    "origins": Column("Past dates", "Dates whose misses move the ranges (origins).", "count"),
    "cycles": Column("Cycles", "Past order cycles behind that, all series together.", "count"),
    "level": Column("Whose", "Whether a series is judged by all series' cycles or by its own.", "text"),
    "shift": Column(
        "Moved by", "How far the level reached 9 times in 10 moved, in widths of the middle 80 %.", "percent"
    ),
    "before": Column(
        "Kept before", "How often demand stayed within the 90 % level as the model said it.", "percent"
    ),
    "after": Column(
        "Kept after", "The same once calibrated: on dates later than those that moved it.", "percent"
    ),
}

COST_COLUMNS: Mapping[str, Column] = {
    "label": Column("Cost line", "What has to be paid for.", "text"),
    "one_off": Column("Once", "Paid once, at the start.", "money"),
    "yearly": Column("Each year", "Paid every year.", "money"),
    "source": Column("Source", "Where the amount comes from.", "text"),
    "confidence": Column("How sure", "Quote, estimate or guess.", "text"),
}

FORECAST_COLUMNS: Mapping[str, Column] = {
    "unique_id": Column("Series", "The item and place this line is about.", "text"),
    "model": Column("Model", "The way of forecasting.", "text"),
    "cutoff": Column("Actuals through", "Last date the forecast has seen (cutoff).", "date"),
    "ds": Column("Date", "First day of the period.", "date"),
    "h": Column("Periods ahead", "Steps after the last actual (h).", "count"),
    "mean": Column("Expected", "Expected units.", "units"),
}

MODEL_LABELS: Mapping[str, str] = {
    "chosen": "Our forecast",
    "seasonal_naive": "Seasonal naive",
    "drift": "Drift",
    "moving_average": "Moving average",
    "exponential_smoothing": "Exponential smoothing",
    "theta": "Theta",
    "intermittent": "Slow-mover rate",
    "ensemble": "Ensemble",
    "boosted_trees": "Boosted trees",
    "prophet": "Prophet",
    "manager_plan": "Your own plan",
    "chance": "Chance alone",
}


def model_label(model: str) -> str:
    """Return the name of a model as a manager reads it; unknown names stay recognisable.

    >>> model_label("seasonal_naive"), model_label("my_model")
    ('Seasonal naive', 'My model')
    """
    plain = str(model).replace("_", " ")
    return MODEL_LABELS.get(str(model), plain[:1].upper() + plain[1:])


def column_of(name: str, known: Mapping[str, Column], *, numeric: bool) -> Column:
    """Return how a column is shown: by its known words, else by its own name.

    Metric names are looked up whatever their case (WAPE, wape). A quantile
    column reads as a promise: q0.9 is the value that demand stays below 9 times in 10.
    """
    found = known.get(name) or known.get(str(name).lower())
    if found is not None:
        return found
    if name[:1] == "q" and name[1:].replace(".", "", 1).isdigit():
        share = f"{float(name[1:]):.3%}".replace("%", "").rstrip("0").rstrip(".")
        return Column(f"{share} % below", f"Demand stays at or below this in {share} % of futures.", "units")
    label = str(name).replace("_", " ")
    return Column(label[:1].upper() + label[1:], "", "ratio" if numeric else "text")


DRIVER_COLUMNS: Mapping[str, Column] = {
    "name": Column("What", "Events of one name share one effect.", "text"),
    "kind": Column(
        "Kind", "Promotion, campaign, holiday, closure, price plan, or a single happening.", "text"
    ),
    "start": Column("From", "First day.", "date"),
    "end": Column("To", "Last day, included; blank: one day.", "date"),
    "where": Column("Where", "Series, items, stores, categories, with commas; blank: everywhere.", "text"),
    "price": Column("Price", "Planned selling price a unit, of a price plan.", "money"),
    "who": Column("Who says so", "The person to ask; found in the data: nobody yet.", "text"),
    "why": Column("Why", "What the date means.", "text"),
    "status": Column("Status", "Only accepted events are seen by the models.", "text"),
    "seen": Column(
        "Times seen",
        "Separate times it was on, in the series that saw it most; a closed day within makes no second one.",
        "count",
    ),
    "series": Column("Series", "Series whose effect could be measured.", "count"),
    "effect": Column(
        "Effect", "Units with it over units without it, less one. No proof of cause.", "percent"
    ),
    "low": Column("From", "Lower end of the 95 % interval of the effect.", "percent"),
    "high": Column("To", "Upper end of the 95 % interval of the effect.", "percent"),
    "money": Column("Money so far", "Margin with it less margin without it, over the history.", "money"),
    "problem": Column("Why not stated", "What keeps the effect from being measured.", "text"),
    "worth": Column("Worth in the test", "Backtest money with the feature against without it.", "money"),
    "worth_low": Column("at least", "Lower end of the range that holds that gain 9 times in 10.", "money"),
    "worth_high": Column("at most", "Upper end of the range that holds that gain 9 times in 10.", "money"),
    "verdict": Column("Does it earn its place?", "Whether that gain is beyond noise.", "text"),
    "unique_id": Column("Series", "The item and place this line is about.", "text"),
    "units_before": Column("Units", "Expected over the days ahead, as planned now.", "units"),
    "units": Column("Units then", "Expected with the change of plan.", "units"),
    "units_low": Column("At least", "With the lower end of the effect's 95 % interval.", "units"),
    "units_high": Column("At most", "With the upper end of the effect's 95 % interval.", "units"),
    "order_before": Column("Order", "As suggested now.", "units"),
    "order": Column("Order then", "As suggested with the change of plan.", "units"),
    "revenue_change": Column("Revenue", "Change over the days ahead.", "money"),
    "margin_change": Column("Margin", "Change over the days ahead: price less unit cost.", "money"),
    "margin_low": Column("Margin, at worst", "Over the effect's 95 % interval.", "money"),
    "margin_high": Column("Margin, at best", "Over the effect's 95 % interval.", "money"),
}

PROMISE_COLUMNS: Mapping[str, Column] = {
    "promise": Column("Promise", "What was promised: a level of summed demand, or a range.", "text"),
    "split": Column("Split by", "What the tested periods are told apart by.", "text"),
    "part": Column("Part", "The periods this line is about.", "text"),
    "model": Column("Model", "The way of forecasting that was tested.", "text"),
    "nominal": Column("Promised", "Share of outcomes that should lie inside (nominal coverage).", "percent"),
    "achieved": Column("Came true", "Share that did, edges included (achieved coverage).", "percent"),
    "strict": Column(
        "Edges left out",
        "Share strictly inside. Whole units often lie on the edge: the promise is kept between the two.",
        "percent",
    ),
    "low": Column("From", "Lower end of what is plausible (95 % Clopper–Pearson interval).", "percent"),
    "high": Column("To", "Upper end of what is plausible (95 % Clopper–Pearson interval).", "percent"),
    "n": Column("Periods", "Outcomes that were compared.", "count"),
    "cycles": Column(
        "Independent", "Order cycles among them: neighbouring periods are not independent.", "count"
    ),
    "seen_as": Column(
        "Verdict",
        "Kept: the promise lies inside the 80 % interval of what came true; doubtful: inside the 95 % "
        "interval only; broken: outside it; fewer than 20 independent cycles cannot tell.",
        "text",
    ),
    "said": Column("Risk we stated", "Mean stated chance of running out in one order cycle.", "percent"),
    "happened": Column("Ran out in", "Share of those cycles that missed units.", "percent"),
    "h": Column("Ahead", "Periods ahead (step h).", "count"),
    "month": Column("Month", "Month of the outcome.", "text"),
    "weekday": Column("Weekday", "Weekday of the outcome.", "text"),
    "promotion": Column("Promotion", "Whether a promotion ran.", "text"),
    "item": Column("Item", "Name or code of the item.", "text"),
    "store": Column("Store", "Where it is sold.", "text"),
    "category": Column("Category", "Category, as in your file.", "text"),
    "unique_id": Column("Series", "The item and place this line is about.", "text"),
    "periods": Column("Periods", "Outcomes that were compared.", "count"),
    "units": Column("Sold", "Units sold in them.", "units"),
    "wape": Column("Our error", "Sum of absolute errors over sales (WAPE).", "percent"),
    "baseline_wape": Column(
        "Repeating last season", "WAPE of seasonal naive on the same periods.", "percent"
    ),
    "plan_wape": Column("Your own plan", "WAPE of what you had planned, on the days it covers.", "percent"),
    "floor": Column(
        "Chance alone",
        "WAPE of a perfect forecast if customers came by pure chance (Poisson) around ours: the floor.",
        "percent",
    ),
    "bias": Column("Bias", "Forecast minus sales over sales; positive = too high.", "percent"),
    "better": Column("Cheaper than last season", "Share of seasonal naive's cost that is saved.", "percent"),
    "words": Column("Beyond chance?", "90 % interval of the share saved, items and dates resampled.", "text"),
}
