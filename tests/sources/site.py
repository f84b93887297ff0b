"""A small web site on loopback, for the tests of web addresses."""

import gzip
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CSV = b"date,units\n2024-01-01,3\n2024-01-02,4\n"
JSON = (
    b'{"meta": {"pages": 1}, "data": '
    b'[{"date": "2024-01-01", "shop": {"id": "07"}, "units": 3.125}, {"date": "2024-01-02"}]}'
)
ORDERS = (
    b'{"orders": [{"placed": "2024-01-01", "quantity": 4, "lines": [{"sku": "tea", "qty": 1}, {"sku": "mug", '
    b'"qty": 3}]}, {"placed": "2024-01-02", "quantity": 4, "lines": [{"sku": "tea", "qty": 2}, '
    b'{"sku": "mug", "qty": 2}]}]}'
)
SAID = {
    "/api/sales": JSON,
    "/api/v1/sales": JSON,
    "/api/v1/orders": ORDERS,
    "/said": b'"Please log in"',
}
PLACES = {
    "/to-metadata": "http://169.254.169.254/latest/meta-data/",
    "/to-private": "https://10.1.2.3/x.csv",
    "/to-file": "file:///etc/passwd",
    "/round": "/round",
    "/moved": "/sales.csv",
}


class Site(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        if self.path in PLACES or self.path.startswith("/elsewhere"):
            place = PLACES.get(self.path) or f"http://127.0.0.1:{self.path.rpartition(':')[2]}/sales.csv"
            return self._say(302, b"", Location=place)
        if self.path == "/sales.csv":
            return self._say(200, CSV, **{"Content-Type": "text/csv"})
        if self.path in SAID:
            return self._say(200, SAID[self.path], **{"Content-Type": "application/json; charset=utf-8"})
        if self.path == "/page":
            return self._say(200, b"<!doctype html><p>Please log in", **{"Content-Type": "text/html"})
        if self.path == "/packed":
            bomb = gzip.compress(b"0" * 50_000_000)
            return self._say(200, bomb, **{"Content-Type": "text/csv", "Content-Encoding": "gzip"})
        if self.path == "/drip":
            return self._drip()
        if self.path == "/empty":
            return self._say(200, b"")
        return self._say(404, b"")

    def _say(self, status, content, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _drip(self):
        """A byte at a time, each well within any timeout of the line."""
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(200):
                self.wfile.write(b"1")
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            return

    def log_message(self, *_):
        return


@contextmanager
def site(context=None):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads, server.block_on_close, server.asked = True, False, []
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
