"""Databases that are files, and what names a database."""

import sqlite3

import pytest
import sqlalchemy as sa

from forecasting.errors import MissingLibrary, SourceError
from forecasting.ingest.rows import rows_csv
from forecasting.ingest.sales import import_sales
from forecasting.ingest.statement import checked_statement
from forecasting.services.connections import Connection, connections, read_query, read_whole, tables_of
from forecasting.store.readers import not_given

ROWS = [(f"2024-01-{day:02}", "tea", day + 0.125) for day in range(1, 29)]


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "till #1.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE sales (day text, item text, units real)")
        connection.executemany("INSERT INTO sales VALUES (?, ?, ?)", ROWS)
        connection.execute("CREATE VIEW half AS SELECT * FROM sales WHERE units < 10")
    connection.close()
    return file


def test_an_sqlite_file_is_read_and_stays_as_it_is(path):
    till, before = Connection("till", f"sqlite:///{path}"), path.read_bytes()
    assert tables_of(till) == ["half", "sales"]
    sales = import_sales(read_whole(till, "sales"), name="till.csv").sales
    assert sales["y"].tolist() == [units for _, _, units in ROWS]
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_an_sqlite_file_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(SourceError, match="does not answer"):
        tables_of(Connection("till", f"sqlite:///{tmp_path / 'none.db'}"))
    assert list(tmp_path.iterdir()) == []


def test_an_endless_query_on_sqlite_is_stopped(path):
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with pytest.raises(SourceError, match="took too long"):
        read_query(Connection("till", f"sqlite:///{path}"), endless, seconds=0.2)


def test_a_duckdb_file_is_read_and_no_other_file_through_it(tmp_path):
    pytest.importorskip("duckdb_engine", reason="the DuckDB driver of requirements-databases.txt is missing")
    file, other = tmp_path / "shop.duckdb", tmp_path / "private.csv"
    other.write_text("a,b\n1,2\n")
    engine = sa.create_engine(f"duckdb:///{file}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE sales (day date, units integer)")
        connection.exec_driver_sql("INSERT INTO sales VALUES ('2024-01-01', 3), ('2024-01-02', 4)")
    engine.dispose()
    shop = Connection("shop", f"duckdb:///{file}")
    assert read_whole(shop, "sales") == b"day,units\n2024-01-01,3\n2024-01-02,4\n"
    with pytest.raises(SourceError, match="did not give the rows"):
        read_query(shop, f"SELECT * FROM read_csv('{other}')")


def test_a_missing_driver_says_what_to_install():
    with pytest.raises(MissingLibrary, match=r"requirements-databases\.txt"):
        tables_of(Connection("erp", "oracle+oracledb://me:secret@erp/xe"))


def test_databases_are_named_by_the_environment_before_the_secrets():
    named = connections(
        {"SHELFWISE_DB_TILLS": "sqlite:///a.db", "SHELFWISE_DB_OFF": " ", "OTHER": "x"},
        {"databases": {"tills": "sqlite:///b.db", "erp": "sqlite:///c.db"}},
    )
    assert {name: found.url for name, found in named.items()} == {
        "erp": "sqlite:///c.db",
        "tills": "sqlite:///a.db",
    }


@pytest.mark.parametrize(
    "query",
    [
        "select day, units from sales where item = 'it''s; -- drop'",
        'WITH a AS (SELECT "update" FROM t) SELECT * FROM a ;',
        "(SELECT 1) UNION ALL (SELECT 2)",
    ],
)
def test_a_query_that_only_reads_passes_unchanged(query):
    assert checked_statement(query) == query.rstrip(" ;")


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("", "Only one SELECT"),
        ("SHOW TABLES", "begins with 'SHOW TABLES'"),
        ("SELECT * FROM t INTO OUTFILE '/tmp/x'", "holds INTO"),
        ("SELECT * FROM t FOR UPDATE", "holds UPDATE"),
        ("SELECT 'open", "never closed"),
        ("SELECT 1 -- why", "holds '--'"),
        ("SELECT `a`#'\n; DROP TABLE t; '", "holds '#'"),
        ("SELECT [a'] ; DROP TABLE t --']", "reads alike"),
        ("SELECT 1; SELECT 2", "more than one statement"),
        ("SELECT " + "1," * 20_000 + "1", "too long"),
    ],
)
def test_what_is_not_one_reading_statement_is_refused(query, why):
    with pytest.raises(SourceError, match=why):
        checked_statement(query)


def test_rows_that_no_history_can_hold_are_refused():
    with pytest.raises(SourceError, match="no rows"):
        rows_csv(["a"], [])
    with pytest.raises(SourceError, match="binary data"):
        rows_csv(["a"], [(b"\x00",)])


def test_numbers_with_three_decimals_are_no_thousands():
    rows = [(f"2024-01-{d:02}", 1.234) for d in range(1, 10)]
    imported = import_sales(rows_csv(["day", "units"], rows), name="x.csv")
    assert imported.report["questions"] == []
    assert set(imported.sales["y"]) == {1.234}


@pytest.mark.parametrize(
    "said",
    [
        (1064, "You have an error in your SQL syntax; check the manual\nnear 'SELEC'"),  # MySQL's drivers
        ("You have an error in your SQL syntax; check the manual",),  # the others
    ],
)
def test_a_database_s_reason_is_told_in_its_words_without_the_driver_s_tuple(said):
    error = sa.exc.ProgrammingError("SELEC 1", {}, Exception(*said))
    assert str(not_given(error, None)) == (
        "The database did not give the rows: You have an error in your SQL syntax; check the manual. "
        "Nothing was read and nothing changed."
    )
