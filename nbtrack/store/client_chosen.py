"""Runs by their ids, in few requests: MLflow searches within experiments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nbtrack.errors import NotFound
from nbtrack.store.client_runs import experiment_ids_of
from nbtrack.store.faults import understood

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlflow import MlflowClient

_RUN_ID = re.compile(r"[A-Za-z0-9][\w-]{0,255}", re.ASCII)  # MLflow's own
_AT_ONCE = 100  # runs: a server takes some seconds for 1,000 with many params and metrics
_EXPERIMENTS = 8  # that are found by their runs; after so many, all are looked through


def runs(client: MlflowClient, run_ids: Iterable[str]) -> list[Any]:
    """Return MLflow's runs, deleted ones too, in no order; those that are not there are left out.

    That of the first run is often the experiment of them all.
    """
    left = dict.fromkeys(run_id for run_id in run_ids if _RUN_ID.fullmatch(run_id))
    found: list[Any] = []
    for _ in range(_EXPERIMENTS):
        if not left:
            return found
        first = _run(client, next(iter(left)))
        if first is None:
            del left[next(iter(left))]
            continue
        if len(left) == 1:
            return [*found, first]
        found += _searched(client, [first.info.experiment_id], left)
    return found + (_searched(client, experiment_ids_of(client, deleted=True), left) if left else [])


def within(run_ids: Iterable[str]) -> str:
    """Return ids for MLflow's `IN`; those that can't be ids are left out, since they may hold quotes."""
    return ", ".join(f"'{run_id}'" for run_id in run_ids if _RUN_ID.fullmatch(run_id))


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
        query = f"attributes.run_id IN ({within(some)})"
        found += client.search_runs(experiment_ids, query, ViewType.ALL, max_results=len(some))
    for run in found:
        left.pop(run.info.run_id, None)
    return found
