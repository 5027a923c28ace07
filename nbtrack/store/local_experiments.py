"""Pages of experiments by own SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import tags
from nbtrack.errors import Invalid
from nbtrack.store.local import within, workspace
from nbtrack.store.wanted import content_of, token_of

if TYPE_CHECKING:
    import sqlite3

_NEVER = -(1 << 63)
_PLACE = 2


def page(
    connection: sqlite3.Connection, query: str, *, deleted: bool, max_results: int, page_token: str | None
) -> dict[str, Any]:
    """Read a page of experiments, the most recently updated first; see `calls.experiments`."""
    connection.create_function("has", 1, _finder(query), deterministic=True)
    where, parameters = "lifecycle_stage = ?", ["deleted" if deleted else "active"]
    if query:
        where += " AND has(name)"
    within_one = workspace()
    if within_one is not None:
        where, parameters = f"{where} AND workspace = ?", [*parameters, within_one]
    (total,) = connection.execute(
        f"SELECT COUNT(*) FROM experiments WHERE {where}",  # noqa: S608 - parameters are bound
        parameters,
    ).fetchone()
    updated = f"COALESCE(last_update_time, {_NEVER})"
    after: list[Any] = []
    if page_token:
        time, experiment_id = _place(page_token)
        where += f" AND ({updated} < ? OR ({updated} = ? AND experiment_id < ?))"
        after = [time, time, experiment_id]
    rows = connection.execute(
        "SELECT experiment_id, name, lifecycle_stage, creation_time, last_update_time "  # noqa: S608
        f"FROM experiments WHERE {where} ORDER BY {updated} DESC, experiment_id DESC LIMIT ?",
        [*parameters, *after, max_results + 1],
    ).fetchall()
    more, rows = len(rows) > max_results, rows[:max_results]
    ids = within(str(row[0]) for row in rows)
    runs, notes = _runs(connection, ids), _notes(connection, ids)
    return {
        "items": [
            {
                "experiment_id": str(experiment_id),
                "name": name,
                "lifecycle_stage": stage,
                "creation_time": created,
                "last_update_time": time,
                "runs": runs.get(experiment_id, 0),
                "note": notes.get(experiment_id) or "",
            }
            for experiment_id, name, stage, created, time in rows
        ],
        "next_page_token": token_of({"after": [_NEVER if rows[-1][4] is None else rows[-1][4], rows[-1][0]]})
        if more
        else None,
        "total": total,
    }


def _finder(query: str) -> Any:
    wanted = query.casefold()
    return lambda name: wanted in (name or "").casefold()


def _place(token: str) -> list[int]:
    place = content_of(token).get("after")
    if not isinstance(place, list) or len(place) != _PLACE or not all(type(one) is int for one in place):
        raise Invalid("The page token is of another list.", hint="Start again at the first page.")
    return place


def _runs(connection: sqlite3.Connection, ids: str) -> dict[int, int]:
    return dict(
        connection.execute(
            "SELECT experiment_id, COUNT(*) FROM runs WHERE lifecycle_stage = 'active' AND "
            "experiment_id IN (SELECT CAST(value AS INTEGER) FROM json_each(?)) GROUP BY experiment_id",
            [ids],
        )
    )


def _notes(connection: sqlite3.Connection, ids: str) -> dict[int, str]:
    return dict(
        connection.execute(
            "SELECT experiment_id, value FROM experiment_tags WHERE key = ? AND "
            "experiment_id IN (SELECT CAST(value AS INTEGER) FROM json_each(?))",
            [tags.NOTE, ids],
        )
    )
