"""Pages of experiments and runs by MLflow's client, with what MLflow can't filter filtered here."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from nbtrack import tags
from nbtrack.store import client_mine, client_versions, filters, ordering
from nbtrack.store.client_runs import experiment_ids_of, facts_of, primary_metrics
from nbtrack.store.gathered import gathered
from nbtrack.store.rows import row
from nbtrack.store.wanted import STATUSES, content_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlflow import MlflowClient

    from nbtrack.store.wanted import Wanted

_PARENTS = 30  # that are looked up for a page


def experiments(
    client: MlflowClient, query: str, *, deleted: bool, max_results: int, page_token: str | None
) -> dict[str, Any]:
    """Read a page of experiments, the most recently updated first; see `calls.experiments`."""
    from mlflow.entities import ViewType

    view = ViewType.DELETED_ONLY if deleted else ViewType.ACTIVE_ONLY
    simple = query.isascii() and not set(query) & set("%_'\"\\`")
    wanted = query.casefold()

    def fetch(token: str | None) -> Any:
        return client.search_experiments(
            view_type=view,
            max_results=max_results,
            filter_string=f"name ILIKE '%{query}%'" if query and simple else None,
            order_by=["last_update_time DESC"],
            page_token=token,
        )

    found = gathered(fetch, lambda one: wanted in one.name.casefold(), max_results, page_token)
    return {
        "items": [
            {
                "experiment_id": one.experiment_id,
                "name": one.name,
                "lifecycle_stage": one.lifecycle_stage,
                "creation_time": one.creation_time,
                "last_update_time": one.last_update_time,
                "runs": None,
                "note": one.tags.get(tags.NOTE) or "",
            }
            for one in found.items
        ],
        "next_page_token": found.token,
        "total": None,
    }


def runs(client: MlflowClient, wanted: Wanted) -> dict[str, Any]:
    """Read a page of runs; see `calls.runs`."""
    from mlflow.entities import ViewType

    # A plain error, whatever the server's own would look like.
    filters.parsed(wanted.filter)
    if wanted.order_by:
        ordering.parsed(wanted.order_by)
    ids = (
        list(wanted.experiment_ids)
        if wanted.experiment_ids is not None
        else experiment_ids_of(client, deleted=wanted.deleted)
    )
    if not ids:
        return {"items": [], "next_page_token": None, "total": 0}
    clauses, rest = _filter(wanted)
    if wanted.top_level:
        rest.append(_TopLevel(client))
    search = partial(
        client.search_runs,
        ids,
        run_view_type=ViewType.DELETED_ONLY if wanted.deleted else ViewType.ACTIVE_ONLY,
    )
    more: dict[str, Any] = {}
    if wanted.mine:
        rest.append(client_mine.check(wanted.mine))
        if name := _quoted(wanted.mine):
            before = content_of(wanted.page_token).get("mine") if wanted.page_token else None
            by = client_mine.way(lambda one: bool(search(one, max_results=1)), name, before)
            clauses += client_mine.clauses(by, name)
            more["mine"] = by

    def fetch(token: str | None) -> Any:
        return search(
            " AND ".join(clauses),
            max_results=wanted.max_results,
            order_by=[wanted.order_by or "attributes.start_time DESC"],
            page_token=token,
        )

    found = gathered(
        fetch, lambda run: all(check(run) for check in rest), wanted.max_results, wanted.page_token, more
    )
    facts = [facts_of(run) for run in found.items]
    primary = primary_metrics(client, {one.experiment_id for one in facts})
    known = client_versions.of_runs(client, [one.run_id for one in facts])
    for one in facts:
        one.registered = known.get(one.run_id)
    return {
        "items": [row(one, wanted.columns, primary.get(one.experiment_id)) for one in facts],
        "next_page_token": found.token,
        "total": None,
    }


def _filter(wanted: Wanted) -> tuple[list[str], list[Callable[[Any], bool]]]:
    """Return what MLflow filters by, and checks for what its language can't say."""
    clauses = [wanted.filter] if wanted.filter.strip() else []
    rest: list[Callable[[Any], bool]] = []
    for key, values in (
        (tags.NOTEBOOK_PATH, wanted.notebook and (wanted.notebook,)),
        (tags.CELL_ID, wanted.cell_ids),
        (tags.PARENT_RUN_ID, wanted.parent_run_id and (wanted.parent_run_id,)),
    ):
        if values is None or values == "":
            continue
        if len(values) == 1 and (quoted := _quoted(values[0])):
            clauses.append(f"tags.`{key}` = {quoted}")
        else:
            rest.append(partial(_tagged, key, frozenset(values)))
    if wanted.status:
        clauses += [f"attributes.status != '{one}'" for one in STATUSES if one not in wanted.status]
    return clauses, rest


class _TopLevel:
    """Tells whether a run stands for itself: it has no parent, or one that is in no list with it.

    MLflow can't say this: its `IS NULL` for tags is younger than many servers. Parents are asked for one by
    one, so only so many; the rest are taken to be listed.
    """

    def __init__(self, client: MlflowClient) -> None:
        self._client = client
        self._parents: dict[str, tuple[str, str] | None] = {}

    def __call__(self, run: Any) -> bool:
        parent = run.data.tags.get(tags.PARENT_RUN_ID)
        if parent is None:
            return True
        if parent not in self._parents:
            if len(self._parents) >= _PARENTS:
                return False
            self._parents[parent] = self._place(parent)
        return self._parents[parent] != (run.info.lifecycle_stage, run.info.experiment_id)

    def _place(self, run_id: str) -> tuple[str, str] | None:
        from mlflow.exceptions import MlflowException

        try:
            info = self._client.get_run(run_id).info
        except MlflowException:  # gone for good
            return None
        return info.lifecycle_stage, info.experiment_id


def _tagged(key: str, values: frozenset[str], run: Any) -> bool:
    return run.data.tags.get(key) in values


def _quoted(text: str) -> str | None:
    """Return a text in quotes; None where it holds both kinds, which MLflow can't say."""
    if "'" not in text:
        return f"'{text}'"
    return f'"{text}"' if '"' not in text else None
