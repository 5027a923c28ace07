"""One run with all that is known of it, whichever way it was read."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from nbtrack import tags
from nbtrack.store.rows import Facts, row
from nbtrack.uris import without_credentials

if TYPE_CHECKING:
    from collections.abc import Iterable

LOGGED = "mlflow.log-model.history"  # where MLflow 2 kept the models of a run
CONTEXT = "mlflow.data.context"
_SCHEMA = 20_000  # characters

Json = dict[str, Any]


def details(
    facts: Facts,
    primary: str | None,
    *,
    experiment: str | None,
    metrics: list[Json],
    datasets: list[Json],
    models: list[Json],
) -> Json:
    """Return the answer of `calls.run`; `experiment` is a name, None where it can't be had."""
    has = facts.tags
    return {
        **row(facts, (), primary),
        "experiment_name": experiment,
        "note": has.get(tags.NOTE) or "",
        "artifact_uri": without_credentials(facts.artifact_uri or ""),
        "params": _pairs(facts.params.items()),
        "metrics": metrics,
        "tags": _pairs(has.items()),
        "datasets": datasets,
        "models": models or older_models(facts.run_id, has.get(LOGGED)),
        "previous_run_id": has.get(tags.PREVIOUS_RUN) or None,
    }


def dataset(
    name: str, digest: str, source_type: str, context: str | None, *, profile: Any, schema: Any
) -> Json:
    """Return a dataset of a run; its profile and its schema are texts that the library of the data wrote."""
    return {
        "name": name,
        "digest": digest,
        "source_type": source_type,
        "context": context,
        "rows": _rows(profile),
        "schema": schema[:_SCHEMA] if isinstance(schema, str) and schema else None,
    }


def model(model_id: str, name: str | None, status: str | None) -> Json:
    """Return a model that a run logged."""
    return {"model_id": model_id, "name": name or "", "status": status, "path": f"models:/{model_id}"}


def older_models(run_id: str, text: str | None) -> list[Json]:
    """Return models that MLflow 2 logged: they are artifacts of the run, and a tag lists them."""
    found = []
    with suppress(ValueError, RecursionError):
        logged = json.loads(text or "[]")
        for one in logged if isinstance(logged, list) else []:
            path = one.get("artifact_path") if isinstance(one, dict) else None
            if isinstance(path, str):
                found.append(
                    {"model_id": None, "name": path, "status": None, "path": f"runs:/{run_id}/{path}"}
                )
    return found


def _pairs(items: Iterable[tuple[str, str]]) -> list[Json]:
    return [{"key": key, "value": value} for key, value in sorted(items)]


def _rows(profile: Any) -> int | None:
    with suppress(ValueError, TypeError, RecursionError):
        said = json.loads(profile)
        if isinstance(said, dict) and type(said.get("num_rows")) is int:
            return int(said["num_rows"])
    return None
