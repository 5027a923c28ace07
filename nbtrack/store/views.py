"""How an experiment is looked at: columns, sort, pins. Kept as one tag of it, so that it follows the team."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from nbtrack.errors import Invalid, NotFound
from nbtrack.store.faults import twice
from nbtrack.store.local import workspace

if TYPE_CHECKING:
    import sqlite3

    from nbtrack.store.opened import Store

VIEW = "nbtrack.view"
_LONGEST = 5000  # characters: what every kind of MLflow store takes
_NOTHING: dict[str, Any] = {"columns": None, "sort": None, "pins": [], "metric": None}
_COMPARED = "compared"  # columns of comparisons; only there once somebody has chosen

Json = dict[str, Any]


def view(store: Store, experiment_id: str) -> Json:
    """Return how an experiment is looked at; see `calls.view`."""

    def own(connection: sqlite3.Connection) -> str | None:
        found = connection.execute(
            "SELECT t.value, e.workspace FROM experiments e LEFT JOIN experiment_tags t "
            "ON t.experiment_id = e.experiment_id AND t.key = ? WHERE e.experiment_id = ?",
            [VIEW, experiment_id],
        ).fetchone()
        if found is None or workspace() not in {None, found[1]}:
            raise NotFound(
                f"There is no experiment {experiment_id[:64]!r}.", hint="It may have been deleted for good."
            )
        return found[0]  # type: ignore[no-any-return]

    return _read(store.read(own, lambda client: client.get_experiment(experiment_id).tags.get(VIEW)))


def set_view(store: Store, experiment_id: str, wanted: Json) -> Json:
    """Keep how an experiment is looked at; see `calls.set_view`.

    Raises
    ------
    Invalid
        If it is not what `view` returns, or too long for a tag.
    """
    text = json.dumps(_checked(wanted), ensure_ascii=False, separators=(",", ":"))
    if len(text) > _LONGEST:
        raise Invalid(
            f"Columns and pins are kept in {_LONGEST:,} characters; these have {len(text):,}.",
            hint="Choose fewer columns, or unpin runs.",
        )
    client = store.client
    # The page before and the page after a reload may keep the first view of an experiment at once.
    twice(lambda: client.set_experiment_tag(experiment_id, VIEW, text), store.uri)
    return {}


def _read(text: str | None) -> Json:
    """Return what a tag says; what anybody may have written there is no reason to fail."""
    with suppress(ValueError, RecursionError, Invalid):
        return _checked(json.loads(text or "{}"))
    return dict(_NOTHING)


def _checked(wanted: Any) -> Json:
    if not isinstance(wanted, dict) or wanted.keys() - _NOTHING.keys() - {_COMPARED}:
        raise _wrong("It has columns, sort, pins and metric.")
    found = {**_NOTHING, **wanted}
    for name in ("columns", _COMPARED):
        if found.get(name) is not None and not _texts(found[name]):
            raise _wrong(f"`{name}` is a list of texts or null.")
    if not _texts(found["pins"]):
        raise _wrong("`pins` is a list of run ids.")
    for name in ("sort", "metric"):
        if found[name] is not None and not isinstance(found[name], str):
            raise _wrong(f"`{name}` is a text or null.")
    return found


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _wrong(hint: str) -> Invalid:
    return Invalid("That is not how an experiment can be looked at.", hint=hint)
