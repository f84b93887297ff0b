"""The tab for databases: a table or a query of one that the server knows by name."""

import streamlit as st

from forecasting.errors import ForecastingError
from forecasting.services.connections import Connection, connections, read_query, read_whole, tables_of
from ui.fetched import keep_fetched
from ui.sentences import show_refusal
from ui.server_secrets import environment, secrets

TABLE, QUERY = "A table", "A query"
KIND = "database"


def database_source() -> None:
    """Let a table or a SELECT of a named database be read; its rows are then read like a file."""
    named = connections(environment(), secrets())
    if not named:
        st.info(
            "No database is named yet. Whoever runs this server names one in its environment "
            "(`SHELFWISE_DB_TILLS=postgresql+psycopg://…`) or in its secrets file, under `[databases]`; "
            "address and login never reach this page."
        )
        return
    st.write("Rows are only ever read: a query that writes is refused, and the database is told so as well.")
    left, right = st.columns(2)
    chosen = named[left.selectbox("Database", list(named), key="database", persist_state="session")]
    with right:
        kind = st.segmented_control("Read", [TABLE, QUERY], default=TABLE, key="database_kind", required=True)
    try:
        _table(chosen) if kind == TABLE else _query(chosen)
    except ForecastingError as error:
        show_refusal(error)


def _table(chosen: Connection) -> None:
    table = st.selectbox("Table or view", _tables(chosen.name, chosen), key="database_table")
    if table is not None and st.button("Read the table", type="primary", key="read_table"):
        with st.spinner("Reading the table"):
            keep_fetched(read_whole(chosen, table), f"{chosen.name} {table}", kind=KIND, origin=chosen.name)


def _query(chosen: Connection) -> None:
    query = st.text_area(
        "One SELECT", key="database_query", persist_state="session", height=120,
        placeholder="SELECT day, shop, item, units, price FROM sales WHERE day >= '2024-01-01'",
    )  # fmt: skip
    if st.button("Run the query", type="primary", key="run_query") and query.strip():
        with st.spinner("Running the query"):
            keep_fetched(read_query(chosen, query), f"{chosen.name} query", kind=KIND, origin="a query")


@st.cache_data(ttl=60, max_entries=20, show_spinner="Looking at the tables")
def _tables(name: str, _chosen: Connection) -> list[str]:
    del name
    return tables_of(_chosen)
