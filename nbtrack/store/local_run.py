"""One run by own SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.errors import NotFound
from nbtrack.store.details import CONTEXT, dataset, details, model
from nbtrack.store.local import workspace
from nbtrack.store.local_runs import facts_of, primary_metrics
from nbtrack.store.rows import number

if TYPE_CHECKING:
    import sqlite3

    from nbtrack.store.rows import Facts

_POINTS = 200_000  # of all metrics, whose smallest and largest are looked for: some 50 ms
_FINITE = "CASE WHEN is_nan OR abs(value) > 1.797693134862315e308 THEN NULL ELSE value END"
# MLflow's LoggedModelStatus, as its SQL stores keep it.
_STATUSES = {0: "UNSPECIFIED", 1: "PENDING", 2: "READY", 3: "FAILED"}

Json = dict[str, Any]


def run(connection: sqlite3.Connection, run_id: str) -> Json:
    """Read a run; see `calls.run`.

    Raises
    ------
    NotFound
        If the store has none with this id.
    """
    facts = _facts(connection, run_id)
    primary = primary_metrics(connection, [facts.experiment_id]).get(facts.experiment_id)
    return details(
        facts,
        primary,
        experiment=_experiment(connection, facts.experiment_id),
        metrics=_metrics(connection, run_id),
        datasets=_datasets(connection, run_id),
        models=_models(connection, run_id),
    )


def artifact_root(connection: sqlite3.Connection, run_id: str) -> str:
    """Return where the artifacts of a run are; see `run`."""
    return _facts(connection, run_id).artifact_uri or ""


def _facts(connection: sqlite3.Connection, run_id: str) -> Facts:
    found = facts_of(connection, [run_id], None)
    within_one = workspace()
    if found and within_one is not None:
        here = connection.execute(
            "SELECT 1 FROM experiments WHERE experiment_id = ? AND workspace = ?",
            [found[0].experiment_id, within_one],
        ).fetchone()
        found = found if here else []
    if not found:
        raise NotFound(f"There is no run {run_id[:64]!r}.", hint="It may have been deleted for good.")
    return found[0]


def _experiment(connection: sqlite3.Connection, experiment_id: str) -> str | None:
    query = "SELECT name FROM experiments WHERE experiment_id = ?"
    found = connection.execute(query, [experiment_id]).fetchone()
    return found[0] if found else None


def _metrics(connection: sqlite3.Connection, run_id: str) -> list[Json]:
    counts = dict(
        connection.execute(
            "SELECT key, COUNT(*) FROM metrics INDEXED BY index_metrics_run_uuid_key_step "
            "WHERE run_uuid = ? GROUP BY key",
            [run_id],
        )
    )
    ranges = _ranges(connection, run_id, counts)
    found = []
    for key, value, step, timestamp, is_nan in connection.execute(
        "SELECT key, value, step, timestamp, is_nan FROM latest_metrics WHERE run_uuid = ? ORDER BY key",
        [run_id],
    ):
        low, high = ranges.get(key, (None, None))
        found.append(
            {
                "key": key,
                "value": number(value, is_nan=bool(is_nan)),
                "step": step,
                "timestamp": timestamp or 0,
                "min": low,
                "max": high,
                "count": counts.get(key, 0),
            }
        )
    return found


def _ranges(
    connection: sqlite3.Connection, run_id: str, counts: dict[str, int]
) -> dict[str, tuple[float | None, float | None]]:
    """Return the smallest and the largest finite value of each metric; of the shortest, if there is much."""
    ranges, left = {}, _POINTS
    for key, count in sorted(counts.items(), key=lambda item: item[1]):
        left -= count
        if left < 0:
            break
        low, high = connection.execute(
            f"SELECT MIN({_FINITE}), MAX({_FINITE}) FROM metrics "  # noqa: S608 - parameters are bound
            "INDEXED BY index_metrics_run_uuid_key_step WHERE run_uuid = ? AND key = ?",
            [run_id, key],
        ).fetchone()
        ranges[key] = (low, high)
    return ranges


def _datasets(connection: sqlite3.Connection, run_id: str) -> list[Json]:
    rows = connection.execute(
        "SELECT d.name, d.digest, d.dataset_source_type, t.value, d.dataset_profile, d.dataset_schema "
        "FROM inputs i JOIN datasets d ON d.dataset_uuid = i.source_id "
        "LEFT JOIN input_tags t ON t.input_uuid = i.input_uuid AND t.name = ? "
        "WHERE i.destination_type = 'RUN' AND i.destination_id = ? ORDER BY d.name, d.digest",
        [CONTEXT, run_id],
    )
    return [
        dataset(name, digest, source_type, context, profile=profile, schema=schema)
        for name, digest, source_type, context, profile, schema in rows
    ]


def _models(connection: sqlite3.Connection, run_id: str) -> list[Json]:
    rows = connection.execute(
        "SELECT i.destination_id, m.name, m.status FROM inputs i "
        "LEFT JOIN logged_models m ON m.model_id = i.destination_id "
        "WHERE i.source_type = 'RUN_OUTPUT' AND i.source_id = ? AND i.destination_type = 'MODEL_OUTPUT' "
        "AND COALESCE(m.lifecycle_stage, 'active') = 'active' ORDER BY i.step, i.destination_id",
        [run_id],
    )
    return [model(model_id, name, _STATUSES.get(status)) for model_id, name, status in rows]
