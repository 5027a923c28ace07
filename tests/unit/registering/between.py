"""A network that loses or refuses single requests on their way to a server."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Fate = Literal["pass", "lost", "unsent", "forbidden", "login", "unknown"]
"""Lost: the server does it, and its answer never comes. Unsent: the request never reaches it."""

_REFUSALS = {
    "forbidden": (403, b'{"error_code": "PERMISSION_DENIED", "message": "not for you"}'),
    "login": (401, b"You are not authenticated."),
    "unknown": (404, b""),
}


class Between(ThreadingHTTPServer):
    """Passes requests on, or does with them what `fate` says of method and path."""

    daemon_threads = True

    def __init__(self, upstream: int) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.upstream = upstream
        self.fate: Callable[[str, str], Fate] = lambda *_: "pass"
        self.asked: list[tuple[str, str]] = []
        self.uri = f"http://127.0.0.1:{self.server_address[1]}"


class _Request(BaseHTTPRequestHandler):
    server: Between
    protocol_version = "HTTP/1.1"

    def _handle(self) -> None:
        path = self.path.partition("?")[0]
        self.server.asked.append((self.command, path))
        fate = self.server.fate(self.command, path)
        body = self._body()
        if fate == "unsent":
            return self._drop()
        if fate in _REFUSALS:
            return self._answer(*_REFUSALS[fate], [("Content-Type", "application/json")])
        connection = http.client.HTTPConnection("127.0.0.1", self.server.upstream, timeout=60)
        with contextlib.closing(connection):
            headers = {
                key: value for key, value in self.headers.items() if key.lower() != "transfer-encoding"
            }
            try:
                connection.request(self.command, self.path, body, headers)
                answer = connection.getresponse()
                content = answer.read()
            except OSError:
                return self._drop()
        if fate == "lost":
            return self._drop()
        return self._answer(answer.status, content, answer.getheaders())

    def _body(self) -> bytes | None:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            size = int(self.headers.get("Content-Length") or 0)
            return self.rfile.read(size) if size else None
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _answer(self, status: int, content: bytes, headers: list[tuple[str, str]]) -> None:
        self.send_response(status)
        for key, value in headers:
            if key.lower() not in {"content-length", "transfer-encoding", "connection", "date", "server"}:
                self.send_header(key, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _drop(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


for _verb in ("GET", "POST", "PUT", "PATCH", "DELETE"):
    setattr(_Request, f"do_{_verb}", _Request._handle)


@contextlib.contextmanager
def between(upstream: int) -> Iterator[Between]:
    server = Between(upstream)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
