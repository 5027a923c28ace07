"""Everything that writes: MLflow's client does it, whatever the store."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

from nbtrack import tags
from nbtrack.errors import Invalid
from nbtrack.store.faults import Changed, understood

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlflow import MlflowClient

    from nbtrack.store.opened import Store

_ENDS = ("FINISHED", "FAILED", "KILLED")
_ENOUGH = 3.0  # seconds for an action on many runs
_NOTE = 5000  # characters that every kind of MLflow store takes

Json = dict[str, Any]


def create_experiment(store: Store, name: str) -> Json:
    """Make an experiment, and the store where nobody has made it yet."""
    _named(name, "An experiment")
    store.make()
    return {"experiment_id": store.client.create_experiment(name.strip())}


def rename_experiment(store: Store, experiment_id: str, name: str) -> Json:
    """Give an experiment another name."""
    _named(name, "An experiment")
    store.client.rename_experiment(experiment_id, name.strip())
    return {}


def delete_experiment(store: Store, experiment_id: str) -> Json:
    """Delete an experiment and its runs; they can be restored."""
    store.client.delete_experiment(experiment_id)
    return {}


def restore_experiment(store: Store, experiment_id: str) -> Json:
    """Take back the deletion of an experiment."""
    store.client.restore_experiment(experiment_id)
    return {}


def update_run(
    store: Store,
    run_id: str,
    *,
    name: str | None,
    note: str | None,
    changes: Mapping[str, str | None],
    status: str | None,
    expected: Mapping[str, str | None],
) -> Json:
    """Change a run, if it still is what the caller believes; see `calls.update_run`.

    Raises
    ------
    Changed
        If it isn't, or is to be ended but does not run; with what the store has.
    Invalid
        If a value can't be used.
    """
    _check(name, note, status)
    client = store.client
    run = client.get_run(run_id)
    _same(run, expected)
    if status is not None and run.info.status != "RUNNING":
        raise Changed(
            f"The run is {run.info.status} already.",
            hint="Nothing was changed.",
            current={"status": run.info.status},
        )
    if name is not None:
        client.update_run(run_id, name=name.strip())
    if note is not None:
        client.set_tag(run_id, tags.NOTE, note)
    for key, value in changes.items():
        if value is not None:
            client.set_tag(run_id, key, value)
        elif key in run.data.tags:
            client.delete_tag(run_id, key)
    if status is not None:
        client.set_terminated(run_id, status)
    return {}


def delete_runs(store: Store, run_ids: list[str]) -> Json:
    """Delete runs; they can be restored."""
    return _each(store, run_ids, lambda client, run_id: client.delete_run(run_id))


def restore_runs(store: Store, run_ids: list[str]) -> Json:
    """Take back the deletion of runs."""
    return _each(store, run_ids, lambda client, run_id: client.restore_run(run_id))


def _check(name: str | None, note: str | None, status: str | None) -> None:
    if name is not None:
        _named(name, "A run")
    if status is not None and status not in _ENDS:
        raise Invalid(f"A run can't be ended as {status!r}.", hint=f"Choose {', '.join(_ENDS)}.")
    if note is not None and len(note) > _NOTE:
        raise Invalid(f"The note has {len(note):,} characters.", hint=f"{_NOTE:,} are kept; shorten it.")


def _each(store: Store, run_ids: list[str], work: Callable[[MlflowClient, str], None]) -> Json:
    """Do it to each run, as far as the time goes; say which were done, and what happened to the others."""
    client, until = store.client, monotonic() + _ENOUGH
    done: list[str] = []
    failed: list[Json] = []
    for run_id in dict.fromkeys(run_ids):
        if monotonic() > until:
            failed.append({"run_id": run_id, "message": "There was no time left: send it again."})
            continue
        try:
            work(client, run_id)
        except Exception as error:
            found = understood(error, store.uri)
            if found is None:
                raise
            failed.append({"run_id": run_id, "message": found.message})
        else:
            done.append(run_id)
    return {"done": done, "failed": failed}


def _same(run: Any, expected: Mapping[str, str | None]) -> None:
    has = {"name": run.info.run_name or "", "note": run.data.tags.get(tags.NOTE) or ""}
    current: dict[str, str | None] = {}
    for what, believed in expected.items():
        if what in has:
            now: str | None = has[what]
            believed = believed or ""  # noqa: PLW2901 - none and empty are the same here
        elif what.startswith("tags."):
            now = run.data.tags.get(what.removeprefix("tags."))
        else:
            raise Invalid(f"{what!r} can't be expected.", hint="Expect name, note or tags.<key>.")
        if now != believed:
            current[what] = now
    if current:
        raise Changed(
            "Somebody else changed this run meanwhile.",
            hint="Look at what it is now, and decide again.",
            current=current,
        )


def _named(name: str, what: str) -> None:
    if not name.strip():
        raise Invalid(f"{what} needs a name.", hint="Type one.")
