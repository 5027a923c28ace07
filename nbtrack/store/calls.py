"""The table of calls: what the process of a store can be asked.

Arguments are plain JSON and come by name. Lists answer `{items, next_page_token, total}`; `total` is None
where it isn't cheap. Times are milliseconds since the epoch; numbers that are not finite are «NaN»,
«Infinity» and «-Infinity».
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.connecting import checking
from nbtrack.errors import Invalid
from nbtrack.store import (
    actions,
    changes,
    client_history,
    client_lists,
    client_run,
    comparison,
    kinds,
    local_experiments,
    local_history,
    local_keys,
    local_run,
    model_calls,
    previews,
    views,
)
from nbtrack.store import artifacts as artifact_files
from nbtrack.store.local_runs import Page
from nbtrack.store.wanted import Wanted, checked, columns_of, experiment_ids_of, size_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from nbtrack.store.opened import Store
    from nbtrack.store.wire import Bytes

    Json = dict[str, Any]


_SERIES = 2000
_POINTS = 200_000  # of all series of an answer
_FEWEST = 20


def ready(store: Store) -> Json:
    """Answer once MLflow is imported."""
    store.ready()
    return {}


def ping(store: Store) -> Json:
    """Say what kind of store it is and whether it answers."""
    return kinds.ping(store)


def check(store: Store) -> Json:
    """Return `steps` of `{name, state, seconds, sentence, cure}`: whether it can be used."""
    store.wait()  # so that no step is blamed for MLflow's import
    return {"steps": [step.wire() for step in checking.steps(store.uri)]}


def experiments(
    store: Store,
    *,
    query: str = "",
    deleted: bool = False,
    max_results: int = 500,
    page_token: str | None = None,
) -> Json:
    """List experiments whose name holds `query`, in any case; the most recently updated first."""
    size = size_of(max_results)
    return store.read(
        lambda connection: local_experiments.page(
            connection, query, deleted=deleted, max_results=size, page_token=page_token
        ),
        lambda client: client_lists.experiments(
            client, query, deleted=deleted, max_results=size, page_token=page_token
        ),
    )


def runs(
    store: Store,
    *,
    experiment_ids: list[str] | None = None,
    notebook: str | None = None,
    cell_ids: list[str] | None = None,
    parent_run_id: str | None = None,
    top_level: bool = False,
    mine: str | None = None,
    status: list[str] | str | None = None,
    filter: str = "",  # noqa: A002 - MLflow's word
    order_by: str | None = None,
    deleted: bool = False,
    columns: list[str] | None = None,
    max_results: int = 200,
    page_token: str | None = None,
) -> Json:
    """List runs.

    Parameters
    ----------
    experiment_ids
        None: all experiments that are not deleted.
    notebook, cell_ids, parent_run_id, mine
        Only runs with these values of nbtrack's and MLflow's tags; `mine` is the user that rows show.
    top_level
        Only runs without a parent, and those whose parent is in no list with them.
    status
        One or several of MLflow's.
    filter, order_by
        In MLflow's language; one column to order by, `attributes.start_time DESC` if None.
    columns
        Such as `metrics.val_loss`, `params.lr`, `tags.team`: what `values` of each row holds.
    """
    wanted = checked(
        Wanted(
            experiment_ids=experiment_ids_of(experiment_ids),
            notebook=notebook,
            cell_ids=None if cell_ids is None else tuple(cell_ids),
            parent_run_id=parent_run_id,
            top_level=top_level,
            mine=mine,
            status=(status,) if isinstance(status, str) else tuple(status or ()),
            filter=filter.strip(),
            order_by=order_by or None,
            deleted=deleted,
            columns=columns_of(columns or []),
            max_results=max_results,
            page_token=page_token or None,
        )
    )

    def own(connection: sqlite3.Connection) -> Json:
        if wanted.filter or wanted.order_by:
            store.wait()  # MLflow parses them
        return Page(wanted).read(connection)

    return store.read(own, lambda client: client_lists.runs(client, wanted))


def run(store: Store, *, run_id: str) -> Json:
    """Return a run with all that is known of it."""
    return store.read(
        lambda connection: local_run.run(connection, run_id), lambda client: client_run.run(client, run_id)
    )


def history(store: Store, *, run_ids: list[str], keys: list[str], max_points: int = 1000) -> Json:
    """Return `items` of `{run_id, key, points: {step, value, timestamp}, total}`.

    Each is thinned to `max_points`; series without a point are left out.
    """
    number = len(run_ids) * len(keys)
    if number > _SERIES:
        raise Invalid(f"{number:,} series are too many.", hint=f"Ask for {_SERIES:,} at most.")
    most = max(_FEWEST, min(max_points, _POINTS // max(number, 1)))
    ids, names = list(dict.fromkeys(run_ids)), list(dict.fromkeys(keys))
    items = store.read(
        lambda connection: local_history.history(connection, ids, names, most),
        lambda client: client_history.history(client, ids, names, most),
    )
    return {"items": items, "next_page_token": None, "total": len(items)}


def keys(store: Store, *, experiment_ids: list[str] | None = None) -> Json:
    """Return `{metrics, params, tags}`: keys that runs of these experiments have, in alphabetical order."""
    ids = experiment_ids_of(experiment_ids)
    return store.read(
        lambda connection: local_keys.keys(connection, ids), lambda client: client_history.keys(client, ids)
    )


def artifacts(store: Store, *, run_id: str, path: str = "") -> Json:
    """List a folder of a run's artifacts: `items` of `{path, name, is_dir, size}`."""
    return artifact_files.listing(store, run_id, path)


def artifact(store: Store, *, run_id: str, path: str, max_bytes: int = 20_000_000) -> Bytes:
    """Return the bytes of an artifact, unless it is larger."""
    return artifact_files.content(store, run_id, path, max_bytes)


def table(store: Store, *, run_id: str, path: str, rows: int = 200) -> Json:
    """Return `{columns, rows, total}`: the first rows of a CSV, parquet or logged table."""
    return previews.table(store, run_id, path, rows)


def update_run(
    store: Store,
    *,
    run_id: str,
    name: str | None = None,
    note: str | None = None,
    tags: dict[str, str | None] | None = None,
    status: str | None = None,
    expected: dict[str, str | None] | None = None,
) -> Json:
    """Change a run, if it still is what the caller believes.

    Parameters
    ----------
    name, note, status
        None leaves it. Only a RUNNING run can be ended, as FINISHED, FAILED or KILLED.
    tags
        None deletes a tag.
    expected
        What the caller believes: `{"name": "old", "note": "old", "tags.k": None}`.
    """
    return actions.update_run(
        store, run_id, name=name, note=note, changes=tags or {}, status=status, expected=expected or {}
    )


def delete_runs(store: Store, *, run_ids: list[str]) -> Json:
    """Delete runs: `{done: [run_id], failed: [{run_id, message}]}`. They can be restored."""
    return actions.delete_runs(store, run_ids)


def restore_runs(store: Store, *, run_ids: list[str]) -> Json:
    """Restore deleted runs; answers as `delete_runs`."""
    return actions.restore_runs(store, run_ids)


def create_experiment(store: Store, *, name: str) -> Json:
    """Make an experiment, and the store where there is none yet: `{experiment_id}`."""
    return actions.create_experiment(store, name)


def rename_experiment(store: Store, *, experiment_id: str, name: str) -> Json:
    """Give an experiment another name."""
    return actions.rename_experiment(store, experiment_id, name)


def delete_experiment(store: Store, *, experiment_id: str) -> Json:
    """Delete an experiment with its runs; it can be restored."""
    return actions.delete_experiment(store, experiment_id)


def restore_experiment(store: Store, *, experiment_id: str) -> Json:
    """Restore a deleted experiment."""
    return actions.restore_experiment(store, experiment_id)


def view(store: Store, *, experiment_id: str) -> Json:
    """Return how an experiment is looked at: `{columns, sort, pins, metric}`."""
    return views.view(store, experiment_id)


def set_view(store: Store, *, experiment_id: str, view: Json) -> Json:
    """Keep how an experiment is looked at, on the store."""
    return views.set_view(store, experiment_id, view)


def pulse(store: Store, *, experiment_ids: list[str] | None = None) -> Json:
    """Return `{mark}`, which changes when anything in the store may have."""
    return changes.pulse(store, experiment_ids)


CALLS: dict[str, Callable[..., object]] = {
    call.__name__: call
    for call in (
        ready, ping, check, pulse, experiments, runs, run, history, *comparison.CALLS, keys, artifacts,
        artifact, table, view, set_view, update_run, delete_runs, restore_runs, create_experiment,
        rename_experiment, delete_experiment, restore_experiment, *model_calls.CALLS,
    )
}  # fmt: skip
