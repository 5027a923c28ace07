"""Pages of experiments and runs from MLflow's client, all of them, for whoever has one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import tags
from nbtrack.records import RunRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlflow import MlflowClient

_PAGE = 500


def experiments(client: MlflowClient) -> Iterator[Any]:
    """Yield the experiments that are not deleted, all pages."""
    token: str | None = None
    while True:
        page = client.search_experiments(max_results=_PAGE, page_token=token)
        yield from page
        token = page.token
        if not token:
            return


def runs(
    client: MlflowClient,
    experiment_ids: list[str],
    query: str,
    limit: int | None = None,
    order_by: str = "attributes.start_time DESC",
) -> Iterator[RunRecord]:
    """Yield the runs that match MLflow's filter `query`, newest first, at most `limit`."""
    token: str | None = None
    left = limit
    while experiment_ids and (left is None or left > 0):
        size = _PAGE if left is None else min(_PAGE, left)
        page = client.search_runs(
            experiment_ids, query, max_results=size, order_by=[order_by], page_token=token
        )
        yield from (_record(run) for run in page)
        left = None if left is None else left - len(page)
        token = page.token
        if not token:
            return


def left_running(client: MlflowClient) -> Iterator[RunRecord]:
    """Yield the runs of any kernel of nbtrack's that the store believes to be RUNNING."""
    ids = [experiment.experiment_id for experiment in experiments(client)]
    yield from runs(client, ids, f"attributes.status = 'RUNNING' AND tags.`{tags.KERNEL_ID}` LIKE '%'")


def _record(run: Any) -> RunRecord:
    return RunRecord(
        run_id=run.info.run_id,
        experiment_id=run.info.experiment_id,
        name=run.info.run_name,
        status=run.info.status,
        start_time=run.info.start_time,
        end_time=run.info.end_time,
        tags=dict(run.data.tags),
    )
