"""Versions of registered models by MLflow's client."""

from __future__ import annotations

from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any

from nbtrack.store import client_chosen
from nbtrack.store.client_models import aliases, understood_way
from nbtrack.store.gathered import gathered
from nbtrack.store.model_rows import Origin, Version, registered, version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlflow import MlflowClient

_AT_ONCE = 50  # runs: their ids go in a URL, and some servers take no more than 4,000 characters
_ENOUGH = 1.0  # seconds to find out for a whole list
_VERSIONS = 1000
_NEWEST_FIRST = ["creation_timestamp DESC", "version_number DESC", "name ASC"]

Json = dict[str, Any]


def page(
    client: MlflowClient,
    name: str | None,
    run_ids: list[str] | None,
    *,
    max_results: int,
    page_token: str | None,
) -> Json:
    """Read a page of versions, the newest first; see `model_calls.model_versions`."""
    clauses = []
    if name is not None and (quoted := _quoted(name)):
        clauses.append(f"name = {quoted}")
    if run_ids is not None:
        among = client_chosen.within(run_ids)
        if not among:
            return {"items": [], "next_page_token": None, "total": 0}
        clauses.append(_of_runs(among))
    query = {"filter_string": " AND ".join(clauses)} if clauses else {}
    ways: list[Json] = [{**query, "order_by": _NEWEST_FIRST}, query]
    fetch, way = understood_way(client.search_model_versions, ways, max_results, page_token)
    part = gathered(fetch, lambda one: name in {None, one.name}, max_results, page_token, {"way": way})
    found = [_version(one) for one in part.items]
    known = aliases(client, {one.name for one in found})
    origins = _origins(client, {one.run_id for one in found if one.run_id})
    items = [
        version(
            one,
            dict(theirs.tags),
            {*known.get((one.name, one.version), ()), *(theirs.aliases or ())},
            origins.get(one.run_id or ""),
        )
        for one, theirs in zip(found, part.items, strict=True)
    ]
    if way:
        items.sort(key=lambda item: item["created"] or 0, reverse=True)
    return {"items": items, "next_page_token": part.token, "total": None}


def of_runs(client: MlflowClient, run_ids: list[str]) -> dict[str, list[Json]]:
    """Return what runs are registered as, by run; without those that there was no time for.

    A store that has no registry, or can't search it by runs, tells of none of them.
    """
    from mlflow.exceptions import MlflowException

    until = monotonic() + _ENOUGH
    found: list[tuple[str, str, str]] = []
    asked: list[str] = []
    with suppress(MlflowException):
        for start in range(0, len(run_ids), _AT_ONCE):
            if monotonic() > until:
                break
            some = run_ids[start : start + _AT_ONCE]
            if among := client_chosen.within(some):
                page = client.search_model_versions(_of_runs(among), max_results=_VERSIONS)
                found += [(one.run_id or "", one.name, str(one.version)) for one in page]
            asked += some
    told = registered(found, aliases(client, {name for _, name, _ in found}) if found else {})
    return {run_id: told.get(run_id, []) for run_id in asked}


def _of_runs(among: str) -> str:
    return f"run_id = {among}" if "," not in among else f"run_id IN ({among})"


def _version(one: Any) -> Version:
    return Version(
        name=one.name,
        version=str(one.version),
        status=one.status,
        status_message=one.status_message,
        description=one.description,
        stage=one.current_stage,
        created=one.creation_timestamp,
        updated=one.last_updated_timestamp,
        user=one.user_id,
        run_id=one.run_id,
        source=one.source,
        model_id=getattr(one, "model_id", None) or None,
    )


def _origins(client: MlflowClient, run_ids: Iterable[str]) -> dict[str, Origin]:
    from mlflow.exceptions import MlflowException

    with suppress(MlflowException):
        return {
            run.info.run_id: Origin(
                run.info.run_name, run.info.experiment_id, run.info.user_id, dict(run.data.tags)
            )
            for run in client_chosen.runs(client, sorted(run_ids))
        }
    return {}


def _quoted(text: str) -> str | None:
    """Return a text in quotes; None where it holds both kinds, which MLflow can't say."""
    if "'" not in text:
        return f"'{text}'"
    return f'"{text}"' if '"' not in text else None
