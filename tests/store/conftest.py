import sqlite3
from datetime import UTC, datetime

import pytest

from forecasting.store.projects import open_store

NOW = datetime(2026, 6, 28, 18, 30, tzinfo=UTC)
LATER = datetime(2026, 6, 29, 7, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "var" / "shelfwise.db"


@pytest.fixture
def url(path):
    return f"sqlite:///{path}"


@pytest.fixture
def store(url):
    opened = open_store(url)
    yield opened
    opened.close()


@pytest.fixture
def project(store):
    return store.create("Bakery", now=NOW)


def rows(path, question):
    connection = sqlite3.connect(path)
    try:
        return connection.execute(question).fetchall()
    finally:
        connection.close()


def change(path, statement):
    connection = sqlite3.connect(path)
    try:
        connection.execute(statement)
        connection.commit()
    finally:
        connection.close()
