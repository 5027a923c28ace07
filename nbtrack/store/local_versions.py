"""Versions of registered models by own SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.errors import Invalid
from nbtrack.store.local import within
from nbtrack.store.local_models import DELETED, NO_PROMPT, WHOLE, here
from nbtrack.store.model_rows import RUN_TAGS, Origin, Version, registered, version
from nbtrack.store.wanted import content_of, token_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

_NEVER = -(1 << 63)
_CREATED = f"COALESCE(m.creation_time, {_NEVER})"
_AMONG = "IN (SELECT value FROM json_each(?))"
_VERSIONS = (
    "SELECT m.name, m.version, m.status, m.status_message, m.description, m.current_stage, m.creation_time, "
    "m.last_updated_time, m.user_id, m.run_id, m.source FROM model_versions m"
)
_THERE = f"m.workspace = ? AND m.current_stage != '{DELETED}' AND {NO_PROMPT}"

Json = dict[str, Any]


def page(
    connection: sqlite3.Connection,
    name: str | None,
    run_ids: list[str] | None,
    *,
    max_results: int,
    page_token: str | None,
) -> Json:
    """Read a page of versions, the newest first; see `model_calls.model_versions`."""
    where, parameters = _THERE, [here()]
    if name is not None:
        where, parameters = f"{where} AND m.name = ?", [*parameters, name]
    if run_ids is not None:
        where, parameters = f"{where} AND m.run_id {_AMONG}", [*parameters, within(run_ids)]
    (total,) = connection.execute(
        f"SELECT COUNT(*) FROM model_versions m WHERE {where}",  # noqa: S608 - parameters are bound
        parameters,
    ).fetchone()
    after: list[Any] = []
    if page_token:
        time, number, of = _place(page_token)
        where += (
            f" AND ({_CREATED} < ? OR ({_CREATED} = ? AND (m.version < ? OR (m.version = ? AND m.name > ?))))"
        )
        after = [time, time, number, number, of]
    rows = connection.execute(
        f"{_VERSIONS} WHERE {where} ORDER BY {_CREATED} DESC, m.version DESC, m.name LIMIT ?",
        [*parameters, *after, max_results + 1],
    ).fetchall()
    more, rows = len(rows) > max_results, rows[:max_results]
    found = [Version(of, str(number), *rest) for of, number, *rest in rows]
    place = (
        [_NEVER if found[-1].created is None else found[-1].created, rows[-1][1], rows[-1][0]]
        if more
        else None
    )
    tagged, known = _tags(connection, found), aliases(connection, {one.name for one in found})
    origins = _origins(connection, {one.run_id for one in found if one.run_id})
    return {
        "items": [
            version(
                one,
                tagged.get((one.name, one.version), {}),
                known.get((one.name, one.version), ()),
                origins.get(one.run_id or ""),
            )
            for one in found
        ],
        "next_page_token": token_of({"versions after": place}) if place else None,
        "total": total,
    }


def of_runs(connection: sqlite3.Connection, ids: str) -> dict[str, list[Json]]:
    """Return what runs are registered as, by run; `ids` as `local.within` gives them."""
    found = [
        (run_id, name, str(number))
        for run_id, name, number in connection.execute(
            f"SELECT m.run_id, m.name, m.version FROM model_versions m WHERE {_THERE} AND m.run_id {_AMONG}",  # noqa: S608
            [here(), ids],
        )
    ]
    return registered(found, aliases(connection, {name for _, name, _ in found}))


def aliases(connection: sqlite3.Connection, names: Iterable[str]) -> dict[tuple[str, str], list[str]]:
    """Return aliases by a model's name and version."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, number, alias in connection.execute(
        "SELECT name, version, alias FROM registered_model_aliases "  # noqa: S608
        f"WHERE workspace = ? AND name {_AMONG}",
        [here(), within(names)],
    ):
        found.setdefault((name, str(number)), []).append(alias)
    return found


def _tags(connection: sqlite3.Connection, versions: list[Version]) -> dict[tuple[str, str], dict[str, str]]:
    names, numbers = {one.name for one in versions}, {one.version for one in versions}
    found: dict[tuple[str, str], dict[str, str]] = {}
    for name, number, key, value in connection.execute(
        "SELECT name, version, key, value FROM model_version_tags "  # noqa: S608
        f"WHERE workspace = ? AND name {_AMONG} "
        "AND version IN (SELECT CAST(value AS INTEGER) FROM json_each(?))",
        [here(), within(names), within(numbers)],
    ):
        found.setdefault((name, str(number)), {})[key] = value
    return found


def _origins(connection: sqlite3.Connection, run_ids: Iterable[str]) -> dict[str, Origin]:
    ids = within(run_ids)
    tagged: dict[str, dict[str, str]] = {}
    for run_id, key, value in connection.execute(
        f"SELECT run_uuid, key, value FROM tags WHERE run_uuid {_AMONG} AND key {_AMONG}",  # noqa: S608
        [ids, within(RUN_TAGS)],
    ):
        tagged.setdefault(run_id, {})[key] = value
    return {
        run_id: Origin(name, str(experiment_id), user, tagged.get(run_id, {}))
        for run_id, name, experiment_id, user in connection.execute(
            f"SELECT run_uuid, name, experiment_id, user_id FROM runs WHERE run_uuid {_AMONG}",  # noqa: S608
            [ids],
        )
    }


def _place(token: str) -> tuple[int, int, str]:
    place = content_of(token).get("versions after")
    if isinstance(place, list) and [type(one) for one in place] == [int, int, str]:
        time, number, name = place
        if time in WHOLE and number in WHOLE:
            return time, number, name
    raise Invalid("The page token is of another list.", hint="Start again at the first page.")
