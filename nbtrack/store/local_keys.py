"""Keys of metrics, params and tags by own SQL: what a filter can name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.store.local import workspace
from nbtrack.store.local_runs import among_experiments

if TYPE_CHECKING:
    import sqlite3

MOST = 2000  # of each kind

_FEW = 1000  # runs

# From run to run.
_OF_FEW = """
SELECT DISTINCT k.key FROM runs r CROSS JOIN {table} k ON k.run_uuid = r.run_uuid
WHERE r.lifecycle_stage = 'active' AND {experiments} AND {wanted} ORDER BY k.key LIMIT {most}
"""
# From key to key through the index on (key, run), where most runs are asked for.
_OF_MANY = """
WITH RECURSIVE k (key) AS (
  SELECT MIN(key) FROM {table}
  UNION ALL SELECT (SELECT MIN(key) FROM {table} WHERE key > k.key) FROM k WHERE k.key IS NOT NULL
)
SELECT k.key FROM k WHERE k.key IS NOT NULL AND {wanted} AND EXISTS (
  SELECT 1 FROM {table} t CROSS JOIN runs r ON r.run_uuid = t.run_uuid
  WHERE t.key = k.key AND r.lifecycle_stage = 'active' AND {experiments}
) LIMIT {most}
"""


def keys(connection: sqlite3.Connection, experiment_ids: tuple[str, ...] | None) -> dict[str, list[str]]:
    """Read the keys that runs of these experiments have, in alphabetical order; see `calls.keys`."""
    experiments, parameters = among_experiments(experiment_ids)
    within_one = workspace()
    if within_one is not None:
        experiments += " AND r.experiment_id IN (SELECT experiment_id FROM experiments WHERE workspace = ?)"
        parameters = [*parameters, within_one]
    (number,) = connection.execute(
        f"SELECT COUNT(*) FROM runs r WHERE r.lifecycle_stage = 'active' AND {experiments}",  # noqa: S608
        parameters,
    ).fetchone()
    query = _OF_FEW if number <= _FEW else _OF_MANY
    return {
        name: [
            key
            for (key,) in connection.execute(
                query.format(table=table, wanted=wanted, experiments=experiments, most=MOST), parameters
            )
        ]
        for name, table, wanted in (
            ("metrics", "latest_metrics", "1"),
            ("params", "params", "1"),
            ("tags", "tags", "(k.key NOT LIKE 'mlflow.%' OR k.key LIKE 'mlflow.note.%')"),
        )
    }
