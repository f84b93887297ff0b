"""What all visitors of one server share: the clock, the database, the workers, the background jobs."""

import logging
import os
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from forecasting.evaluation.tasks import Mapper
from forecasting.execution.cluster import Cluster, cluster_address
from forecasting.execution.jobs import Jobs
from forecasting.execution.processes import Processes
from forecasting.services.cells import Said
from forecasting.store.projects import Store, open_store

log = logging.getLogger("shelfwise")
# Finished batches of runs that were stopped, or cut off with the server.
UNFINISHED = Path("var/batches")


def now() -> datetime:
    """Return the time, the only place where pages read the clock."""
    return datetime.now(UTC).replace(tzinfo=None)


@st.cache_resource
def store() -> Store:
    """Return the database: DATABASE_URL, or a file under var/."""
    opened = open_store(os.environ.get("DATABASE_URL") or None)
    opened.tidy()
    return opened


@st.cache_resource
def processes() -> Processes:
    """Return the workers for the heavy models; they give way to the pages (`execution`)."""
    return Processes(workers())


def workers() -> int:
    """Return how many workers this server has for the models."""
    return os.cpu_count() or 1


@st.cache_resource
def cluster(address: str) -> Cluster:
    """Return the Dask cluster at an address."""
    return Cluster(address)


def usual_mapper() -> Mapper:
    """Return what runs the heavy models: the cluster that the environment names, else worker processes."""
    address = cluster_address()
    return cluster(address) if address else processes()


@st.cache_resource(max_entries=1)
def said() -> Said:
    """Return what models have said in the workbench, by a digest of all that decides it."""
    return {}


@st.cache_resource
def jobs() -> Jobs:
    """Return the background jobs of this server."""
    return Jobs(workers=2, on_crash=lambda error: log.error("A job crashed", exc_info=error))
