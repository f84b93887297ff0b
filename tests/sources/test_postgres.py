"""A real PostgreSQL: read through the door of every file, never written, and good enough for projects."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pandas as pd
import pytest

from forecasting.errors import SourceError, StoreError
from forecasting.ingest.sales import import_sales
from forecasting.services.connections import Connection, read_query, read_whole, tables_of
from forecasting.store.projects import open_store
from tests.sources.conftest import PASSWORD

pytestmark = pytest.mark.db
NOW = datetime(2026, 6, 28, 18, 30)


def test_a_table_passes_the_door_of_every_file(tills):
    assert tables_of(tills) == ["sales"]
    imported = import_sales(read_whole(tills, "sales"), name="tills.csv")
    assert imported.report["questions"] == []
    assert sorted(imported.sales["unique_id"].unique()) == ["00042", "tea"]  # a code keeps its zeros
    assert len(imported.sales) == 120
    monday = imported.sales[imported.sales["ds"] == "2024-01-01"]
    assert monday["y"].tolist() == [4, 4]
    assert imported.items["price"].tolist() == [1.25, 1.25]  # not 1,250


def test_a_query_gives_its_rows(tills):
    query = (
        "SELECT day, sum(units)::int AS units FROM sales WHERE item NOT LIKE '%;%' AND item <> ':x %s' "
        "GROUP BY day ORDER BY day;"
    )
    first, second, *rest = read_query(tills, query).decode().splitlines()
    assert (first, second, len(rest)) == ("day,units", "2024-01-01,8", 59)


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM sales",
        "WITH gone AS (DELETE FROM sales RETURNING *) SELECT * FROM gone",
        "SELECT 1; DELETE FROM sales",
        "SELECT * INTO copied FROM sales",
        "SELECT E'\\''; DELETE FROM sales; SELECT '",
        "SELECT $$'$$; DELETE FROM sales; SELECT '",
        "SELECT 1 /* ' */; DELETE FROM sales; --'",
    ],
)
def test_a_query_that_writes_is_refused_in_one_sentence_and_the_data_stay(tills, execute, query):
    with pytest.raises(SourceError, match="Nothing was run"):
        read_query(tills, query)
    assert execute("SELECT count(*) FROM sales") == [(120,)]


def test_what_gets_past_the_look_at_the_words_is_stopped_by_the_database(tills, execute):
    execute(
        "CREATE OR REPLACE FUNCTION sly() RETURNS int LANGUAGE sql AS 'DELETE FROM sales RETURNING 1'",
        "CREATE OR REPLACE FUNCTION again() RETURNS text LANGUAGE sql AS "
        "$$SELECT set_config('transaction_read_only', 'off', false)$$",
    )
    for query in ("SELECT sly()", "SELECT again(), sly()"):
        with pytest.raises(SourceError, match="nothing changed"):
            read_query(tills, query)
    assert execute("SELECT count(*) FROM sales") == [(120,)]


def test_a_slow_query_is_stopped(tills):
    with pytest.raises(SourceError, match="took too long"):
        read_query(tills, "SELECT pg_sleep(30)", seconds=0.3)


def test_more_rows_than_a_project_holds_are_refused_whole(tills):
    query = "SELECT a.day FROM sales a, sales b, sales c, sales d"  # 207 million, of which few are fetched
    with pytest.raises(SourceError, match="more than 1,000 rows"):
        read_query(tills, query, most_rows=1000)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ((PASSWORD, "wrong-password"), "does not answer, or refuses the login"),
        (("127.0.0.1:", "127.0.0.1:1"), "does not answer, or refuses the login"),
        (("postgresql+psycopg", "nonsense"), "does not answer, or refuses the login"),
    ],
)
def test_a_database_that_is_down_is_one_sentence_without_the_login(server, change, why):
    url = server.replace(*change)
    with pytest.raises(SourceError, match=why) as refusal:
        tables_of(Connection("tills", url))
    assert refusal.value.__cause__ is None
    said = str(refusal.value) + repr(Connection("tills", url))
    assert all(word not in said for word in (PASSWORD, "wrong-password", "tester", "127.0.0.1"))


def test_a_mistake_in_the_query_is_told_in_the_words_of_the_database(tills):
    with pytest.raises(SourceError, match='relation "salez" does not exist'):
        read_query(tills, "SELECT * FROM salez")
    with pytest.raises(SourceError, match="has no table 'pg_user'"):
        read_whole(tills, "pg_user")


def test_projects_live_in_postgres_as_they_do_in_sqlite(server):
    store = open_store(server)
    project = store.create("Bakery", now=NOW)
    frame = pd.DataFrame({"unique_id": ["a", "b"], "y": [1.5, 2.0]})
    store.save(project, documents={"n": {"x": [1, None]}}, frames={"sales": frame, "twin": frame}, now=NOW)
    store.close()
    store = open_store(server)  # as after a restart
    loaded = store.load(project)
    assert (loaded.name, loaded.created, loaded.documents) == ("Bakery", NOW, {"n": {"x": [1, None]}})
    pd.testing.assert_frame_equal(store.frame(loaded.frames["sales"]), frame)
    store.remove(project, ["twin", "n"])
    assert list(store.load(project).frames) == ["sales"]
    store.delete(project)
    with pytest.raises(StoreError, match="No project has this link"):
        store.load(project)
    assert store.tidy() == 0  # the frame went with the project
    store.close()


def test_many_writers_on_postgres_lose_nothing(server):
    store = open_store(server)
    project = store.create("Shared", now=NOW)
    frame = pd.DataFrame({"y": [1.0]})

    def write(number):
        store.save(project, documents={f"d{number}": number}, frames={f"f{number}": frame}, now=NOW)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(24)))
    loaded = store.load(project)
    assert loaded.documents == {f"d{n}": n for n in range(24)}
    assert len(set(loaded.frames.values())) == 1
    assert len(loaded.frames) == 24
    store.close()
