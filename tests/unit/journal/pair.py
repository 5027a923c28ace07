"""Two stores with the same content: MLflow writes one, `IntoSqlite` the other."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from mlflow import MlflowClient
from mlflow.entities import Metric as MlflowMetric
from mlflow.entities import Param, RunStatus, RunTag
from mlflow.exceptions import MlflowException

from nbtrack.journal.into_sqlite import IntoSqlite
from nbtrack.journal.target import Refused
from tests.unit import stores

if TYPE_CHECKING:
    from pathlib import Path

    from nbtrack.journal.format import Batch, Metric

TABLES = (
    "runs",
    "metrics",
    "latest_metrics",
    "params",
    "tags",
    "logged_model_metrics",
    "logged_models",
    "experiments",
    "experiment_tags",
)


class Pair:
    """Two files with the same content: MLflow writes one, `IntoSqlite` the other."""

    def __init__(self, made: Path, folder: Path) -> None:
        self.theirs, self.ours = folder / "theirs.db", folder / "ours ü%41#.db"
        shutil.copy(made, self.theirs)
        shutil.copy(made, self.ours)
        self.run = run_of(made, "a")
        self.deleted = run_of(made, "deleted")
        self.model = str(stores.execute(made, "SELECT model_id FROM logged_models")[0][0])
        self.client = MlflowClient(f"sqlite:///{self.theirs}")
        self.target = IntoSqlite(self.ours)

    def send(self, batch: Batch) -> None:
        self.target.send(batch)
        by_mlflow(self.client, batch)

    def assert_same(self) -> None:
        assert dump(self.ours) == dump(self.theirs)

    def assert_both_refuse(self, batch: Batch) -> str:
        """Return what our side says; neither side has changed."""
        before = dump(self.ours)
        with pytest.raises(MlflowException):
            by_mlflow(self.client, batch)
        with pytest.raises(Refused) as caught:
            self.target.send(batch)
        assert dump(self.ours) == before
        return str(caught.value)


def run_of(file: Path, name: str) -> str:
    found = {row[0]: row[1] for row in stores.execute(file, "SELECT name, run_uuid FROM runs")}
    return str(found[name])


def by_mlflow(client: MlflowClient, batch: Batch) -> None:
    client.log_batch(
        batch.run_id,
        [MlflowMetric(one.key, one.value, one.timestamp, one.step, **about(one)) for one in batch.metrics],
        [Param(key, value) for key, value in batch.params],
        [RunTag(key, value) for key, value in batch.tags],
    )
    if batch.end is None:
        return
    status = None if batch.end.status is None else RunStatus.from_string(batch.end.status)
    store = client._tracking_client.store
    store.update_run_info(batch.run_id, status, batch.end.end_time, batch.end.name)


def about(metric: Metric) -> dict[str, Any]:
    return dict(metric.about or {})


def dump(file: Path) -> dict[str, list[tuple[tuple[str, object], ...]]]:
    with closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        found = {}
        for table in TABLES:
            rows = [tuple(sorted(dict(row).items())) for row in connection.execute(f"SELECT * FROM {table}")]  # noqa: S608
            found[table] = sorted(rows, key=repr)
        return found


def held(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    return connection
