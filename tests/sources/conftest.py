"""A PostgreSQL server of our own, in a temporary folder, on a loopback port."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

from forecasting.services.connections import Connection

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
PASSWORD = "s3cret-of-the-tests"


def as_postgres(command: list[str]) -> None:
    """PostgreSQL refuses to run as root."""
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run([*user, *command], capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def server():
    """The address of an empty PostgreSQL database whose login needs a password."""
    if not PROGRAMS:
        pytest.skip("no PostgreSQL server is installed on this machine (Debian: apt-get install postgresql)")
    if os.geteuid() == 0 and not _has_user("postgres"):
        pytest.skip("PostgreSQL does not run as root and this machine has no user postgres")
    folder = Path(tempfile.mkdtemp(prefix="shelfwise-pg-"))
    password = folder / "password"
    password.write_text(PASSWORD)
    if os.geteuid() == 0:
        for path in (folder, password):
            shutil.chown(path, "postgres")
    bin_folder, data = PROGRAMS[-1].parent, folder / "data"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    as_postgres(
        [str(bin_folder / "initdb"), "-D", str(data), "-U", "tester", "-A", "scram-sha-256", "-E", "UTF8",
         "--locale=C", "--no-sync", f"--pwfile={password}"]
    )  # fmt: skip
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off -k {folder}"
    control = [str(bin_folder / "pg_ctl"), "-D", str(data), "-w"]
    as_postgres([*control, "-o", options, "-l", str(folder / "log"), "start"])
    yield f"postgresql+psycopg://tester:{PASSWORD}@127.0.0.1:{port}/postgres"
    as_postgres([*control, "-m", "immediate", "stop"])
    shutil.rmtree(folder)


@pytest.fixture
def tills(server):
    """A database with 60 days of sales of two items, as a named connection."""
    _execute(
        server,
        "DROP TABLE IF EXISTS sales",
        "CREATE TABLE sales (day date, item text, units integer, price numeric(8, 3))",
        "INSERT INTO sales SELECT d::date, i, 3 + extract(dow FROM d)::int, 1.250 "
        "FROM generate_series('2024-01-01'::date, '2024-02-29', '1 day') d, unnest(ARRAY['tea', '00042']) i",
    )
    return Connection("tills", server)


@pytest.fixture
def execute(server):
    return lambda *statements: _execute(server, *statements)


def _execute(url, *statements):
    import psycopg

    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        cursor = None
        for statement in statements:
            cursor = connection.execute(statement)
        return cursor.fetchall() if cursor is not None and cursor.description else []


def _has_user(name: str) -> bool:
    return any(user.pw_name == name for user in pwd.getpwall())
