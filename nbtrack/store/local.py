"""Short-lived, read-only connections to a local SQLite store whose schema is known."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing, contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from nbtrack import sqlite

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

# Revisions of MLflow's schema since the one that added the index of histories; each was looked through: the
# tables that are read here stayed as they are. An unknown one is left to MLflow's client.
SCHEMAS = frozenset(
    {
        "a5b4c3d2e1f0", "ae8bbe7743c9", "7d34483879f0", "da6fb0208061", "89d3d66ed43f", "b7e4c1a90f23",
        "a8b9c0d1e2f3", "c1d2e3f4a5b6", "c3d9e7f1a2b4", "6f8d9c3b2a1e", "1971f2d9a75b", "17e22815139b",
        "b7e2c1a4d9f3", "75868b020152", "dc11669786a5",
    }
)  # fmt: skip
_HEADER = b"SQLite format 3\0"
_WAIT = 2.0  # seconds for a writer to finish
_LONGEST = 4.0  # seconds for all that is read through one connection
_STEPS = 200_000  # of SQLite's virtual machine between two looks at the clock: about 2 ms

_CANT_WRITE = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}

# What is read of an MLflow store, without a row: a store that nobody has made yet is an empty one.
_NOTHING = """
CREATE TABLE experiments (experiment_id INTEGER PRIMARY KEY, name, lifecycle_stage, creation_time,
  last_update_time, workspace, artifact_location);
CREATE TABLE experiment_tags (key, value, experiment_id);
CREATE TABLE runs (run_uuid PRIMARY KEY, name, user_id, status, start_time, end_time, lifecycle_stage,
  artifact_uri, experiment_id);
CREATE TABLE tags (key, value, run_uuid);
CREATE TABLE params (key, value, run_uuid);
CREATE TABLE latest_metrics (key, value, timestamp, step, is_nan, run_uuid);
CREATE TABLE metrics (key, value, timestamp, run_uuid, step, is_nan);
CREATE INDEX index_metrics_run_uuid_key_step ON metrics (run_uuid, key, step);
CREATE TABLE inputs (input_uuid, source_type, source_id, destination_type, destination_id, step);
CREATE TABLE input_tags (input_uuid, name, value);
CREATE TABLE datasets (dataset_uuid, experiment_id, name, digest, dataset_source_type, dataset_source,
  dataset_schema, dataset_profile);
CREATE TABLE logged_models (model_id, experiment_id, name, status, lifecycle_stage);
CREATE TABLE registered_models (workspace, name, creation_time, last_updated_time, description);
CREATE TABLE registered_model_tags (workspace, name, key, value);
CREATE TABLE registered_model_aliases (workspace, name, alias, version);
CREATE TABLE model_versions (workspace, name, version, creation_time, last_updated_time, description, user_id,
  current_stage, source, run_id, status, status_message);
CREATE TABLE model_version_tags (workspace, name, version, key, value);
"""


class UnknownSchema(Exception):
    """The file is not of a schema that is read here."""


@contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    """Open a store for a few short reads.

    Each statement is a transaction of its own: in MLflow's journal mode, a reader holds up all writers.

    Raises
    ------
    UnknownSchema
        If the file is no MLflow store of a known schema.
    sqlite3.Error, OSError
        If it can't be read.
    """
    if is_empty(file):
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
            connection.executescript(_NOTHING)
            yield connection
        return
    with closing(_connected(file)) as connection:
        _bound(connection)
        yield connection


def within(ids: Iterable[str]) -> str:
    """Return values for `IN (SELECT value FROM json_each(?))`: one parameter however many there are."""
    return json.dumps(list(ids))


def workspace() -> str | None:
    """Return the workspace that MLflow would look into, or None where workspaces are not enabled."""
    if os.environ.get("MLFLOW_ENABLE_WORKSPACES", "").strip().lower() not in {"true", "1"}:
        return None
    return os.environ.get("MLFLOW_WORKSPACE", "").strip() or "default"


def is_empty(file: Path) -> bool:
    """Whether nobody has made a store in this file yet."""
    try:
        return file.stat().st_size == 0 and file.is_file()
    except (FileNotFoundError, NotADirectoryError):
        return True


def _connected(file: Path) -> sqlite3.Connection:
    with file.open("rb") as start:
        if start.read(len(_HEADER)) != _HEADER:
            raise UnknownSchema
    try:
        return _checked(file, "mode=ro")
    except sqlite3.OperationalError as error:
        # WAL in a folder where SQLite can't make its `-shm` file: what the log holds beyond is not seen then.
        if error.sqlite_errorcode & 0xFF not in _CANT_WRITE:
            raise
        return _checked(file, "mode=ro" if sqlite.undone(file, error) else "mode=ro&immutable=1")


def _checked(file: Path, how: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(str(file))}?{how}", uri=True, timeout=_WAIT, isolation_level=None
    )
    try:
        known = _revision(connection) in SCHEMAS
    except BaseException:
        connection.close()
        raise
    if not known:
        connection.close()
        raise UnknownSchema
    return connection


def _revision(connection: sqlite3.Connection) -> Any:
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            return None
        raise
    return row[0] if row else None


def _bound(connection: sqlite3.Connection) -> None:
    until = monotonic() + _LONGEST
    connection.set_progress_handler(lambda: monotonic() > until, _STEPS)
    connection.execute("PRAGMA case_sensitive_like = true")  # as MLflow sets it
