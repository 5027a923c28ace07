"""Histories and keys by MLflow's client.

MLflow's servers can thin a history themselves, for several runs at once; its client does not say so, so they
are asked directly. Where they can't, whole histories are read and thinned here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.store.client_runs import experiment_ids_of
from nbtrack.store.points import Point, buckets_of, series, thinned

if TYPE_CHECKING:
    from mlflow import MlflowClient

_SAMPLED = "/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval"
_RUNS = 100  # that MLflow takes in one request
_LOOKED_AT = 500  # newest runs whose keys are gathered
_KEYS = 2000

Json = dict[str, Any]


def history(client: MlflowClient, run_ids: list[str], keys: list[str], max_points: int) -> list[Json]:
    """Read the series of these runs and keys that have points; see `calls.history`."""
    found: dict[tuple[str, str], Json] = {}
    for key in keys:
        for start in range(0, len(run_ids), _RUNS):
            some = run_ids[start : start + _RUNS]
            sampled = _sampled(client, some, key, max_points)
            for run_id in some:
                points = _whole(client, run_id, key) if sampled is None else sampled.get(run_id, [])
                if points:
                    kept = (
                        points
                        if len(points) <= max_points
                        else thinned(points, buckets=buckets_of(max_points))
                    )
                    found[run_id, key] = series(run_id, key, kept, len(points))
    return [found[run_id, key] for run_id in run_ids for key in keys if (run_id, key) in found]


def keys(client: MlflowClient, experiment_ids: tuple[str, ...] | None) -> dict[str, list[str]]:
    """Gather keys from the newest runs of these experiments; see `calls.keys`."""
    ids = list(experiment_ids) if experiment_ids is not None else experiment_ids_of(client)
    runs = client.search_runs(ids, max_results=_LOOKED_AT) if ids else []
    metrics = {key for run in runs for key in run.data.metrics}
    params = {key for run in runs for key in run.data.params}
    tags = {
        key
        for run in runs
        for key in run.data.tags
        if not key.startswith("mlflow.") or key.startswith("mlflow.note.")
    }
    return {
        name: sorted(found)[:_KEYS]
        for name, found in (("metrics", metrics), ("params", params), ("tags", tags))
    }


def _whole(client: MlflowClient, run_id: str, key: str) -> list[Point]:
    return [_point(one.step, one.timestamp, one.value) for one in client.get_metric_history(run_id, key)]


def _sampled(
    client: MlflowClient, run_ids: list[str], key: str, max_points: int
) -> dict[str, list[Point]] | None:
    """Ask an MLflow server for thinned histories; None where it can't do that."""
    from mlflow.exceptions import MlflowException
    from mlflow.store.tracking.rest_store import RestStore
    from mlflow.utils.rest_utils import http_request

    store = client._tracking_client.store  # noqa: SLF001 - it knows the credentials
    if type(store) is not RestStore:  # Databricks' and Azure's have other ways
        return None
    response = http_request(
        store.get_host_creds(),
        _SAMPLED,
        "GET",
        params={"run_ids": run_ids, "metric_key": key, "max_results": max_points},
    )
    if response.status_code != 200:  # noqa: PLR2004 - HTTP's OK; an older server has no such route
        return None
    try:
        found: dict[str, list[Point]] = {}
        for one in response.json().get("metrics", []):
            point = _point(int(one.get("step", 0)), int(one.get("timestamp", 0)), float(one["value"]))
            found.setdefault(one["run_id"], []).append(point)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MlflowException(f"Connection broken: {type(error).__name__}") from error
    return found


def _point(step: int, timestamp: int, value: float) -> Point:
    return Point(step, timestamp, value, value != value)  # noqa: PLR0124 - NaN
