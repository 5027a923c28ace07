"""Runs side by side by MLflow's client, in few requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.store import client_chosen
from nbtrack.store.client_runs import facts_of
from nbtrack.store.columns import Columns, compares
from nbtrack.store.details import CONTEXT

if TYPE_CHECKING:
    from mlflow import MlflowClient


def compared(client: MlflowClient, run_ids: list[str], metric: str | None) -> dict[str, Any]:
    """Read what `calls.compare` answers; with only one metric, and no tags, if one is named."""
    columns = Columns(run_ids)
    for run in client_chosen.runs(client, run_ids):
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
