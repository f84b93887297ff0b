import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from forecasting.report.charts.canvas import script
from forecasting.report.content import NOT_YET, Tile
from forecasting.report.web_page import web_page
from tests.report.conftest import MARKUP


class Page(HTMLParser):
    """What a browser would make of the file: tags with attributes, text outside of scripts, scripts."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.tags, self.text, self.scripts = [], "", []
        self.feed(data.decode())

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag):
        self.tags.append((f"/{tag}", {}))

    def handle_data(self, data):
        if self.tags and self.tags[-1][0] == "script":
            self.scripts[-1] += data
        else:
            self.text += data


@pytest.fixture(scope="module")
def page(content):
    return Page(web_page(content))


def policy(page):
    meta = [a for t, a in page.tags if t == "meta" and a.get("http-equiv") == "Content-Security-Policy"]
    return meta[0]["content"]


def test_the_page_asks_for_nothing_outside_itself(page):
    targets = [
        v for _, attrs in page.tags for k, v in attrs.items() if k in ("src", "href", "action", "data")
    ]

    assert targets == []
    assert [t for t, _ in page.tags if t in ("link", "iframe", "object", "embed", "base", "form")] == []
    assert policy(page).startswith("default-src 'none'")


def test_only_the_two_scripts_of_the_page_may_run(page):
    allowed = re.findall(r"'sha256-([^']+)'", policy(page))
    charts, *code = page.scripts

    assert [base64.b64encode(hashlib.sha256(c.encode()).digest()).decode() for c in code] == allowed
    assert "'unsafe-inline'" not in policy(page).split("script-src")[1].split(";")[0]
    assert json.loads(charts)[0]["id"] == "chart-total"


def test_plotly_is_inlined_once(small):
    assert web_page(small).count(script()[:200].encode()) == 1


def test_markup_from_a_file_is_shown_as_text(small, page):
    hostile = replace(
        small,
        title=MARKUP,
        scope=MARKUP,
        run_id=MARKUP,
        tiles=(Tile(MARKUP, MARKUP, MARKUP, help=f'"{MARKUP}'),),
        settings=((MARKUP, MARKUP),),
        case=((MARKUP, MARKUP),),
        notes=(MARKUP,),
    )
    parsed = Page(web_page(hostile))

    assert [t for t, _ in parsed.tags if t == "script"] == ["script"] * 3
    assert parsed.text.count(MARKUP) > 10
    assert MARKUP in page.text  # the item of that name in the order table


def test_every_order_stands_on_the_page_with_its_reason_or_its_problem(content, page):
    assert content.orders["reason"].iloc[0] in page.text
    assert f"Not decided: {content.orders['problem'].iloc[-1]}" in page.text


def test_the_page_lists_what_the_manager_changed_and_the_totals(edited):
    text = Page(web_page(edited)).text

    assert "What the manager changed" in text
    assert "Your 7 is not whole packs of 12." in text
    assert "5,230 (5,100 suggested)" in text


def test_a_question_of_the_finance_director_opens_the_table_behind_its_number(page):
    kinds = [tag for tag, attributes in page.tags if attributes.get("class") == "answer"]

    assert kinds == ["details", "div", "details", "div"]
    assert "€2,911" in page.text
    assert all(f"Gone no. {place}" in page.text for place in range(20))
    assert "The table behind it: What is it worth?" in page.text


def test_without_changes_nothing_is_said_of_a_manager(page):
    assert "manager" not in page.text


def test_every_chart_comes_in_a_light_and_a_dark_form_with_a_place_and_a_description(page):
    charts = json.loads(page.scripts[0])
    places = {a["id"]: a["aria-label"] for t, a in page.tags if a.get("role") == "img"}

    assert [c["id"] for c in charts] == list(places)
    assert len(charts) == 4 + 6
    assert all(c["light"]["layout"]["font"] != c["dark"]["layout"]["font"] for c in charts)
    assert all(label.startswith("Chart: ") for label in places.values())


def test_a_page_before_anything_is_computed_says_so(bare):
    parsed = Page(web_page(bare))

    assert parsed.text.count(NOT_YET) >= 6
    assert json.loads(parsed.scripts[0]) == []


def test_a_total_made_from_sample_paths_is_drawn_with_its_range(small):
    one = small.forecast.loc[small.forecast["unique_id"] == small.orders["unique_id"].iloc[0]]
    parsed = Page(web_page(replace(small, total=one)))

    assert "All series together, with the 80\u00a0% range" in parsed.text


def test_the_same_content_gives_the_same_bytes(small):
    assert web_page(small) == web_page(small)


def test_items_of_which_no_stake_is_known_are_not_said_to_have_the_most(small):
    blank = replace(small, orders=small.orders.assign(money_at_stake=float("nan")))

    known, unknown = (Page(web_page(c)).text for c in (small, blank))

    assert "The items with most at stake" in known
    assert "with most at stake" not in unknown
    assert re.search(r"The (first \d+ items|only item)", unknown)
