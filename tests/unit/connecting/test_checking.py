"""The check of a store, on real stores and servers, and on a network with faults."""

from __future__ import annotations

import os
import socket
import time
from typing import TYPE_CHECKING

import mlflow
import pytest

import nbtrack
from nbtrack.connecting import checking, file
from nbtrack.connecting.checked import Checked
from nbtrack.connecting.step import Said, Step
from tests.unit.connecting.gate import PASSWORD, TOKEN, USER, gate
from tests.unit.registering.servers import new_server, old_server
from tests.unit.store.saying import ERROR, saying
from tests.unit.stores import make_current

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HTML = b"<html>log in here</html>"
GENEROUS = 30.0  # seconds; the limits are a few, and the machine may be busy


def answer(status: str, body: bytes = b"", kind: str = "text/html") -> bytes:
    lines = (f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", "", "")
    return "\r\n".join(lines).encode() + body


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hide what this machine would log in with."""
    for name in [name for name in os.environ if name.startswith(("MLFLOW_TRACKING", "AZURE"))]:
        monkeypatch.delenv(name)
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "NETRC"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with new_server(tmp_path_factory.mktemp("server")) as server:
        yield server.uri


def checked(uri: str) -> Checked:
    return Checked(tuple(checking.steps(uri)))


def states(found: Checked) -> list[tuple[str, str]]:
    return [(step.name, step.state) for step in found.steps]


def test_a_server_is_asked_step_by_step(real: str) -> None:
    found = checked(real)
    assert states(found) == [
        ("named", "ok"),
        ("reachable", "ok"),
        ("signed in", "ok"),
        ("version", "ok"),
        ("capabilities", "ok"),
    ]
    assert found.ok
    told = {step.name: step.sentence for step in found.steps}
    assert told["signed in"] == "No login is needed"
    assert told["version"] == f"It is MLflow {mlflow.__version__}"
    assert all(step.seconds >= 0 for step in found.steps)
    assert "✓ reachable" in repr(found)


def test_an_old_server_lacks_capabilities_and_says_what_that_means(tmp_path: Path) -> None:
    with old_server(tmp_path) as server:
        found = checked(server.uri)
    lacking = [step for step in found.steps if step.state == "missing"]
    assert [step.name for step in lacking] == ["capabilities"]
    assert "models as artifacts of their run" in lacking[0].sentence
    assert found.ok
    assert "It is MLflow 2.22.5" in repr(found)


@pytest.mark.parametrize(
    ("environment", "in_uri", "who"),
    [
        (
            {"MLFLOW_TRACKING_USERNAME": USER, "MLFLOW_TRACKING_PASSWORD": PASSWORD},
            "",
            "Signed in as ann (MLFLOW_TRACKING_USERNAME)",
        ),
        ({"MLFLOW_TRACKING_TOKEN": TOKEN}, "", "Signed in as the owner of a token (MLFLOW_TRACKING_TOKEN)"),
        ({}, f"{USER}:{PASSWORD}@", "Signed in as the user in its URI"),
    ],
)
def test_who_is_signed_in_is_told_but_never_by_what(
    real: str, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], in_uri: str, who: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with gate(real) as uri:
        found = checked(uri.replace("://", f"://{in_uri}"))
    assert found.ok
    assert who in [step.sentence for step in found.steps]
    everything = repr(found) + repr(found.steps)
    assert PASSWORD not in everything
    assert TOKEN not in everything


@pytest.mark.parametrize(
    ("login", "words"),
    [
        ((), "asks for a login"),
        (("ann", "wrong"), "asks for a login"),
        (("bob", "known"), "does not let this login in"),
    ],
)
def test_a_login_that_is_refused_fails_its_own_step(
    real: str, monkeypatch: pytest.MonkeyPatch, login: tuple[str, ...], words: str
) -> None:
    for name, value in zip(("MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD"), login, strict=False):
        monkeypatch.setenv(name, value)
    with gate(real) as uri:
        found = checked(uri)
    assert states(found) == [("named", "ok"), ("reachable", "ok"), ("signed in", "failed")]
    assert words in found.steps[-1].sentence
    assert "MLFLOW_TRACKING_USERNAME" in found.steps[-1].cure


@pytest.mark.parametrize(
    ("says", "step", "words", "cure"),
    [
        (ERROR, "reachable", "error (500)", "Its log"),
        (answer("404 Not Found", b"what"), "signed in", "knows no request of MLflow's (404)", "address"),
        (answer("429 Slow Down"), "signed in", "asks for fewer requests (429)", "Wait"),
        (answer("200 OK", HTML), "signed in", "answered with a web page", "MLFLOW_TRACKING_URI"),
        (answer("200 OK", b"<" * 1_000_000), "signed in", "answered with a web page", "MLFLOW_TRACKING_URI"),
        (b"", "reachable", "broke off", "starting or ending"),
        (None, "reachable", "does not answer", "overloaded"),
    ],
)  # fmt: skip
def test_a_fault_is_told_by_the_step_that_meets_it_with_a_cure(
    says: bytes | None, step: str, words: str, cure: str
) -> None:
    began = time.monotonic()
    with saying(says) as server:
        found = checked(f"http://ann:{PASSWORD}@127.0.0.1:{server.port}")
    assert time.monotonic() - began < GENEROUS
    last = found.steps[-1]
    assert (last.name, last.state) == (step, "failed")
    assert words in last.sentence
    assert cure in last.cure
    assert len(last.sentence) < 700
    assert PASSWORD not in repr(found)


def test_nobody_no_host_and_no_certificate() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert "nothing answers there" in checked(f"http://127.0.0.1:{port}").steps[-1].sentence
    assert "its host has no address" in checked("http://mlflow.invalid:5000").steps[-1].sentence
    with saying(ERROR) as server:
        found = checked(f"https://127.0.0.1:{server.port}").steps[-1]
    assert "certificate that is not trusted here, or does not speak TLS" in found.sentence
    assert "MLFLOW_TRACKING_SERVER_CERT_PATH" in found.cure


def test_a_proxy_that_is_away_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
    found = checked("http://mlflow.example:5000").steps[-1]
    assert "the proxy in between does not answer" in found.sentence
    assert "HTTP_PROXY" in found.cure


def test_a_file_is_opened_and_left_as_it_is(tmp_path: Path) -> None:
    make_current(tmp_path / "mlflow.db")
    before = (tmp_path / "mlflow.db").read_bytes()
    found = checked(f"sqlite:///{tmp_path}/mlflow.db")
    assert states(found) == [
        ("named", "ok"),
        ("reachable", "ok"),
        ("signed in", "ok"),
        ("capabilities", "ok"),
    ]
    assert (tmp_path / "mlflow.db").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["mlflow.db"]


def test_a_file_that_is_not_there_is_well_and_not_made(tmp_path: Path) -> None:
    found = checked(f"sqlite:///{tmp_path}/mlflow.db")
    assert found.ok
    assert "the first run that is logged makes it" in found.steps[-1].sentence
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_stalls_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "mlflow.db")  # to open it waits for a writer
    monkeypatch.setattr(file, "_LONGEST", 0.5)
    found = checked(f"sqlite:///{tmp_path}/mlflow.db").steps[-1]
    assert (found.state, "has not answered" in found.sentence) == ("failed", True)
    assert f"ls -l {tmp_path}/mlflow.db" in found.cure
    assert found.seconds < GENEROUS


def test_whatever_a_library_says_is_told_without_credentials() -> None:
    said = Said(
        f"no way to https://ann:{PASSWORD}@host/x or https://host/?token={TOKEN}", "failed", "x" * 9000
    )
    step = Step.of("reachable", 0.1, said)
    assert step.sentence.startswith("no way to https://host/x or https://host/?token=")
    assert not any(secret in repr(step) for secret in (PASSWORD, TOKEN, USER + ":"))
    assert len(step.cure) < 700


def test_a_database_is_not_asked_for_mlflow_would_fill_it() -> None:
    found = checked("postgresql://me:hunter2@db.example/mlflow")
    assert found.steps[-1].state == "missing"
    assert "hunter2" not in repr(found)


def test_the_function_checks_the_store_in_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    mlflow.set_tracking_uri(None)  # type: ignore[arg-type]
    assert "mlflow.db" in nbtrack.check().steps[0].sentence
    assert "other.db" in nbtrack.check("other.db").steps[0].sentence
    with pytest.raises(nbtrack.Invalid):
        nbtrack.check("nonsense")
