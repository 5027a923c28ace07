"""A server that dies, breaks off or refuses: nothing half-done, a clear sentence, and the same again."""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING, Any

import mlflow
import numpy as np
import pytest

from nbtrack.errors import Conflict, StoreUnavailable
from nbtrack.registering import memory
from nbtrack.registering.carried import carry_out
from nbtrack.registering.trouble import Refused
from nbtrack.registering.wish import Wish
from nbtrack.store.faults import LoginNeeded
from tests.server.proxy import free_port
from tests.unit.registering.between import between
from tests.unit.registering.registry import Registry, in_use
from tests.unit.registering.servers import new_server
from tests.unit.store.saying import saying

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from nbtrack.registering.progress import Progress
    from tests.unit.registering.between import Between, Fate
    from tests.unit.registering.servers import Server

AGAIN = "type the same again"
LONG = 40.0  # seconds that no fault may hold a cell; MLflow by itself would take minutes


@pytest.fixture
def network(mlflow2: Server) -> Iterator[Between]:
    with between(mlflow2.port) as found, in_use(found.uri):
        yield found


@pytest.fixture
def away(mlflow2_registry: Registry, network: Between) -> Registry:
    """Return the server as one sees it through the network."""
    return mlflow2_registry.through(network.uri)


@contextlib.contextmanager
def soon() -> Iterator[None]:
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < LONG


def at(*parts: str, fate: Fate, times: int = 1000) -> Callable[[str, str], Fate]:
    """Meet requests with these in method or path, the first few times."""
    left = [times]

    def met(method: str, path: str) -> Fate:
        if left[0] and all(part in f"{method} {path}" for part in parts):
            left[0] -= 1
            return fate
        return "pass"

    return met


def dies_in_the_middle_and_the_same_again_completes_it(
    server: Server, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    # MLflow would load the model in another process to see what it needs; not what is asked here.
    monkeypatch.setenv("MLFLOW_REQUIREMENTS_INFERENCE_TIMEOUT", "1")
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    name, run_id = registry.name(), registry.run(f1=0.9)
    X = np.array([[0.0], [1.0]])  # noqa: N806
    model = LogisticRegression().fit(X, [0, 1])
    memory.remember(run_id, model, X)
    wish = Wish(name, run_id, aliases=("champion",), require=("f1 > 0.5",))

    def kill(progress: Progress) -> None:
        if progress.done and "sending" in progress.what:  # some files are there, others not
            server.kill()

    with in_use(registry.uri):
        with soon(), pytest.raises(StoreUnavailable, match="Nothing is registered") as refused:
            carry_out(registry.source, wish, kill)
        assert AGAIN in refused.value.hint
        server.start()
        assert name not in registry.names()
        done = carry_out(registry.source, wish, lambda _: None)
        assert (done.version, done.created, registry.aliases(name)) == ("1", True, {"champion": "1"})
        assert list(mlflow.pyfunc.load_model(done.uri).predict(X)) == list(model.predict(X))
    assert registry.versions(name) == ["1"]
    memory.clear()


def test_a_server_of_mlflow_2_killed_in_the_middle_of_the_upload(
    mlflow2: Server, mlflow2_registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    dies_in_the_middle_and_the_same_again_completes_it(mlflow2, mlflow2_registry, monkeypatch)


def test_a_server_of_mlflow_3_killed_in_the_middle_of_the_upload(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with new_server(tmp_path) as server:
        registry = Registry(server.uri)
        dies_in_the_middle_and_the_same_again_completes_it(server, registry, monkeypatch)
        # The half that was sent is no model that anybody could take.
        found = registry.client.search_logged_models([registry.experiment_id])
        assert sum(str(one.status) == "READY" for one in found) == 1


@pytest.mark.parametrize(
    ("parts", "fate", "state", "made"),
    [
        (("registered-models/create",), "unsent", "Nobody knows", 0),
        (("model-versions/create",), "unsent", "Nobody knows", 0),
        (("model-versions/create",), "lost", "Nobody knows", 1),
        (("POST", "registered-models/alias"), "unsent", "Version 1 of", 1),
        (("POST", "registered-models/alias"), "lost", "Version 1 of", 1),
        (("registered-models/set-tag",), "lost", "Version 1 of", 1),
        (("runs/get",), "unsent", "Nothing is registered", 0),
    ],
)
def test_whatever_breaks_off_the_same_again_completes_it(
    away: Registry, network: Between, parts: tuple[str, ...], fate: Fate, state: str, made: int
) -> None:
    name, run_id = away.name(), away.trained()
    asked: dict[str, Any] = {"aliases": ("champion",), "tags": {"team": "x"}}
    network.fate = at(*parts, fate=fate)
    with soon(), pytest.raises(StoreUnavailable, match=state) as refused:
        away.register(name, run_id, **asked)
    assert AGAIN in refused.value.hint
    network.fate = at(fate="pass")
    assert len(away.versions(name)) == made
    done = away.register(name, run_id, **asked)
    assert (done.version, done.created) == ("1", made == 0)
    assert away.versions(name) == ["1"]
    assert away.aliases(name) == {"champion": "1"}
    assert away.client.get_model_version(name, "1").tags == {"team": "x"}


def test_who_may_not_write_is_told_so_and_no_empty_model_stays(away: Registry, network: Between) -> None:
    name, run_id = away.name(), away.trained()
    network.fate = at("model-versions/create", fate="forbidden")
    with pytest.raises(Refused, match="does not let you") as refused:
        away.register(name, run_id, aliases=("champion",))
    assert "right to write models" in refused.value.hint
    assert name not in away.names()
    network.fate = at("registered-models/alias", "POST", fate="forbidden")
    with pytest.raises(Refused, match=r"does not let you.*Version 1 of"):
        away.register(name, run_id, aliases=("champion",))


def test_who_is_not_logged_in_is_told_how(away: Registry, network: Between) -> None:
    name, run_id = away.name(), away.trained()
    network.fate = at(fate="login")
    with pytest.raises(LoginNeeded, match="asks for a login") as refused:
        away.register(name, run_id)
    assert "MLFLOW_TRACKING_USERNAME" in refused.value.hint


def test_a_server_that_is_away_or_silent_is_told_of_soon(
    mlflow2_registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("MLFLOW_HTTP_REQUEST_TIMEOUT", "MLFLOW_HTTP_REQUEST_MAX_RETRIES"):
        monkeypatch.delenv(variable, raising=False)
    with saying(None) as silent:
        gone = mlflow2_registry.through(silent.uri)
        with soon(), pytest.raises(StoreUnavailable, match="does not answer"):
            gone.register("churn", "a" * 32)
    gone = mlflow2_registry.through(f"http://127.0.0.1:{free_port()}")
    with soon(), pytest.raises(StoreUnavailable, match="can't be reached"):
        gone.register("churn", "a" * 32)
    assert "MLFLOW_HTTP_REQUEST_TIMEOUT" not in os.environ


def test_an_alias_that_somebody_took_meanwhile_is_told_with_what_is_there(
    away: Registry, network: Between, mlflow2_registry: Registry
) -> None:
    name, others = away.name(), mlflow2_registry
    away.register(name, away.trained(), aliases=("champion",))
    away.register(name, away.trained())
    run_id = away.trained()
    taken: list[str] = []

    def met(_: str, path: str) -> Fate:
        if "model-versions/create" in path and not taken:
            taken.append(path)
            others.client.set_registered_model_alias(name, "champion", "2")
        return "pass"

    network.fate = met
    with pytest.raises(Conflict, match="moved to version 2 by somebody") as refused:
        away.register(name, run_id, aliases=("champion",), yes=True)
    assert "Version 3" in refused.value.hint
    assert away.aliases(name) == {"champion": "2"}
    assert away.versions(name) == ["1", "2", "3"]
