"""Runs side by side by MLflow's client, in few requests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nbtrack.errors import NotFound
from nbtrack.store.client_runs import experiment_ids_of, facts_of
from nbtrack.store.columns import Columns, compares
from nbtrack.store.details import CONTEXT
from nbtrack.store.faults import understood

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlflow import MlflowClient

_RUN_ID = re.compile(r"[A-Za-z0-9][\w-]{0,255}", re.ASCII)  # MLflow's own
_AT_ONCE = 100  # runs: a server takes some seconds for 1,000 with many params and metrics
_EXPERIMENTS = 8  # that are found by their runs; after so many, all are looked through


def compared(client: MlflowClient, run_ids: list[str], metric: str | None) -> dict[str, Any]:
    """Read what `calls.compare` answers; with only one metric, and no tags, if one is named."""
    columns = Columns(run_ids)
    for run in _runs(client, [run_id for run_id in run_ids if _RUN_ID.fullmatch(run_id)]):
        facts = facts_of(run)
        columns.run(facts)
        for key, text in facts.params.items():
            columns.text("params", facts.run_id, key, text)
        for key, value in facts.metrics.items():
            if metric is None or key == metric:
                columns.metric(facts.run_id, key, value)
        for key, text in facts.tags.items():
            if metric is None and compares(key):
                columns.text("tags", facts.run_id, key, text)
        for one in getattr(getattr(run, "inputs", None), "dataset_inputs", None) or []:
            context = next((tag.value for tag in one.tags if tag.key == CONTEXT), None)
            columns.dataset(facts.run_id, one.dataset.name, context, one.dataset.digest)
    return columns.answer()


def _runs(client: MlflowClient, run_ids: Iterable[str]) -> list[Any]:
    """Find runs by id. MLflow searches within experiments: that of the first run often has them all."""
    left: dict[str, None] = dict.fromkeys(run_ids)
    found: list[Any] = []
    for _ in range(_EXPERIMENTS):
        if not left:
            return found
        first = _run(client, next(iter(left)))
        if first is None:
            del left[next(iter(left))]
            continue
        found += _searched(client, [first.info.experiment_id], left)
    return found + (_searched(client, experiment_ids_of(client, deleted=True), left) if left else [])


def _run(client: MlflowClient, run_id: str) -> Any:
    from mlflow.exceptions import MlflowException

    try:
        return client.get_run(run_id)
    except MlflowException as error:
        if isinstance(understood(error, ""), NotFound):
            return None
        raise


def _searched(client: MlflowClient, experiment_ids: list[str], left: dict[str, None]) -> list[Any]:
    """Find runs within experiments, and take them off those that are left to find."""
    from mlflow.entities import ViewType

    found: list[Any] = []
    ids = list(left)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        query = f"attributes.run_id IN ({', '.join(map(repr, some))})"
        found += client.search_runs(experiment_ids, query, ViewType.ALL, max_results=len(some))
    for run in found:
        left.pop(run.info.run_id, None)
    return found
