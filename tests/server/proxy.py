"""A real MLflow server, and between it and the client a network with faults."""

from __future__ import annotations

import contextlib
import os
import socket
import socketserver
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Literal
from urllib.error import URLError
from urllib.request import urlopen

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Mode = Literal["pass", "mute", "500", "half", "401", "429", "closed"]

_ANSWERS = {
    "500": b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\nConnection: close\r\n\r\noops",
    "half": b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{"experi',
    "401": b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nConnection: close\r\n\r\n",
    "429": b"HTTP/1.1 429 Slow Down\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "closed": b"",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def mlflow_server(folder: Path) -> Iterator[int]:
    """Run MLflow's own server on a new SQLite store; yields its port."""
    port = free_port()
    command = [
        sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "1", "--backend-store-uri", f"sqlite:///{folder}/server.db",
        "--artifacts-destination", str(folder / "a"),
    ]  # fmt: skip
    log = (folder / "server.log").open("wb")
    # Its jobs would be seven more processes, for what nobody asks here.
    environment = {**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    process = psutil.Popen(command, stdout=log, stderr=log, cwd=folder, env=environment)
    try:
        until = time.monotonic() + 120
        while True:
            try:
                urlopen(f"http://127.0.0.1:{port}/health", timeout=2).close()
                break
            except (OSError, URLError):
                assert process.poll() is None, (folder / "server.log").read_text()
                assert time.monotonic() < until
                time.sleep(0.2)
        yield port
    finally:
        for one in [*process.children(recursive=True), process]:
            with contextlib.suppress(psutil.Error):
                one.kill()
        process.wait()
        log.close()


class Network(socketserver.ThreadingTCPServer):
    """Passes connections on, or does with them what `mode` says."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, upstream: int) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.upstream = upstream
        self.mode: Mode = "pass"
        self.asked = 0
        self.delay = 0.0  # seconds, for what may change something: a GET is answered at once
        self.over = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def close(self) -> None:
        self.over.set()
        self.shutdown()
        self.server_close()


class _Connection(socketserver.BaseRequestHandler):
    server: Network

    def handle(self) -> None:
        with contextlib.suppress(ConnectionRefusedError):  # nobody is there: the client's connection ends
            self._handle()

    def _handle(self) -> None:
        first = self.request.recv(1 << 16)
        self.server.asked += 1
        mode = self.server.mode
        if not first.startswith(b"GET"):
            time.sleep(self.server.delay)
        if mode == "mute":
            self.server.over.wait()
        elif mode == "pass":
            with socket.create_connection(("127.0.0.1", self.server.upstream)) as there:
                there.sendall(first)
                back = threading.Thread(target=_pump, args=(there, self.request), daemon=True)
                back.start()
                # While the connection is kept alive, requests meet the faults of their own time.
                while data := self._more():
                    if self.server.mode != "pass":
                        return self._fault()
                    if not data.startswith(b"GET"):
                        time.sleep(self.server.delay)
                    there.sendall(data)
        else:
            self._fault()
        return None

    def _more(self) -> Any:
        with contextlib.suppress(OSError):
            return self.request.recv(1 << 16)
        return b""

    def _fault(self) -> None:
        if self.server.mode == "mute":
            self.server.over.wait()
        else:
            self.request.sendall(_ANSWERS.get(self.server.mode, b""))


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
