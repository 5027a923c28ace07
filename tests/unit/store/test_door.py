"""What is known of a tracking server before MLflow can ask it; MLflow itself tells how it would log in."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from nbtrack.errors import NbtrackError
from nbtrack.store import door
from nbtrack.store.asking import ask
from nbtrack.store.faults import body_of
from nbtrack.store.opened import Store
from tests.unit.store.saying import ERROR, FORBIDDEN, HALF, LOGIN, WELL, saying

if TYPE_CHECKING:
    from pathlib import Path

MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nwhat"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hide what this machine would log in with."""
    for name in ("USERNAME", "PASSWORD", "TOKEN", "AUTH", "AWS_SIGV4", "CLIENT_CERT_PATH"):
        monkeypatch.delenv(f"MLFLOW_TRACKING_{name}", raising=False)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "NETRC"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "PATIENCE", 0.3)
    monkeypatch.setattr(door, "_HOLDS", 0.0)


def told(store: Store) -> tuple[str, str]:
    """Return the code and the message of an answer that is an error."""
    with pytest.raises(NbtrackError) as error:
        ask(store, "experiments", {})
    body = body_of(error.value)
    return body["code"], body["message"]


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    ("says", "code", "words"),
    [
        (None, "store_unavailable", "is there but does not answer"),
        (ERROR, "store_unavailable", "error (500)"),
        (LOGIN, "login_needed", "asks for a login"),
        (HALF, "store_unavailable", "broke off"),
        (CHUNKED + b"9\r\nabc", "store_unavailable", "broke off"),
        (CHUNKED + b"3\r\nabc\r\n", "store_unavailable", "broke off"),
        (b"", "store_unavailable", "broke off"),
        (WELL, "starting", "still being loaded"),
        (CHUNKED + b"3\r\nabc\r\n0\r\n\r\n", "starting", "still being loaded"),
        (MISSING, "starting", "still being loaded"),
        (FORBIDDEN, "starting", "still being loaded"),  # that experiment may be somebody else's
        (b"SSH-2.0\r\n", "starting", "still being loaded"),
    ],
)
def test_trouble_is_told_before_mlflow_is_there(tmp_path: Path, says: bytes, code: str, words: str) -> None:
    with saying(says) as server:
        store = Store(f"http://user:hunter2@127.0.0.1:{server.port}", tmp_path)  # nobody imports MLflow
        said = told(store)
    assert said[0] == code
    assert words in said[1]
    assert "hunter2" not in said[1]


def test_nobody_is_there(tmp_path: Path) -> None:
    with saying(None) as server:
        pass
    assert "can't be reached" in told(Store(server.uri, tmp_path))[1]


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    "begins",
    [b"HTTP/1.1 200 OK\r\nX: ", WELL.replace(b"2\r", b"999999\r"), b"HTTP/1.0 200 OK\r\n\r\n"],
)
def test_who_answers_byte_by_byte_is_not_listened_to_for_ever(tmp_path: Path, begins: bytes) -> None:
    with saying(None) as server:
        over = threading.Event()

        def drip() -> None:
            while not server.kept:
                time.sleep(0.01)
            connection = server.kept[0]
            connection.sendall(begins)
            with suppress(OSError):
                while not over.wait(0.02):
                    connection.sendall(b"x")

        threading.Thread(target=drip, daemon=True).start()
        assert "does not answer" in told(Store(server.uri, tmp_path))[1]
        until = time.monotonic() + 30
        while any(thread.name == "nbtrack-door" for thread in threading.enumerate()):
            assert time.monotonic() < until
            time.sleep(0.02)
        over.set()


@pytest.mark.parametrize("certificate", ["", "missing.pem"])
def test_what_is_wrong_with_certificates_is_left_to_mlflow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, certificate: str
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_SERVER_CERT_PATH", certificate)
    with saying(WELL) as server:
        assert told(Store(f"https://127.0.0.1:{server.port}", tmp_path))[0] == "starting"


@pytest.mark.usefixtures("hasty")
def test_a_server_that_recovers_is_well_again(tmp_path: Path) -> None:
    with saying(None) as server:
        store = Store(server.uri, tmp_path)
        assert "does not answer" in told(store)[1]
        server.says = WELL
        until = time.monotonic() + 30
        while told(store)[0] != "starting":
            assert time.monotonic() < until


def test_who_asks_meanwhile_shares_the_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "_HOLDS", 60.0)
    with saying(WELL) as server:
        store = Store(server.uri, tmp_path)
        asking = [threading.Thread(target=store.check_server) for _ in range(9)]
        for one in asking:
            one.start()
        for one in asking:
            one.join()
        assert len(server.heard) == 1


@pytest.mark.usefixtures("hasty")
def test_once_mlflow_is_there_only_silence_counts(tmp_path: Path) -> None:
    with saying(ERROR) as server:
        store = Store(server.uri, tmp_path)
        store.warm_up()
        store.ready()
        for says in (ERROR, LOGIN, HALF, b""):
            server.says = says
            store.check_server()
        server.says = None
        with pytest.raises(NbtrackError, match="does not answer"):
            ask(store, "pulse", {})
    door.Door(server.uri).check(silence_only=True)  # nobody is there: MLflow sees that by itself


@pytest.mark.parametrize("user", ["", "ann:p%40ss@", "tok-en@"])
@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"USERNAME": "bob", "PASSWORD": "secret"},
        {"USERNAME": "bob"},
        {"TOKEN": "t0ken"},
        {"TOKEN": "t0ken", "USERNAME": "bob", "PASSWORD": "secret"},
    ],
)
def test_it_logs_in_as_mlflow_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, user: str, environment: dict[str, str]
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(f"MLFLOW_TRACKING_{name}", value)
    with saying(LOGIN) as server:
        store = Store(f"http://{user}127.0.0.1:{server.port}/prefix/", tmp_path)
        assert told(store)[0] == "login_needed"
        (ours,) = server.logins()
        store.warm_up()
        store.ready()
        assert told(store)[0] == "login_needed"
        assert server.logins()[-1] == ours
        assert all(b"/prefix/api/2.0/mlflow/" in request for request in server.heard)


@pytest.mark.parametrize("way", ["plugin", "netrc", "credentials"])
def test_where_mlflow_may_know_more_a_refusal_is_not_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "t0ken")
    home = tmp_path / "home"
    if way == "plugin":
        monkeypatch.setenv("MLFLOW_TRACKING_AUTH", "some")
    else:
        file = home / (".netrc" if way == "netrc" else ".mlflow/credentials")
        file.parent.mkdir(parents=True)
        file.touch()
    with saying(LOGIN) as server:
        assert told(Store(server.uri, tmp_path))[0] == "starting"
        assert server.logins() == [None if way == "plugin" else "Bearer t0ken"]


def test_a_login_goes_to_no_other_server(tmp_path: Path) -> None:
    with saying(WELL) as other:
        away = f"HTTP/1.1 302 Found\r\nLocation: {other.uri}/\r\nContent-Length: 0\r\n\r\n".encode()
        with saying(away) as server:
            assert told(Store(f"http://ann:s@127.0.0.1:{server.port}", tmp_path))[0] == "starting"
            assert server.logins() == ["Basic YW5uOnM="]
        assert other.heard == []


@pytest.mark.parametrize(
    ("uri", "asked"),
    [
        ("http://127.0.0.1:5000", True),
        ("https://mlflow.example/team", True),
        ("http://mlflow.example/?key=1", False),
        ("http:///nobody", False),
        ("http://[::1", False),
        ("azureml://mlflow.example", False),
        ("databricks", False),
    ],
)
def test_which_stores_are_asked(uri: str, asked: bool) -> None:  # noqa: FBT001
    assert door.leads_to(uri) is asked


def test_behind_a_proxy_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "mlflow.example")
    assert not door.leads_to("http://other.example")
    assert door.leads_to("http://mlflow.example")
