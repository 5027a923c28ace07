"""The rows that MLflow's own SQLite store writes for a batch, written by hand; see `into_sqlite`.

What is checked, cut off, ignored or refused is what `mlflow.store.tracking.sqlalchemy_store` and
`mlflow.utils.validation` of MLflow 3.15 to 3.17 do: `tests/unit/journal/test_into_sqlite.py` compares them.
"""

from __future__ import annotations

import math
import os
import posixpath
import re
from typing import TYPE_CHECKING

from nbtrack.journal.target import Refused

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from nbtrack.journal.format import Batch, End, Metric

# The schema of MLflow 3.15, 3.16 and 3.17. The changes between them leave the tables named below as they are.
REVISIONS = frozenset({"6f8d9c3b2a1e", "b7e2c1a4d9f3", "dc11669786a5"})

_STATUSES = frozenset({"RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"})
_LONGEST_KEY = 250
_LONGEST_PARAM = 6000
_LONGEST_TAG = 8000
_LARGEST = 1.7976931348623157e308  # what MLflow writes for infinity
_RUN_NAME = "mlflow.runName"
_KEY = re.compile(r"^[/\w.\- ]*$" if os.name == "nt" else r"^[/\w.\- :]*$")
_SHOWN = 80  # characters of a value in a message

_METRIC = """
INSERT INTO metrics (run_uuid, "key", value, timestamp, step, is_nan) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING"""
_LATEST = """
INSERT INTO latest_metrics (run_uuid, "key", value, timestamp, step, is_nan) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT ("key", run_uuid) DO UPDATE
SET value = excluded.value, timestamp = excluded.timestamp, step = excluded.step, is_nan = excluded.is_nan
WHERE (excluded.step, excluded.timestamp, excluded.value)
    > (latest_metrics.step, latest_metrics.timestamp, latest_metrics.value)"""
_OF_MODEL = """
INSERT INTO logged_model_metrics (model_id, metric_name, metric_timestamp_ms, metric_step, run_id,
    metric_value, dataset_name, dataset_digest, experiment_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING"""
_SAME_OF_MODEL = """
SELECT 1 FROM logged_model_metrics WHERE model_id = ? AND metric_name = ? AND metric_timestamp_ms = ?
AND metric_step = ? AND run_id = ? AND metric_value = ? AND dataset_name IS ? AND dataset_digest IS ?"""
_TAG = """
INSERT INTO tags (run_uuid, "key", value) VALUES (?, ?, ?)
ON CONFLICT ("key", run_uuid) DO UPDATE SET value = excluded.value"""


def check(batch: Batch) -> None:
    """Check what can be checked without the store.

    Raises
    ------
    Refused
        If MLflow would not take it.
    """
    for what, keys in (
        ("metric", [one.key for one in batch.metrics]),
        ("param", [key for key, _ in batch.params]),
        ("tag", [key for key, _ in batch.tags]),
    ):
        for key in keys:
            if not isinstance(key, str):
                raise Refused(f"A {what} needs a name, got {key!r}.")
        for key in dict.fromkeys(keys):
            _check_key(what, key)
    for one in batch.metrics:
        if not one.timestamp >= 0:
            raise Refused(f"Metric {one.key!r} has the timestamp {one.timestamp}, which is before 1970.")
        about = one.about or {}
        if (about.get("dataset_name") is None) != (about.get("dataset_digest") is None):
            raise Refused(f"Metric {one.key!r} has only one of dataset_name and dataset_digest.")
    end = batch.end
    if end is not None and end.status is not None and str(end.status) not in _STATUSES:
        raise Refused(f"A run can't have the status {end.status!r}, only {', '.join(sorted(_STATUSES))}.")


def write(connection: sqlite3.Connection, batch: Batch) -> None:
    """Write a batch that was checked, within a transaction of the caller.

    Raises
    ------
    Refused
        If MLflow would not take it. Part of it may be written: roll back.
    sqlite3.Error
        What SQLite says.
    """
    experiment_id = _experiment_of(connection, batch.run_id)
    _write_params(connection, batch.run_id, batch.params)
    _write_metrics(connection, batch.run_id, batch.metrics)
    _write_metrics_of_models(connection, batch.run_id, batch.metrics, experiment_id)
    _write_tags(connection, batch.run_id, batch.tags)
    if batch.end is not None:
        _write_end(connection, batch.run_id, batch.end)


def _check_key(what: str, key: str) -> None:
    if len(key) > _LONGEST_KEY:
        raise Refused(
            f"The name of {what} {_short(key)} exceeds the maximum length of {_LONGEST_KEY} characters."
        )
    if _KEY.match(key) is None:
        raise Refused(
            f"Invalid {what} name {key!r}: names may only contain alphanumerics, underscores (_), dashes "
            f"(-), periods (.), spaces ( ){'' if os.name == 'nt' else ', colon(:)'} and slashes (/)."
        )
    path = posixpath.normpath(key)
    if path != key or path == "." or path.startswith(("..", "/")):
        raise Refused(
            f"Invalid {what} name {key!r}: names may be treated as files, and must not resolve to others; "
            f"this one would resolve to {path!r}."
        )


def _experiment_of(connection: sqlite3.Connection, run_id: str) -> int:
    run = connection.execute(
        "SELECT experiment_id, lifecycle_stage FROM runs WHERE run_uuid = ?", (run_id,)
    ).fetchone()
    if run is None:
        raise Refused(f"Run with id={run_id} not found.")
    experiment_id: int = run[0]
    if run[1] != "active":
        raise Refused(f"The run {run_id} must be in the 'active' state. Current state is {run[1]}.")
    return experiment_id


def _write_params(connection: sqlite3.Connection, run_id: str, params: Iterable[tuple[str, str]]) -> None:
    if not params:
        return
    stored = dict(connection.execute('SELECT "key", value FROM params WHERE run_uuid = ?', (run_id,)))
    for key, long in params:
        value = _cut(f"param {key!r}", long, _LONGEST_PARAM)
        if key not in stored:
            connection.execute(
                'INSERT INTO params (run_uuid, "key", value) VALUES (?, ?, ?)', (run_id, key, value)
            )
            stored[key] = value
        elif value != stored[key]:
            raise Refused(
                f"Changing param values is not allowed. Param {key!r} was already logged with the value "
                f"{_short(stored[key])} in run {run_id}; the new value is {_short(value)}."
            )


def _write_metrics(connection: sqlite3.Connection, run_id: str, metrics: Iterable[Metric]) -> None:
    if not metrics:
        return
    rows = [
        (run_id, one.key, _plain(one.value), one.timestamp, one.step, math.isnan(one.value))
        for one in metrics
    ]
    latest: dict[str, tuple[str, str, float, int, int, bool]] = {}
    for row in rows:
        known = latest.get(row[1])
        if known is None or (row[4], row[3], row[2]) > (known[4], known[3], known[2]):
            latest[row[1]] = row
    connection.executemany(_METRIC, rows)
    connection.executemany(_LATEST, latest.values())


def _write_metrics_of_models(
    connection: sqlite3.Connection, run_id: str, metrics: Iterable[Metric], experiment_id: int
) -> None:
    for one in metrics:
        about = one.about or {}
        model = about.get("model_id")
        if model is None:
            continue
        row = (
            *(model, one.key, one.timestamp, one.step, run_id),
            *(_plain(one.value), about.get("dataset_name"), about.get("dataset_digest")),
        )
        if connection.execute(_OF_MODEL, (*row, experiment_id)).rowcount:
            continue
        if connection.execute(_SAME_OF_MODEL, row).fetchone() is None:
            raise Refused(
                f"Metric {one.key!r} of model {model} already has another value at step {one.step}, "
                f"timestamp {one.timestamp}; the new value is {one.value}."
            )


def _write_tags(connection: sqlite3.Connection, run_id: str, tags: Iterable[tuple[str, str]]) -> None:
    for key, long in tags:
        value = _cut(f"tag {key!r}", long, _LONGEST_TAG)
        if key == _RUN_NAME:
            _rename(connection, run_id, value)
        else:
            connection.execute(_TAG, (run_id, key, value))


def _write_end(connection: sqlite3.Connection, run_id: str, end: End) -> None:
    connection.execute(
        "UPDATE runs SET status = coalesce(?, status), end_time = coalesce(?, end_time) WHERE run_uuid = ?",
        (end.status, end.end_time, run_id),
    )
    _rename(connection, run_id, end.name)


def _rename(connection: sqlite3.Connection, run_id: str, name: str | None) -> None:
    if name:  # to MLflow an empty name is none, and no tag either
        connection.execute("UPDATE runs SET name = ? WHERE run_uuid = ?", (name, run_id))
        connection.execute(_TAG, (run_id, _RUN_NAME, name))


def _plain(value: float) -> float:
    """Return what MLflow stores: 0 for NaN, the largest number for infinity."""
    if math.isnan(value):
        return 0.0
    return math.copysign(_LARGEST, value) if math.isinf(value) else value


def _cut(what: str, value: str, longest: int) -> str:
    if not isinstance(value, str) or len(value) <= longest:
        return value
    if os.environ.get("MLFLOW_TRUNCATE_LONG_VALUES", "true").lower() not in {"true", "1"}:
        raise Refused(f"The value of {what} exceeds the maximum length of {longest} characters.")
    return value[:longest]


def _short(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
