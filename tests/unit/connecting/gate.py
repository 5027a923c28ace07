"""A server that asks for a login, in front of a real MLflow server that does not."""

from __future__ import annotations

import base64
import contextlib
import threading
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

USER, PASSWORD, TOKEN = "ann", "hunter2-canary", "t0k3n-canary"
_LOGINS = {
    f"Basic {base64.b64encode(f'{USER}:{PASSWORD}'.encode()).decode()}": True,
    f"Bearer {TOKEN}": True,
    f"Basic {base64.b64encode(b'bob:known').decode()}": False,  # known, but without a right
}


@contextlib.contextmanager
def gate(uri: str) -> Iterator[str]:
    """Yield the URI of a server that passes on what comes with a login: 401 without, 403 for bob."""
    behind = urlsplit(uri)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._pass()

        def do_POST(self) -> None:
            self._pass()

        def _pass(self) -> None:
            allowed = _LOGINS.get(self.headers.get("Authorization", ""))
            if not allowed:
                self._answer(401 if allowed is None else 403, b"Permission denied", "text/plain")
                return
            connection = HTTPConnection(behind.hostname or "", behind.port, timeout=60)
            size = int(self.headers.get("Content-Length") or 0)
            kept = {name: self.headers[name] for name in ("Content-Type",) if name in self.headers}
            connection.request(self.command, self.path, self.rfile.read(size) if size else None, kept)
            answer = connection.getresponse()
            self._answer(answer.status, answer.read(), answer.headers["Content-Type"])
            connection.close()

        def _answer(self, status: int, body: bytes, kind: str | None) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind or "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
