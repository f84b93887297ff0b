"""The report as one HTML file that works offline, on a phone and on paper.

Everything is inside the file and its content policy forbids any request and any script but
its own two, known by their hashes: a name from a file that slipped through as markup could not run.
"""

import base64
import hashlib
from collections.abc import Sequence
from html import escape

from forecasting.report.charts.canvas import script
from forecasting.report.content import (
    ANOTHER_QUESTION,
    NOT_YET,
    PROMISES,
    Answered,
    ReportContent,
    Tile,
    stake_known,
)
from forecasting.report.sections import (
    Table,
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
from forecasting.report.web_parts import SCRIPT, STYLE
from forecasting.report.web_pictures import Picture, chart_data, pictures

ITEMS_SHOWN = 20  # gains by item; the spreadsheet holds them all


def web_page(content: ReportContent) -> bytes:
    """Return the report as a single UTF-8 HTML file without any outside request."""
    total, lines, items, models, ways, values = pictures(content)
    body = [
        _head(content),
        _section("What will we sell?", [*map(_figure, total)] or [_not_yet()]),
        _section(
            "What should we order?",
            [_pairs(content.totals), *map(_figure, lines), _changes(content), _orders(content)],
        ),
        _section(_of_items(content, len(items)), [_grid(items)]) if items else "",
        _section("Can we trust it?", _trust(content, models)),
        _section(ANOTHER_QUESTION, _asked(content, ways)) if content.asked else "",
        _section("What is it worth?", _worth(content, values)),
        _section("The business case", _case(content)),
        _section("What was assumed", [_pairs(content.settings), _list((*content.cautions, *content.worth))]),
        _section("Worth knowing", [_notes(content.notes)]),
    ]
    charts = chart_data([*total, *lines, *items, *models, *ways, *values])
    return _document(content.title, "\n".join(body) + _foot(content), charts).encode()


def _of_items(content: ReportContent, count: int) -> str:
    """Return what the items drawn closely are: those with most at stake, or simply the first of the list."""
    if stake_known(content.orders):
        return "The items with most at stake"
    return "The only item" if count == 1 else f"The first {count} items"


def _document(title: str, body: str, charts: str) -> str:
    library = script()
    policy = (
        f"default-src 'none'; script-src {_hash(library)} {_hash(SCRIPT)}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n"
        f'<script type="application/json" id="charts">{charts}</script>\n'
        f"<script>{library}</script>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"
    )


def _hash(code: str) -> str:
    digest = hashlib.sha256(code.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _head(content: ReportContent) -> str:
    tiles = "".join(map(_tile, content.tiles))
    return (
        f'<header><h1>{escape(content.title)}</h1><p class="muted">{escape(content.scope)}</p></header>'
        f'<div class="tiles">{tiles}</div>{_list(content.cautions)}'
    )


def _trust(content: ReportContent, models: Sequence[Picture]) -> list[str]:
    parts = [*map(_figure, models), _table(accuracy_table(content)), _list(content.proof)]
    if not content.promises.empty:
        parts += [f"<h3>{PROMISES}</h3>", _table(promises_table(content))]
    return [*parts, "<h3>How it was tested</h3>", _pairs(content.tested)] if content.tested else parts


def _asked(content: ReportContent, ways: Sequence[Picture]) -> list[str]:
    table = [] if content.ways.empty else [*map(_figure, ways), _table(ways_table(content))]
    return [_list(content.asked), *table]


def _worth(content: ReportContent, values: Sequence[Picture]) -> list[str]:
    parts = [*map(_figure, values), _table(value_table(content)), _list(content.worth)]
    if not content.item_gains.empty:
        parts += ["<h3>Forecast value by item</h3>", _table(item_gains_table(content, ITEMS_SHOWN))]
    return parts


def _case(content: ReportContent) -> list[str]:
    parts = [_pairs(content.case), "<h3>What the solution costs</h3>", _table(cost_table(content))]
    if not content.effects.empty:
        parts += ["<h3>What moves the result</h3>", _table(effects_table(content))]
    if content.finance:
        parts += ["<h3>What a finance director asks</h3>", *(_answer(a, content) for a in content.finance)]
    return parts


def _answer(answer: Answered, content: ReportContent) -> str:
    """Return a question that opens the table behind its answer, or says where that stands."""
    table = answer_table(answer, content.currency)
    behind = _table(table) if table.rows else ""
    if answer.part:
        behind = f'<p class="muted">The table behind it: {escape(answer.part)}</p>'
    said = f"<strong>{escape(answer.question)}</strong><br>{escape(answer.text)}"
    if not table.rows:
        return f'<div class="answer"><p>{said}</p>{behind}</div>'
    return f'<details class="answer"><summary>{said}</summary>{behind}</details>'


def _tile(tile: Tile) -> str:
    tone = {True: "good", False: "bad", None: "muted"}[tile.good]
    mark = {True: "✓ ", False: "! ", None: ""}[tile.good]  # never colour alone
    baseline = f'<div class="{tone}">{mark}{escape(tile.baseline)}</div>' if tile.baseline else ""
    return (
        f'<div class="tile" title="{escape(tile.help)}"><div class="muted">{escape(tile.label)}</div>'
        f'<div class="value">{escape(tile.value)}</div>{baseline}</div>'
    )


def _section(title: str, parts: Sequence[str]) -> str:
    return f"<section><h2>{escape(title)}</h2>{''.join(parts)}</section>"


def _figure(picture: Picture) -> str:
    caption = escape(picture.caption)
    return (
        f"<figure{' class=wide' if picture.wide else ''}><figcaption>{caption}</figcaption>"
        f'<div id="{picture.id}" style="height:{picture.height:g}px" role="img" '
        f'aria-label="Chart: {caption}"></div></figure>'
    )


def _grid(pictures: Sequence[Picture]) -> str:
    return f'<div class="small">{"".join(map(_figure, pictures))}</div>'


def _orders(content: ReportContent) -> str:
    if content.orders.empty:
        return _not_yet()
    search = '<input id="search" type="search" placeholder="Find an item or store" aria-label="Find a line">'
    return f'{search}<div id="order-lines" class="lines">{_table(order_table(content))}</div>'


def _changes(content: ReportContent) -> str:
    table = changes_table(content)
    if not table.rows:
        return ""
    return f'<h3>What the manager changed</h3><div class="lines">{_table(table)}</div><h3>Every line</h3>'


def _table(table: Table) -> str:
    if not table.rows:
        return _not_yet()
    kinds = [' class="number"' if h.numeric else "" for h in table.headings]
    heads = "".join(
        f'<th scope="col"{kind} title="{escape(h.help)}">{escape(h.label)}</th>'
        for kind, h in zip(kinds, table.headings, strict=True)
    )
    rows = "".join(
        "<tr>" + "".join(f"<td{k}>{escape(c)}</td>" for k, c in zip(kinds, row, strict=True)) + "</tr>"
        for row in table.rows
    )
    note = f'<p class="muted">{escape(table.note)}</p>' if table.note else ""
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="Table"><table><thead><tr>{heads}</tr>'
        f"</thead><tbody>{rows}</tbody></table></div>{note}"
    )


def _pairs(pairs: tuple[tuple[str, str], ...]) -> str:
    if not pairs:
        return _not_yet()
    return "<dl>" + "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in pairs) + "</dl>"


def _notes(notes: tuple[str, ...]) -> str:
    return _list(notes) or '<p class="muted">No warnings.</p>'


def _list(sentences: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(s)}</li>" for s in sentences) + "</ul>" if sentences else ""


def _not_yet() -> str:
    return f'<p class="muted">{NOT_YET}</p>'


def _foot(content: ReportContent) -> str:
    return (
        f'<footer class="muted">Shelfwise · run {escape(content.run_id)} · made {escape(content.made_on)}'
        "</footer>"
    )
