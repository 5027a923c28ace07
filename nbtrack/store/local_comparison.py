"""Runs side by side by own SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import tags
from nbtrack.store.columns import Columns, compares
from nbtrack.store.details import CONTEXT
from nbtrack.store.local import within, workspace
from nbtrack.store.rows import ROW_TAGS, Facts, number

if TYPE_CHECKING:
    import sqlite3

_RUNS = """
SELECT run_uuid, experiment_id, name, status, start_time, end_time, lifecycle_stage, user_id, artifact_uri
FROM runs WHERE run_uuid IN (SELECT value FROM json_each(:ids)) AND (:workspace IS NULL
OR experiment_id IN (SELECT experiment_id FROM experiments WHERE workspace = :workspace))
"""
_TAGS = """
SELECT run_uuid, key, value FROM tags WHERE run_uuid IN (SELECT value FROM json_each(:ids)) AND (
key IN (SELECT value FROM json_each(:keys)) OR (key NOT LIKE 'mlflow.%' AND key NOT LIKE 'nbtrack.%'))
"""
_PARAMS = "SELECT run_uuid, key, value FROM params WHERE run_uuid IN (SELECT value FROM json_each(:ids))"
_METRICS = """
SELECT run_uuid, key, value, is_nan FROM latest_metrics
WHERE run_uuid IN (SELECT value FROM json_each(:ids)) AND (:metric IS NULL OR key = :metric)
"""
_DATASETS = """
SELECT i.destination_id, d.name, d.digest, t.value FROM inputs i
JOIN datasets d ON d.dataset_uuid = i.source_id
LEFT JOIN input_tags t ON t.input_uuid = i.input_uuid AND t.name = :context
WHERE i.destination_type = 'RUN' AND i.destination_id IN (SELECT value FROM json_each(:ids))
"""


def compared(connection: sqlite3.Connection, run_ids: list[str], metric: str | None) -> dict[str, Any]:
    """Read what `calls.compare` answers; with only one metric, and no tags, if one is named."""
    columns = Columns(run_ids)
    wanted = {"ids": within(run_ids), "workspace": workspace()}
    found = {
        run_id: Facts(run_id, str(experiment_id), *rest)
        for run_id, experiment_id, *rest in connection.execute(_RUNS, wanted)
    }
    keys = ROW_TAGS if metric is not None else ROW_TAGS | {tags.NOTE}
    chosen = {"ids": within(found), "keys": within(keys), "metric": metric, "context": CONTEXT}
    for run_id, key, value in connection.execute(_TAGS, chosen):
        if key in ROW_TAGS:
            found[run_id].tags[key] = value or ""
        elif metric is None and value is not None and compares(key):
            columns.text("tags", run_id, key, value)
    for facts in found.values():
        columns.run(facts)
    for run_id, key, value in connection.execute(_PARAMS, chosen):
        if value is not None:
            columns.text("params", run_id, key, value)
    for run_id, key, value, is_nan in connection.execute(_METRICS, chosen):
        columns.metric(run_id, key, number(value, is_nan=bool(is_nan)))
    for run_id, name, digest, context in connection.execute(_DATASETS, chosen):
        columns.dataset(run_id, name, context, digest)
    return columns.answer()
