"""Before a server: one that knows only some of MLflow's requests, as older servers and Azure's do."""

from __future__ import annotations

import contextlib
import threading
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Lacking(ThreadingHTTPServer):
    """A server that passes on what it knows.

    Attributes
    ----------
    unknown
        Parts of paths that it answers with 404, and nothing else.
    refused
        Parts of queries that it answers with an error of MLflow's, as it would for a filter that it can't.
    """

    daemon_threads = True

    def __init__(self, upstream: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = upstream
        self.unknown: tuple[str, ...] = ()
        self.refused: tuple[str, ...] = ()
        self.heard: list[str] = []

    @property
    def uri(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Lacking
    protocol_version = "HTTP/1.1"

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.heard.append(self.path)
        if any(part in self.path for part in self.server.unknown):
            return self._answer(404, b"")
        if any(part in self.path for part in self.server.refused):
            return self._answer(400, b'{"error_code": "INVALID_PARAMETER_VALUE", "message": "not here"}')
        there = HTTPConnection("127.0.0.1", self.server.upstream, timeout=60)
        with contextlib.closing(there):
            kept = {key: value for key, value in self.headers.items() if key.lower() != "host"}
            there.request(self.command, self.path, body, kept)
            answer = there.getresponse()
            return self._answer(answer.status, answer.read())

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = _pass  # noqa: N815 - http.server's names

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Say nothing."""


@contextlib.contextmanager
def lacking(upstream: int) -> Iterator[Lacking]:
    with Lacking(upstream) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
