"""One store of runs to compare, which is MLflow's while a test uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mlflow
import pytest
from mlflow.tracking import fluent

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
    # All that MLflow writes here itself is put back.
    monkeypatch.setenv("MLFLOW_TRACKING_URI", made.uri)
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "churn")
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", "")
    monkeypatch.delenv("MLFLOW_EXPERIMENT_ID")
    monkeypatch.setattr(fluent, "_active_experiment_id", None)
    before: Any = mlflow.tracking._tracking_service.utils._tracking_uri
    mlflow.set_tracking_uri(made.uri)
    yield made
    mlflow.set_tracking_uri(before)
