"""A table behind a web address: fetched with care, for the address was typed by a visitor."""

import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from threading import Timer

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from forecasting.errors import SourceError
from forecasting.ingest.hosts import Target

MOST_BYTES = 200_000_000  # as much as an upload
SECONDS = 30.0  # for everything, redirects included
MOST_REDIRECTS = 5
CHUNK = 65_536
ASKED = {"User-Agent": "Shelfwise", "Accept": "text/csv, application/json;q=0.9, */*;q=0.5"}


@dataclass(frozen=True)
class Limits:
    """How much of a stranger's answer is waited for; `loopback` lets tests serve it from this computer."""

    seconds: float = SECONDS
    most_bytes: int = MOST_BYTES
    loopback: bool = False


@dataclass(frozen=True)
class Page:
    """What an address gave."""

    content: bytes
    kind: str  # the content type, without its parameters
    address: str  # the last one, after redirects


def fetch(address: str, *, headers: Mapping[str, str] | None = None, limits: Limits | None = None) -> Page:
    """Return what an https address gives, or raise `SourceError` in one sentence.

    Every host on the way is checked before it is asked. The headers go to the first host only: a
    redirect elsewhere does not take the secrets along.
    """
    limits = limits or Limits()
    deadline = time.monotonic() + limits.seconds
    target = first = Target(address, loopback=limits.loopback)
    for _ in range(MOST_REDIRECTS + 1):
        own = headers if target.origin == first.origin else None
        with _answer(target, own or {}, deadline) as response:
            location = response.headers.get("Location")
            if response.status not in (301, 302, 303, 307, 308) or not location:
                page = _page(response, target, limits)
                if time.monotonic() >= deadline:  # the line was cut: what came is not all
                    raise _too_slow(target)
                return page
        target = Target(target.beside(location), loopback=limits.loopback)
    raise SourceError(
        f"{first.host} sends on more than {MOST_REDIRECTS} times; give the last address itself."
    )


@contextmanager
def _answer(
    target: Target, headers: Mapping[str, str], deadline: float
) -> Iterator[urllib3.BaseHTTPResponse]:
    """Give the answer of a host; at the deadline the line is cut, however slowly it still drips."""
    left = max(deadline - time.monotonic(), 0.001)
    connection = _connection(target, left)
    lines: list[socket.socket | None] = []
    watch = Timer(left, lambda: _cut(*lines, connection.sock))
    watch.daemon = True
    watch.start()
    try:
        asked = {**ASKED, "Host": _host_header(target), **headers}
        connection.connect()
        lines.append(connection.sock)  # an answer without a length takes the line from the connection
        connection.request("GET", target.path, headers=asked, preload_content=False, decode_content=True)
        with closing(connection.getresponse()) as response:
            yield response
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        if isinstance(error, SourceError):
            raise
        raise _no_answer(target, error, deadline) from None
    finally:
        watch.cancel()
        connection.close()


def _connection(target: Target, seconds: float) -> HTTPConnection:
    computer = str(target.computer)
    if not target.tls:
        return HTTPConnection(computer, target.port, timeout=seconds)
    # Connected by number, vouched for by name.
    return HTTPSConnection(
        computer, target.port, timeout=seconds, cert_reqs="CERT_REQUIRED",
        server_hostname=target.host, assert_hostname=target.host,
    )  # fmt: skip


def _cut(*lines: socket.socket | None) -> None:
    for line in lines:
        with suppress(OSError):  # it may have ended by itself
            if line is not None:
                line.shutdown(socket.SHUT_RDWR)


def _page(response: urllib3.BaseHTTPResponse, target: Target, limits: Limits) -> Page:
    if response.status != 200:
        raise SourceError(
            f"{target.host} answers {response.status} ({response.reason or 'no reason'}) instead of a table; "
            "check the address, and the header if it needs one."
        )
    declared = response.headers.get("Content-Length", "")
    if declared.isdigit() and int(declared) > limits.most_bytes:
        raise _too_large(target, limits)
    content = bytearray()
    while chunk := response.read1(CHUNK):
        content += chunk
        if len(content) > limits.most_bytes:
            raise _too_large(target, limits)
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return Page(bytes(content), kind, target.address)


def _host_header(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    return host if target.port == (443 if target.tls else 80) else f"{host}:{target.port}"


def _no_answer(target: Target, error: Exception, deadline: float) -> SourceError:
    refused = isinstance(error, urllib3.exceptions.NewConnectionError)  # to urllib3 a kind of timeout
    slow = isinstance(error, TimeoutError | urllib3.exceptions.TimeoutError) and not refused
    if slow or time.monotonic() >= deadline:
        return _too_slow(target)
    if "certificate" in str(error).lower() or "doesn't match" in str(error):
        return SourceError(f"{target.host} cannot prove that it is {target.host}; nothing was read.")
    return SourceError(f"{target.host} does not answer as a web server should; nothing was read.")


def _too_slow(target: Target) -> SourceError:
    return SourceError(f"{target.host} took too long and was given up; nothing was read. Try again later.")


def _too_large(target: Target, limits: Limits) -> SourceError:
    return SourceError(
        f"{target.host} gives more than {limits.most_bytes / 1e6:,.0f} MB; nothing was read. Ask for fewer "
        "columns or a shorter time."
    )
