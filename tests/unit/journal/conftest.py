"""A store made once, and two copies of it for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from mlflow import MlflowClient

from tests.unit import stores

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

from tests.unit.journal.pair import Pair


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("made") / "made.db"
    stores.make_current(file)
    client = MlflowClient(f"sqlite:///{file}")
    client.create_run("0", run_name="a")
    client.delete_run(client.create_run("0", run_name="deleted").info.run_id)
    client.create_logged_model("0", name="model")
    return file


@pytest.fixture
def pair(made: Path, tmp_path: Path) -> Iterator[Pair]:
    both = Pair(made, tmp_path)
    yield both
    both.target.close()
