"""Pages of runs by own SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import tags
from nbtrack.errors import Invalid
from nbtrack.store import filters, local_versions, ordering
from nbtrack.store.local import within, workspace
from nbtrack.store.rows import PRIMARY_METRIC, ROW_TAGS, USER, Facts, number, row

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from nbtrack.store.filters import Condition
    from nbtrack.store.ordering import Order
    from nbtrack.store.wanted import Wanted

_ID = range(-(1 << 63), 1 << 63)  # what SQLite can keep as a whole number
_AMONG = "IN (SELECT value FROM json_each(?))"
_INFO = (
    "SELECT run_uuid, experiment_id, name, status, start_time, end_time, lifecycle_stage, user_id, "
    "artifact_uri FROM runs"
)
# A run whose parent is deleted, or of another experiment, would be in no list: it stands for itself.
_LISTED = (
    "AND EXISTS (SELECT 1 FROM runs p WHERE p.run_uuid = t.value "
    "AND p.lifecycle_stage = r.lifecycle_stage AND p.experiment_id = r.experiment_id)"
)

# Java's plain client tells the user by the column alone.
_OF_USER = (
    "COALESCE((SELECT NULLIF(t.value, '') FROM tags t WHERE t.key = ? AND t.run_uuid = r.run_uuid), "
    "r.user_id) = ?"
)


class Page:
    """A page of runs, to be read from a connection: what MLflow has to parse is parsed before it is opened.

    Raises
    ------
    Invalid
        If the filter, the order, an id or the page token can't be used.
    """

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._order: Order = ordering.parsed(wanted.order_by) if wanted.order_by else ordering.newest_first()
        self._conditions = [
            *_conditions(wanted),
            *(filters.conditions(wanted.filter) if wanted.filter else ()),
        ]

    def read(self, connection: sqlite3.Connection) -> dict[str, Any]:
        """Read the page."""
        order, size, token = self._order, self._wanted.max_results, self._wanted.page_token
        conditions, total = self._conditions, None
        if token:
            after, parameters, total = order.after(token)
            conditions = [*conditions, (after, parameters)]
        where, parameters = _all_of(conditions)
        places = connection.execute(
            f"SELECT {order.place} FROM runs r {order.join} WHERE {where} ORDER BY {order.by} LIMIT ?",  # noqa: S608
            [*order.parameters, *parameters, size + 1],
        ).fetchall()
        more, places = len(places) > size, places[:size]
        if not token:
            total = _count(connection, where, parameters) if more else len(places)
        facts = facts_of(connection, [place[-1] for place in places], self._wanted)
        primary = primary_metrics(connection, {one.experiment_id for one in facts})
        return {
            "items": [row(one, self._wanted.columns, primary.get(one.experiment_id)) for one in facts],
            "next_page_token": order.token(places[-1], total) if more else None,
            "total": total,
        }


def facts_of(connection: sqlite3.Connection, run_ids: list[str], wanted: Wanted | None) -> list[Facts]:
    """Return what the rows of these runs are made of, in their order; runs that are gone are left out.

    Without `wanted`, all params and tags are read.
    """
    ids = within(run_ids)
    found = {
        run_id: Facts(run_id, str(experiment_id), *rest)
        for run_id, experiment_id, *rest in connection.execute(f"{_INFO} WHERE run_uuid {_AMONG}", [ids])
    }
    _add_texts(connection, found, "tags", ids, ROW_TAGS | wanted.keys("tags") if wanted else None)
    _add_texts(connection, found, "params", ids, wanted.keys("params") if wanted else None)
    for run_id, key, value, is_nan in connection.execute(
        f"SELECT run_uuid, key, value, is_nan FROM latest_metrics WHERE run_uuid {_AMONG}",  # noqa: S608
        [ids],
    ):
        if run_id in found:
            found[run_id].metrics[key] = number(value, is_nan=bool(is_nan))
    for one in found.values():
        one.children = one.models = 0
    for run_id, count in connection.execute(
        "SELECT t.value, COUNT(*) FROM tags t JOIN runs c ON c.run_uuid = t.run_uuid AND "  # noqa: S608
        f"c.lifecycle_stage = 'active' WHERE t.key = ? AND t.value {_AMONG} GROUP BY t.value",
        [tags.PARENT_RUN_ID, ids],
    ):
        found[run_id].children = count
    for run_id, count in connection.execute(
        "SELECT source_id, COUNT(*) FROM inputs WHERE source_type = 'RUN_OUTPUT' AND "  # noqa: S608
        f"source_id {_AMONG} AND destination_type = 'MODEL_OUTPUT' GROUP BY source_id",
        [ids],
    ):
        if run_id in found:
            found[run_id].models = count
    known = local_versions.of_runs(connection, ids)
    for one in found.values():
        one.registered = known.get(one.run_id, [])
    return [found[run_id] for run_id in run_ids if run_id in found]


def primary_metrics(connection: sqlite3.Connection, experiment_ids: Iterable[str]) -> dict[str, str]:
    """Return the keys of the metrics that somebody chose for these experiments."""
    rows = connection.execute(
        f"SELECT experiment_id, value FROM experiment_tags WHERE key = ? AND experiment_id {_AMONG}",  # noqa: S608
        [PRIMARY_METRIC, within(experiment_ids)],
    )
    return {str(experiment_id): key for experiment_id, key in rows}


def among_experiments(ids: tuple[str, ...] | None, *, deleted: bool = False) -> Condition:
    """Return the condition that a run is in one of these experiments, or in any.

    Raises
    ------
    Invalid
        If one can't be the id of an experiment.
    """
    if ids is None:
        which = "" if deleted else " WHERE lifecycle_stage = 'active'"
        return f"r.experiment_id IN (SELECT experiment_id FROM experiments{which})", []  # noqa: S608
    return f"r.experiment_id IN ({', '.join(str(_id(one)) for one in ids)})", []


def _add_texts(
    connection: sqlite3.Connection,
    found: dict[str, Facts],
    family: str,
    ids: str,
    keys: AbstractSet[str] | None,
) -> None:
    """Read params or tags, those with the keys given, or all."""
    if keys is not None and not keys:
        return
    query = f"SELECT run_uuid, key, value FROM {family} WHERE run_uuid {_AMONG}"  # noqa: S608 - a table's name
    parameters = [ids]
    if keys is not None:
        query, parameters = f"{query} AND key {_AMONG}", [ids, within(keys)]
    for run_id, key, value in connection.execute(query, parameters):
        if run_id in found and value is not None:
            getattr(found[run_id], family)[key] = value


def _count(connection: sqlite3.Connection, where: str, parameters: list[Any]) -> int:
    query = f"SELECT COUNT(*) FROM runs r WHERE {where}"  # noqa: S608 - parameters are bound
    return int(connection.execute(query, parameters).fetchone()[0])


def _conditions(wanted: Wanted) -> list[Condition]:
    conditions: list[Condition] = [
        ("r.lifecycle_stage = ?", ["deleted" if wanted.deleted else "active"]),
        among_experiments(wanted.experiment_ids, deleted=wanted.deleted),
    ]
    within_one = workspace()
    if within_one is not None:
        conditions.append(
            ("r.experiment_id IN (SELECT experiment_id FROM experiments WHERE workspace = ?)", [within_one])
        )
    if wanted.status:
        conditions.append((f"r.status {_AMONG}", [within(wanted.status)]))
    for key, values in (
        (tags.CELL_ID, wanted.cell_ids),
        (tags.NOTEBOOK_PATH, wanted.notebook and (wanted.notebook,)),
        (tags.PARENT_RUN_ID, wanted.parent_run_id and (wanted.parent_run_id,)),
    ):
        if values is not None and values != "":
            conditions.append(_tagged(key, f"AND t.value {_AMONG}", [within(values)]))
    if wanted.mine:
        conditions.append((_OF_USER, [USER, wanted.mine]))
    if wanted.top_level:
        there, parameters = _tagged(tags.PARENT_RUN_ID, _LISTED, [])
        conditions.append((f"NOT {there}", parameters))
    return conditions


def _id(text: str) -> int:
    if not text.strip().isascii() or not text.strip().isdigit() or int(text) not in _ID:
        raise Invalid(f"{text[:50]!r} is not the id of an experiment of this store.", hint="It is a number.")
    return int(text)


def _tagged(key: str, condition: str, parameters: list[Any]) -> Condition:
    return (
        f"EXISTS (SELECT 1 FROM tags t WHERE t.key = ? AND t.run_uuid = r.run_uuid {condition})",  # noqa: S608
        [key, *parameters],
    )


def _all_of(conditions: list[Condition]) -> tuple[str, list[Any]]:
    return (
        " AND ".join(condition for condition, _ in conditions),
        [value for _, values in conditions for value in values],
    )
