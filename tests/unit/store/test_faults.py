"""Servers that fail in each way there is; and a real MLflow server, which does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nbtrack.errors import NbtrackError, StoreUnavailable
from nbtrack.store.asking import ask
from nbtrack.store.faults import body_of, understood
from nbtrack.store.opened import Store
from tests.unit.store.saying import ERROR, FORBIDDEN, HALF, LOGIN, saying

if TYPE_CHECKING:
    from pathlib import Path


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
        (FORBIDDEN, "login_needed", "does not let this login in"),
        (HALF, "store_unavailable", "broke off"),
        (b"", "store_unavailable", "broke off"),
    ],
)
@pytest.mark.parametrize("call", ["ping", "experiments", "run"])
def test_each_says_which_it_is(tmp_path: Path, says: bytes | None, code: str, words: str, call: str) -> None:
    with saying(says) as server:
        store = Store(f"http://user:hunter2@127.0.0.1:{server.port}", tmp_path)
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
    with saying(b"") as server:
        pass
    store = Store(server.uri, tmp_path)
    store.warm_up()
    store.ready()
    with pytest.raises(StoreUnavailable, match="can't be reached"):
        ask(store, "ping", {})


def test_what_is_no_fault_of_the_store_is_not_called_one() -> None:
    assert understood(KeyError("x"), "sqlite:///x.db") is None
    assert understood(ZeroDivisionError(), "http://x") is None
