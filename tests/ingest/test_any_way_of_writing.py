"""One known table, written in ways drawn at random, is read back exactly, or the open point is asked."""

import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ingest.files import asked, imported, units

ITEMS = ("0007", "Müsli, süß", "NA")
SEPARATORS = (",", ";", "\t", "|", "^")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1")
MARKS = ((".", ""), (".", ","), (",", ""), (",", "."), (",", "\u00a0"), (".", "'"))
DATES = ("%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%y", "%Y%m%d", "%d %b %Y", "%Y-%m-%dT00:00:00Z", "serial")
LAYOUTS = ("long", "items across", "dates across", "items across beside a store", "dates written once")
# What a person answers to the open points that do not hang on how a table is written.
SAID = {"layout": "across", "blanks": "above"}


@st.composite
def tables(draw):
    """A start, and units of three items on eight days, some with decimals, none blank."""
    start = draw(st.dates(datetime.date(2011, 1, 1), datetime.date(2029, 12, 1)))
    days = [start + datetime.timedelta(days=n) for n in range(8)]
    amount = st.integers(0, 9_999_999).map(lambda n: n / 100)
    return {(item, day): draw(amount) for item in ITEMS for day in days}


@st.composite
def ways(draw):
    """How a table is written."""
    return {
        "separator": draw(st.sampled_from(SEPARATORS)),
        "encoding": draw(st.sampled_from(ENCODINGS)),
        "marks": draw(st.sampled_from(MARKS)),
        "date": draw(st.sampled_from(DATES)),
        "layout": draw(st.sampled_from(LAYOUTS)),
        "titles": draw(st.integers(0, 2)),
        "total": draw(st.booleans()),
        "repeated": draw(st.booleans()),
        "currency": draw(st.sampled_from(("", "€ ", " €"))),
    }


@settings(max_examples=40, derandomize=True, deadline=None, database=None)
@given(tables(), ways())
def test_a_table_written_in_any_way_is_read_back_exactly_or_asked_about(truth, way):
    answers = {}
    for _ in range(3):
        result = imported(written(truth, way), **answers)
        open_points = asked(result) & {"date_order", "decimal", *SAID}
        answers |= {point: answer(point, way) for point in open_points}
    assert not open_points
    place = "S1 | " if way["layout"].endswith("store") else ""
    assert units(result) == {(f"{place}{item}", f"{day}"): value for (item, day), value in truth.items()}


def answer(point, way):
    if point == "date_order":
        return "month-first" if way["date"] == "%m/%d/%Y" else "day-first"
    if point == "decimal":
        return "comma" if way["marks"][0] == "," else "point"
    return SAID[point]


def written(truth, way):
    """Return the bytes of a table written in a way."""
    rows = laid_out(truth, way)
    if way["repeated"] and way["layout"] == "long":
        rows.insert(len(rows) // 2, rows[0])
        rows.insert(len(rows) // 2, [""] * len(rows[0]))
    if way["total"]:
        rows.append(["Total", *[""] * (len(rows[0]) - 2), number(sum(truth.values()), way)])
    titles = [["Report", *[""] * (len(rows[0]) - 1)]] * way["titles"]
    lines = [way["separator"].join(quoted(str(c), way["separator"]) for c in row) for row in titles + rows]
    return ("\r\n".join(lines) + "\r\n").encode(way["encoding"])


def laid_out(truth, way):
    days = list(dict.fromkeys(day for _, day in truth))
    cell = {key: number(value, way) for key, value in truth.items()}
    if way["layout"] == "long":
        return [["Date", "Item", "Units"], *([date(d, way), i, cell[i, d]] for i, d in truth)]
    if way["layout"] == "dates written once":
        rows = [[date(d, way) if i == ITEMS[0] else "", i, cell[i, d]] for d in days for i in ITEMS]
        return [["Date", "Item", "Units"], *rows]
    if way["layout"] == "items across beside a store":
        rows = [[date(d, way), "S1", *(cell[i, d] for i in ITEMS)] for d in days]
        return [["Date", "Store", *ITEMS], *rows]
    if way["layout"] == "items across":
        return [["Date", *ITEMS], *([date(d, way), *(cell[i, d] for i in ITEMS)] for d in days)]
    return [["Item", *(date(d, way) for d in days)], *([i, *(cell[i, d] for d in days)] for i in ITEMS)]


def number(value, way):
    decimal, thousands = way["marks"]
    text = f"{value:,.2f}".replace(",", "T").replace(".", decimal).replace("T", thousands)
    prefix, suffix = (way["currency"], "") if way["currency"].startswith("€") else ("", way["currency"])
    # latin-1 has no euro sign; nobody writes units in euros, but exports do dress every number.
    return text if way["encoding"] == "latin-1" else f"{prefix}{text}{suffix}"


def date(day, way):
    if way["date"] != "serial":
        return f"{day:{way['date']}}"
    return f"{day:%Y-%m-%d}" if way["layout"] == "dates across" else (day - datetime.date(1899, 12, 30)).days


def quoted(text, separator):
    return f'"{text}"' if separator in text else text
