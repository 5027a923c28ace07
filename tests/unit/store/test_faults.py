"""Servers that fail in each way there is; and a real MLflow server, which does not."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from nbtrack.errors import NbtrackError, StoreUnavailable
from nbtrack.store.asking import ask
from nbtrack.store.faults import body_of, understood
from nbtrack.store.opened import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ERROR = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\n\r\noops"
LOGIN = b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-Length: 4\r\n\r\nwho?"
FORBIDDEN = (
    b"HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: 59\r\n\r\n"
    b'{"error_code": "PERMISSION_DENIED", "message": "not for me"}'
)
HALF = (
    b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"experiments": [{"na'
)


@contextmanager
def server(says: bytes | None) -> Iterator[str]:
    """Listen, and say that to whoever comes; nothing at all if None."""
    kept = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                kept.append(connection)
                connection.recv(65536)
                if says is not None:
                    connection.sendall(says)
                    connection.close()

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://user:hunter2@127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)
    for connection in kept:
        connection.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "1")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("says", "code", "words"),
    [
        (None, "store_unavailable", "does not answer"),
        (ERROR, "store_unavailable", "error (500)"),
        (LOGIN, "login_needed", "asks for a login"),
        (FORBIDDEN, "login_needed", "asks for a login"),
        (HALF, "store_unavailable", "broke off"),
        (b"", "store_unavailable", "broke off"),
    ],
)
@pytest.mark.parametrize("call", ["ping", "experiments", "run"])
def test_each_says_which_it_is(tmp_path: Path, says: bytes | None, code: str, words: str, call: str) -> None:
    with server(says) as uri:
        store = Store(uri, tmp_path)
        store.warm_up()
        store.ready()
        arguments = {"run_id": "0" * 32} if call == "run" else {}
        with pytest.raises(NbtrackError) as error:
            ask(store, call, arguments)
        body = body_of(error.value)
        assert (body["code"], body["status"]) == (code, 503), body
        assert words in body["message"]
        assert "hunter2" not in str(body)


@pytest.mark.usefixtures("impatient")
def test_nobody_is_there(tmp_path: Path) -> None:
    with server(b"") as uri:
        pass
    store = Store(uri, tmp_path)
    store.warm_up()
    store.ready()
    with pytest.raises(StoreUnavailable, match="can't be reached"):
        ask(store, "ping", {})


def test_what_is_no_fault_of_the_store_is_not_called_one() -> None:
    assert understood(KeyError("x"), "sqlite:///x.db") is None
    assert understood(ZeroDivisionError(), "http://x") is None
