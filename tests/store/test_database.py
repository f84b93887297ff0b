"""The statements suit both databases; PostgreSQL itself is not needed to see that its SQL can be written."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable

from forecasting.store.database import Database, metadata
from forecasting.store.projects import open_store
from tests.conftest import ROOT


@pytest.mark.parametrize("dialect", [postgresql.dialect(), sqlite.dialect()], ids=lambda d: d.name)
def test_every_table_can_be_written_for(dialect):
    made = " ".join(
        str(CreateTable(t, if_not_exists=True).compile(dialect=dialect)) for t in metadata.sorted_tables
    )

    assert re.findall(r"CREATE TABLE IF NOT EXISTS (\w+)", made)[-1] == "frames"  # after what it refers to
    assert made.count("ON DELETE CASCADE") == 2
    assert ("BYTEA" if dialect.name == "postgresql" else "BLOB") in made


def test_only_one_module_of_the_product_knows_sqlalchemy():
    knowing = [p.name for p in (ROOT / "forecasting").rglob("*.py") if "import sqlalchemy" in p.read_text()]

    assert knowing == ["database.py"]


def test_a_writer_that_reads_first_makes_others_wait_and_loses_nothing(tmp_path):
    url = f"sqlite:///{tmp_path}/shelfwise.db"
    store, database = open_store(url), Database(url)
    now = datetime(2026, 6, 28, tzinfo=UTC)
    project = store.create("Bakery", now=now)

    with ThreadPoolExecutor(1) as pool:
        with database.transaction(writes=True) as transaction:
            assert transaction.project(project) is not None
            other = pool.submit(store.save, project, documents={"a": 1}, now=now)
            time.sleep(0.2)  # without the early lock the other writer gets in here, and ours is refused
            assert transaction.change_project(project, name="Dairy")
        other.result(timeout=10)

    loaded = store.load(project)
    assert (loaded.name, loaded.documents) == ("Dairy", {"a": 1})
    store.close()
    database.close()
