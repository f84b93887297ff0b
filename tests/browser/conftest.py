from urllib.request import urlopen

import pytest
from playwright.sync_api import sync_playwright

from benchmarks.browser import CHROMIUM_FLAGS, chromium, server
from benchmarks.saved import save_made_up

TIMEOUT = 120_000  # ms for a page to draw what is waited for: a busy machine is no defect of the page


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in item.nodeid:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser():
    path = chromium()
    if path is None:
        pytest.skip("Chromium is not on this machine: install Debian's package chromium (.ci/run does)")
    with sync_playwright() as play:
        launched = play.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def database(tmp_path_factory):
    """The folder with the server's database."""
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="session")
def address(database, browser):
    with server(database) as running:
        yield running


@pytest.fixture(scope="module")
def project(address, database):
    """A project of twelve items tested on 196 days: enough for a year and for a range."""
    with urlopen(address):  # the server is up, so the database is there
        return save_made_up(database, 12, folds=7)


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    opened = context.new_page()
    opened.set_default_timeout(TIMEOUT)
    yield opened
    context.close()
