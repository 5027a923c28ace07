"""The check of a store: named, reachable, signed in, version, capabilities.

It changes nothing, makes no store, and ends: each part has its seconds, and the first that fails is the last.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from nbtrack import capabilities, sqlite
from nbtrack.connecting import azure, file, identity, server
from nbtrack.connecting.limited import Silent, within
from nbtrack.connecting.step import Said, Step, failed
from nbtrack.errors import StoreUnavailable
from nbtrack.store.faults import understood
from nbtrack.store.kinds import kind_of
from nbtrack.uris import readable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from mlflow import MlflowClient

LONGEST = 40.0
"""Seconds that all parts together may take; MLflow's own import, where it is not loaded yet, comes on top."""
_FILE = 3.0  # seconds for a disk
_SERVER = 12.0  # seconds for two answers
_ABILITIES = 10.0
_IMPORT = 60.0


@dataclass(frozen=True, slots=True)
class _Part:
    """One thing to ask: what comes of it, in how many seconds, and what silence means."""

    name: str
    work: Callable[[], list[Said]]
    seconds: float
    silent: Said | None = None


def steps(uri: str) -> Iterator[Step]:
    """Yield the steps, each as soon as it is known; never raises for what is wrong with the store.

    Parameters
    ----------
    uri
        A tracking URI as MLflow takes it; it may hold credentials, no step does.
    """
    until = monotonic() + LONGEST
    for part in _parts(uri):
        began = monotonic()
        found = _came_of(part, uri, max(0.1, until - began))
        took = monotonic() - began
        for said in found:
            yield Step.of(part.name, took, said)
        if any(said.last for said in found):
            return


def _came_of(part: _Part, uri: str, left: float) -> list[Said]:
    try:
        return within(min(part.seconds, left), part.work)
    except Silent:
        return [
            part.silent
            or Said(
                f"{readable(uri)} has not answered for {min(part.seconds, left):.0f} s",
                "failed",
                "It may be overloaded, or stopped: try again.",
                last=True,
            )
        ]
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what the check is for
        meant = understood(error, uri)
        if meant is None:
            meant = StoreUnavailable(
                f"{readable(uri)} could not be asked ({type(error).__name__}).",
                hint="Type `nbtrack doctor` in a terminal.",
            )
        return [failed(meant)]


def _parts(uri: str) -> Iterator[_Part]:
    kind, path = kind_of(uri), sqlite.path_of(uri)
    yield _Part("named", lambda: [azure.named(uri) if kind == "azureml" else Said(readable(uri))], _FILE)
    if path is not None:
        yield from _of_file(uri, path)
    elif kind == "server":
        yield _Part("reachable", lambda: [server.reached(uri)], _SERVER + _loading())
        yield _Part("signed in", lambda: [server.signed_in(uri)], _SERVER)
        yield _Part("version", lambda: [server.version(uri)], _SERVER)
        yield _able(uri)
    elif kind == "azureml":
        yield _Part("reachable", lambda: [azure.reached(uri)], _SERVER)
        seconds = identity.PATIENCE + _SERVER + _loading()
        yield _Part("signed in", lambda: [azure.signed_in(_client(uri))], seconds)
        yield _able(uri)
    else:
        # MLflow would make its tables in a database that has none.
        words = "The store was not asked: nbtrack can't tell for this kind of store"
        yield _Part("reachable", lambda: [Said(words, "missing", last=True)], _FILE)


def _of_file(uri: str, path: Path) -> Iterator[_Part]:
    opened = partial(file.opened, path, uri)
    yield _Part("reachable", lambda: [opened()], _FILE + _loading(), file.silent(path))
    yield _Part("signed in", lambda: [Said("A file asks for no login")], _FILE)
    yield _able(uri)


def _able(uri: str) -> _Part:
    return _Part("capabilities", lambda: _abilities(uri), _ABILITIES)


def _abilities(uri: str) -> list[Said]:
    lacking = capabilities.sentences(capabilities.of(_client(uri)))
    if not lacking:
        return [Said("The store can all that nbtrack asks for")]
    return [Said(sentence, "missing") for sentence in lacking]


def _client(uri: str) -> MlflowClient:
    from mlflow import MlflowClient

    return MlflowClient(tracking_uri=uri, registry_uri=uri)


def _loading() -> float:
    """Return the seconds that MLflow's import may take; none where it is loaded."""
    return 0.0 if "mlflow.tracking" in sys.modules else _IMPORT
