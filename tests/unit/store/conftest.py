"""One store of odd things for all tests that only read; a copy for those that write."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from nbtrack.store.opened import Store
from tests.unit.store import odd as odd_store

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.store.odd import Odd


@pytest.fixture(scope="session")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Odd:
    return odd_store.make(tmp_path_factory.mktemp("odd"))


@pytest.fixture(scope="session")
def own(odd: Odd) -> Store:
    """Read the store of odd things by own SQL."""
    store = Store(odd.uri, odd.file.parent)
    store.warm_up()
    store.ready()
    return store


@pytest.fixture(scope="session")
def by_client(odd: Odd) -> Store:
    """Read the same store by MLflow's client: the oracle."""
    store = Store(odd.uri, odd.file.parent)
    store.file = None
    store.warm_up()
    store.ready()
    return store


@pytest.fixture
def copied(odd: Odd, tmp_path: Path) -> Store:
    """Read and write a copy of it."""
    file = tmp_path / "copy.db"
    shutil.copy(odd.file, file)
    store = Store(f"sqlite:///{file}", tmp_path)
    store.warm_up()
    store.ready()
    return store
