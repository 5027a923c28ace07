"""One store of runs to compare, which is MLflow's while a test uses it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import mlflow
import pytest

from tests.unit.comparing import study as studies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.comparing.study import Study


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return studies.make(tmp_path_factory.mktemp("study"))


@pytest.fixture
def study(made: Study, monkeypatch: pytest.MonkeyPatch) -> Iterator[Study]:
    """Return the store, in use, with its experiment chosen."""
    for name in [name for name in os.environ if name.startswith("MLFLOW_EXPERIMENT")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", made.uri)  # put back by the fixture: MLflow writes it too
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "churn")
    before: Any = mlflow.tracking._tracking_service.utils._tracking_uri
    mlflow.set_tracking_uri(made.uri)
    yield made
    mlflow.set_tracking_uri(before)
