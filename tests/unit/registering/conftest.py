"""Stores to register models in: MLflow's own SQLite, a server of MLflow 3, a server of MLflow 2."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.server.proxy import mlflow_server
from tests.unit import stores
from tests.unit.registering.registry import Registry, in_use
from tests.unit.registering.servers import old_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.unit.registering.servers import Server


def local(folder: Path) -> Registry:
    file = folder / "mlflow.db"
    stores.make_current(file)
    uri = f"sqlite:///{file}"
    with in_use(uri):
        return Registry(uri, folder / "artifacts")


@pytest.fixture(scope="session")
def sqlite_registry(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    return local(tmp_path_factory.mktemp("registry"))


@pytest.fixture(scope="session")
def server_registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    with mlflow_server(tmp_path_factory.mktemp("server")) as port:
        yield Registry(f"http://127.0.0.1:{port}")


@pytest.fixture(scope="session")
def mlflow2(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with old_server(tmp_path_factory.mktemp("mlflow2")) as server:
        yield server


@pytest.fixture(scope="session")
def mlflow2_registry(mlflow2: Server) -> Registry:
    return Registry(mlflow2.uri)


@pytest.fixture(params=["sqlite", "server", "mlflow2"])
def registry(request: pytest.FixtureRequest) -> Iterator[Registry]:
    """Yield each kind of store, in use."""
    found: Registry = request.getfixturevalue(f"{request.param}_registry")
    with in_use(found.uri):
        yield found


@pytest.fixture
def here(sqlite_registry: Registry) -> Iterator[Registry]:
    """Yield MLflow's own SQLite, in use."""
    with in_use(sqlite_registry.uri):
        yield sqlite_registry
