"""Registered models by own SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.capabilities import Capabilities
from nbtrack.errors import Invalid
from nbtrack.store.local import within, workspace
from nbtrack.store.model_rows import PROMPT, at, detail, missing, registered_model
from nbtrack.store.wanted import content_of, token_of

if TYPE_CHECKING:
    import sqlite3

EVERYWHERE = "default"  # the workspace of a store that has none
DELETED = "Deleted_Internal"  # MLflow keeps the row of a version that was deleted
WHOLE = range(-(1 << 63), 1 << 63)  # what SQLite can keep
_NEVER = WHOLE[0]
_UPDATED = f"COALESCE(m.last_updated_time, {_NEVER})"
_AMONG = "IN (SELECT value FROM json_each(?))"
NO_PROMPT = (
    "NOT EXISTS (SELECT 1 FROM registered_model_tags p WHERE p.workspace = m.workspace AND "  # noqa: S608
    f"p.key = '{PROMPT}' AND p.name = m.name AND p.value = 'true')"
)
_COLUMNS = "m.name, m.description, m.creation_time, m.last_updated_time"
# What every store whose schema is known can do; `capabilities.of` would ask it through MLflow.
_ALL = Capabilities(logged_models=True, aliases=True, stages=False)

Json = dict[str, Any]


def page(connection: sqlite3.Connection, query: str, *, max_results: int, page_token: str | None) -> Json:
    """Read a page of models, the most recently updated first; see `model_calls.models`."""
    where, parameters = f"m.workspace = ? AND {NO_PROMPT}", [here()]
    if query:
        wanted = query.casefold()
        connection.create_function(
            "has", 1, lambda name: wanted in (name or "").casefold(), deterministic=True
        )
        where += " AND has(m.name)"
    (total,) = connection.execute(
        f"SELECT COUNT(*) FROM registered_models m WHERE {where}",  # noqa: S608 - parameters are bound
        parameters,
    ).fetchone()
    after: list[Any] = []
    if page_token:
        time, name = _place(page_token)
        where += f" AND ({_UPDATED} < ? OR ({_UPDATED} = ? AND m.name > ?))"
        after = [time, time, name]
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM registered_models m WHERE {where} "  # noqa: S608
        f"ORDER BY {_UPDATED} DESC, m.name LIMIT ?",
        [*parameters, *after, max_results + 1],
    ).fetchall()
    more, rows = len(rows) > max_results, rows[:max_results]
    place = [_NEVER if rows[-1][3] is None else rows[-1][3], rows[-1][0]] if more else None
    return {
        "items": _rows(connection, rows),
        "next_page_token": token_of({"models after": place}) if place else None,
        "total": total,
    }


def model(connection: sqlite3.Connection, name: str) -> Json:
    """Read a model; see `model_calls.model`.

    Raises
    ------
    NotFound
        If there is none of this name.
    """
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM registered_models m WHERE m.workspace = ? AND m.name = ? AND {NO_PROMPT}",  # noqa: S608
        [here(), name],
    ).fetchall()
    if not rows:
        raise missing(name)
    has = dict(
        connection.execute(
            "SELECT key, value FROM registered_model_tags WHERE workspace = ? AND name = ?", [here(), name]
        ).fetchall()
    )
    row = _rows(connection, rows)[0]
    return detail(row, has, _ALL, at=at(row), there=lambda version: _is_there(connection, name, version))


def here() -> str:
    """Return the workspace that is looked into."""
    return workspace() or EVERYWHERE


def _rows(connection: sqlite3.Connection, rows: list[Any]) -> list[Json]:
    names = within(row[0] for row in rows)
    # With MAX, SQLite takes the other columns from the row that has it.
    newest = {
        name: (count, (str(version), status))
        for name, count, version, status in connection.execute(
            "SELECT name, COUNT(*), MAX(version), status FROM model_versions "  # noqa: S608
            f"WHERE workspace = ? AND name {_AMONG} AND current_stage != '{DELETED}' GROUP BY name",
            [here(), names],
        )
    }
    known: dict[str, list[tuple[str, str]]] = {}
    for name, alias, version in connection.execute(
        f"SELECT name, alias, version FROM registered_model_aliases WHERE workspace = ? AND name {_AMONG}",  # noqa: S608
        [here(), names],
    ):
        known.setdefault(name, []).append((alias, str(version)))
    return [
        registered_model(
            name,
            description,
            created,
            updated,
            latest=newest[name][1] if name in newest else None,
            aliases=known.get(name, ()),
            versions=newest[name][0] if name in newest else 0,
        )
        for name, description, created, updated in rows
    ]


def _is_there(connection: sqlite3.Connection, name: str, version: str) -> bool:
    query = (
        "SELECT 1 FROM model_versions WHERE workspace = ? AND name = ? AND version = CAST(? AS INTEGER) "  # noqa: S608
        f"AND current_stage != '{DELETED}'"
    )
    return connection.execute(query, [here(), name, version]).fetchone() is not None


def _place(token: str) -> tuple[int, str]:
    place = content_of(token).get("models after")
    if isinstance(place, list) and [type(one) for one in place] == [int, str] and place[0] in WHOLE:
        return place[0], place[1]
    raise Invalid("The page token is of another list.", hint="Start again at the first page.")
