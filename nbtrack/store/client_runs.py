"""What rows of runs are made of, from MLflow's entities."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from nbtrack.store.rows import PRIMARY_METRIC, Facts, number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlflow import MlflowClient

_PAGES = 8
_ALL = 1000
_EXPERIMENTS = 20  # whose tags are asked for one page: each is a request


def facts_of(run: Any) -> Facts:
    """Return what the row of a run is made of."""
    info, data = run.info, run.data
    models = getattr(getattr(run, "outputs", None), "model_outputs", None)
    return Facts(
        run_id=info.run_id,
        experiment_id=info.experiment_id,
        name=info.run_name,
        status=info.status,
        start_time=info.start_time,
        end_time=info.end_time,
        lifecycle_stage=info.lifecycle_stage,
        user=info.user_id,
        artifact_uri=info.artifact_uri,
        tags=dict(data.tags),
        params=dict(data.params),
        metrics={key: number(value) for key, value in data.metrics.items()},
        models=None if models is None else len(models),
    )


def primary_metrics(client: MlflowClient, experiment_ids: Iterable[str]) -> dict[str, str]:
    """Return the keys of the metrics that somebody chose for these experiments."""
    from mlflow.exceptions import MlflowException

    found = {}
    for experiment_id in sorted(experiment_ids)[:_EXPERIMENTS]:
        with suppress(MlflowException):
            key = client.get_experiment(experiment_id).tags.get(PRIMARY_METRIC)
            if key:
                found[experiment_id] = key
    return found


def experiment_ids_of(client: MlflowClient, *, deleted: bool = False) -> list[str]:
    """Return the ids of all experiments, of deleted ones only if asked."""
    from mlflow.entities import ViewType

    ids: list[str] = []
    token = None
    for _ in range(_PAGES):
        page = client.search_experiments(
            view_type=ViewType.ALL if deleted else ViewType.ACTIVE_ONLY, max_results=_ALL, page_token=token
        )
        ids += [one.experiment_id for one in page]
        token = page.token
        if not token:
            break
    return ids
