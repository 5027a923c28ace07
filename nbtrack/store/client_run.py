"""One run by MLflow's client."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from nbtrack import tags
from nbtrack.store import client_versions
from nbtrack.store.client_runs import facts_of
from nbtrack.store.details import CONTEXT, dataset, details, model
from nbtrack.store.rows import PRIMARY_METRIC, number

if TYPE_CHECKING:
    from mlflow import MlflowClient

_CHILDREN = 1000
_MODELS = 20  # each is a request

Json = dict[str, Any]


def run(client: MlflowClient, run_id: str) -> Json:
    """Read a run; see `calls.run`."""
    found = client.get_run(run_id)
    facts = facts_of(found)
    facts.children = _children(client, facts.experiment_id, run_id)
    facts.registered = client_versions.of_runs(client, [run_id]).get(run_id)
    experiment, primary = _experiment(client, facts.experiment_id)
    return details(
        facts,
        primary,
        experiment=experiment,
        metrics=_metrics(found),
        datasets=_datasets(found),
        models=_models(client, found),
    )


def _experiment(client: MlflowClient, experiment_id: str) -> tuple[str | None, str | None]:
    """Return its name, and the key of the metric that somebody chose for it."""
    from mlflow.exceptions import MlflowException

    with suppress(MlflowException):
        found = client.get_experiment(experiment_id)
        return found.name, found.tags.get(PRIMARY_METRIC) or None
    return None, None


def _children(client: MlflowClient, experiment_id: str, run_id: str) -> int | None:
    page = client.search_runs(
        [experiment_id], f"tags.`{tags.PARENT_RUN_ID}` = '{run_id}'", max_results=_CHILDREN
    )
    return None if page.token else len(page)


def _metrics(found: Any) -> list[Json]:
    # The public `metrics` has values only; MLflow's entity keeps the points that they come from.
    points = {point.key: point for point in getattr(found.data, "_metric_objs", ())}
    return [
        {
            "key": key,
            "value": number(value),
            "step": points[key].step if key in points else 0,
            "timestamp": points[key].timestamp if key in points else 0,
            "min": None,
            "max": None,
            "count": None,
        }
        for key, value in sorted(found.data.metrics.items())
    ]


def _datasets(found: Any) -> list[Json]:
    inputs = getattr(getattr(found, "inputs", None), "dataset_inputs", None) or []
    items = [
        dataset(
            one.dataset.name,
            one.dataset.digest,
            one.dataset.source_type,
            next((tag.value for tag in one.tags if tag.key == CONTEXT), None),
            profile=one.dataset.profile,
            schema=one.dataset.schema,
        )
        for one in inputs
    ]
    return sorted(items, key=lambda item: (item["name"], item["digest"]))


def _models(client: MlflowClient, found: Any) -> list[Json]:
    from mlflow.exceptions import MlflowException

    outputs = getattr(getattr(found, "outputs", None), "model_outputs", None) or []
    items = []
    for output in sorted(outputs, key=lambda one: (one.step, one.model_id))[:_MODELS]:
        name, status = None, None
        with suppress(MlflowException):
            logged = client.get_logged_model(output.model_id)
            name, status = logged.name, str(logged.status)
        items.append(model(output.model_id, name, status))
    return items
