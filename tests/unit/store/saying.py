"""A server of few words: it says the same to whoever comes, or nothing at all."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ERROR = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\n\r\noops"
LOGIN = b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-Length: 4\r\n\r\nwho?"
FORBIDDEN = (
    b"HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: 59\r\n\r\n"
    b'{"error_code": "PERMISSION_DENIED", "message": "not for me"}'
)
HALF = (
    b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"experiments": [{"na'
)
WELL = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


class Saying:
    """What it says, and the requests that it heard.

    Attributes
    ----------
    says
        Bytes; nothing if None. May be changed.
    """

    def __init__(self, says: bytes | None, listening: socket.socket) -> None:
        self.says = says
        self.heard: list[bytes] = []
        self.port: int = listening.getsockname()[1]
        self.uri = f"http://127.0.0.1:{self.port}"
        self.kept: list[socket.socket] = []
        self._listening = listening

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.kept.append(connection)
            with contextlib.suppress(OSError):
                self.heard.append(connection.recv(65536))
                if self.says is not None:
                    connection.sendall(self.says)
                    connection.close()

    def logins(self) -> list[str | None]:
        """Return the logins that it heard."""
        lines = [request.decode("latin-1").split("\r\n") for request in self.heard]
        return [
            next((line.split(": ", 1)[1] for line in one if line.lower().startswith("authorization:")), None)
            for one in lines
        ]


@contextlib.contextmanager
def saying(says: bytes | None) -> Iterator[Saying]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Saying(says, listening)
        threading.Thread(target=server.serve, daemon=True).start()
        yield server
        listening.shutdown(socket.SHUT_RDWR)
    for connection in server.kept:
        connection.close()
