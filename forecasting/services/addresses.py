"""Tables behind web addresses, and the headers that whoever runs the server has named for some of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from forecasting.errors import SettingsError, SourceError
from forecasting.ingest.json_table import is_json
from forecasting.ingest.web import Limits, fetch

PREFIX = "SHELFWISE_API_"  # of a variable that holds an address and its headers
LOOPBACK = "SHELFWISE_ALLOW_LOOPBACK"  # "1": addresses of this computer too, for tests
HTML = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True)
class Service:
    """A web service by its name: where its addresses begin, and the headers it is asked with."""

    name: str
    address: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)  # secrets: never printed


def services(environment: Mapping[str, str], secrets: Mapping[str, Any]) -> dict[str, Service]:
    """Return the web services that are named, by name.

    `SHELFWISE_API_WEATHER={"address": "https://…", "headers": {"Authorization": "Bearer …"}}` names one
    "weather"; so does a table `[addresses.weather]` in the secrets file. The environment wins.
    """
    stated: dict[str, Any] = {str(name): said for name, said in dict(secrets.get("addresses", {})).items()}
    for name, text in environment.items():
        if name.startswith(PREFIX) and text.strip():
            stated[name.removeprefix(PREFIX).lower()] = _read(name, text)
    return {name: _service(name, said) for name, said in sorted(stated.items())}


def limits(environment: Mapping[str, str]) -> Limits:
    """Return how much is waited for; this computer's own addresses only where a setting allows them."""
    return Limits(loopback=environment.get(LOOPBACK, "") == "1")


def read_address(
    address: str, *, service: Service | None = None, limits: Limits | None = None
) -> tuple[bytes, str]:
    """Return a table behind an address as the bytes of a file, and a name for it.

    It goes through the door of files as it came. The headers of a `service` go to addresses under its
    own only.
    """
    if service is not None and not _under(address, service.address):
        raise SourceError(
            f"The headers of {service.name!r} go to addresses that begin with its own only; choose 'none' or "
            "an address of that service."
        )
    page = fetch(address, headers=service.headers if service else None, limits=limits)
    name = PurePosixPath(urlsplit(page.address).path).name or urlsplit(page.address).hostname or "address"
    if not page.content.strip():
        raise SourceError(f"{urlsplit(page.address).hostname} gives an empty answer; nothing was read.")
    if page.kind == "application/json" and not is_json(page.content):
        raise SourceError(
            f"{urlsplit(page.address).hostname} answers JSON without a list of records; check the address."
        )
    if page.kind in HTML or page.content.lstrip()[:1] == b"<":
        raise SourceError(
            f"{urlsplit(page.address).hostname} gives a web page, not a table; use the address of its CSV, "
            "XLSX or JSON download."
        )
    return page.content, name


def _read(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise _unreadable(name) from None  # the text itself holds secrets


def _service(name: str, said: Any) -> Service:
    address = said.get("address", "") if isinstance(said, Mapping) else ""
    headers = dict(said.get("headers", {})) if isinstance(said, Mapping) else {}
    if not str(address).startswith(("https://", "http://")):
        raise _unreadable(name)
    return Service(name, str(address), {str(key): str(value) for key, value in headers.items()})


def _unreadable(name: str) -> SettingsError:
    return SettingsError(
        f"The web service {name} is not set as it should be: an address that begins with https:// and, where "
        "it needs them, headers."
    )


def _under(address: str, beginning: str) -> bool:
    """Return whether an address lies under another: same scheme, host and port, path within its path.

    >>> _under("https://a.org/v1/x.csv", "https://a.org/v1"), _under("https://a.org.evil/v1/x", "https://a.org/v1")
    (True, False)
    """
    try:
        one, other = urlsplit(address.strip()), urlsplit(beginning.strip())
        same = (one.scheme, one.hostname, one.port) == (other.scheme, other.hostname, other.port)
    except ValueError:
        return False
    folder = other.path.rstrip("/")
    inside = one.path == folder or one.path.startswith(f"{folder}/")
    return same and inside and ".." not in one.path.split("/")
