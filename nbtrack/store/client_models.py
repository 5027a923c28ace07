"""Registered models by MLflow's client."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from nbtrack import aliases as alias_rules
from nbtrack import capabilities
from nbtrack.errors import Invalid, NotFound
from nbtrack.store.faults import understood
from nbtrack.store.gathered import gathered
from nbtrack.store.model_rows import PROMPT, at, detail, missing, registered_model
from nbtrack.store.wanted import content_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mlflow import MlflowClient

_MOST = 1000  # models in a page of MLflow's
_FEW = 8  # models that are asked for one by one
_PAGES = 4
_ASKED = 10
_NEWEST_FIRST = ["last_updated_timestamp DESC"]

Json = dict[str, Any]


def page(client: MlflowClient, query: str, *, max_results: int, page_token: str | None) -> Json:
    """Read a page of models, the most recently updated first; see `model_calls.models`."""
    wanted = query.casefold()
    ways: list[Json] = [{"order_by": _NEWEST_FIRST}, {}]
    if query and query.isascii() and not set(query) & set("%_'\"\\`"):
        ways.insert(0, {"filter_string": f"name ILIKE '%{query}%'", "order_by": _NEWEST_FIRST})
    fetch, way = understood_way(client.search_registered_models, ways, max_results, page_token)
    found = gathered(
        fetch,
        lambda one: wanted in one.name.casefold() and not _is_prompt(one),
        max_results,
        page_token,
        {"way": way},
    )
    items = [_row(one) for one in found.items]
    if not ways[way]:
        items.sort(key=lambda item: (-(item["updated"] or 0), item["name"]))
    return {"items": items, "next_page_token": found.token, "total": None}


def model(client: MlflowClient, name: str) -> Json:
    """Read a model; see `model_calls.model`.

    Raises
    ------
    NotFound
        If there is none of this name.
    """
    found = client.get_registered_model(name)
    if _is_prompt(found):
        raise missing(name)
    row, can = _row(found), capabilities.of(client)
    where = at(row) if can.aliases else _staged(found)
    return detail(row, dict(found.tags), can, at=where, there=_There(client, name))


def aliases(client: MlflowClient, names: Iterable[str]) -> dict[tuple[str, str], list[str]]:
    """Return aliases by a model's name and version: searching for versions does not tell them."""
    from mlflow.exceptions import MlflowException

    wanted = set(names)
    models: list[Any] = []
    with suppress(MlflowException):
        models = _some(client, wanted) if len(wanted) <= _FEW else _all(client)
    found: dict[tuple[str, str], list[str]] = {}
    for one in models:
        if one.name in wanted:
            for alias, version in one.aliases.items():
                found.setdefault((one.name, str(version)), []).append(alias)
    return found


def understood_way(
    search: Callable[..., Any], ways: list[Json], max_results: int, page_token: str | None
) -> tuple[Callable[[str | None], Any], int]:
    """Return what fetches a page of MLflow's in the first way that the store understands, and which it is.

    Not every store can filter and order as MLflow's own does. A page token says which way led there.
    """
    from mlflow.exceptions import MlflowException

    before = content_of(page_token).get("way") if page_token else None
    if page_token and (type(before) is not int or not 0 <= before < len(ways)):
        raise Invalid("The page token is of another list.", hint="Start again at the first page.")
    first: list[Any] = []

    def fetch(token: str | None) -> Any:
        if token is None and first:
            return first.pop()
        return search(**ways[way], max_results=max_results, page_token=token)

    way = before or 0
    while before is None:
        try:
            first.append(fetch(None))
            break
        except MlflowException as error:
            if way + 1 == len(ways) or not isinstance(understood(error, ""), Invalid):
                raise
            way += 1
    return fetch, way


def _staged(model: Any) -> dict[str, str]:
    """Return where aliases would be, from the stages that stand for them."""
    staged: dict[str, str] = {}
    for one in sorted(model.latest_versions or (), key=lambda one: _whole(one.version)):
        staged[one.current_stage] = str(one.version)
    return {alias: staged[stage] for alias, stage in alias_rules.STAGES.items() if stage in staged}


class _There:
    """Tells whether a version is still there: by a request each, so that after some, others count as gone."""

    def __init__(self, client: MlflowClient, name: str) -> None:
        self._client = client
        self._name = name
        self._known: dict[str, bool] = {}

    def __call__(self, version: str) -> bool:
        if version not in self._known and len(self._known) < _ASKED:
            self._known[version] = self._is_there(version)
        return self._known.get(version, False)

    def _is_there(self, version: str) -> bool:
        from mlflow.exceptions import MlflowException

        try:
            self._client.get_model_version(self._name, version)
        except MlflowException as error:
            if isinstance(understood(error, ""), NotFound):
                return False
            raise
        return True


def _some(client: MlflowClient, names: Iterable[str]) -> list[Any]:
    return [client.get_registered_model(name) for name in sorted(names)]


def _all(client: MlflowClient) -> list[Any]:
    models: list[Any] = []
    token = None
    for _ in range(_PAGES):
        part = client.search_registered_models(max_results=_MOST, page_token=token)
        models += part
        token = part.token
        if not token:
            break
    return models


def _row(one: Any) -> Json:
    versions = sorted(one.latest_versions or (), key=lambda version: _whole(version.version))
    return registered_model(
        one.name,
        one.description,
        one.creation_timestamp,
        one.last_updated_timestamp,
        latest=(str(versions[-1].version), versions[-1].status) if versions else None,
        aliases=[(alias, str(version)) for alias, version in one.aliases.items()],
        versions=None,
    )


def _is_prompt(one: Any) -> bool:
    # The public `tags` leave this one out.
    has: Mapping[str, str] = getattr(one, "_tags", None) or one.tags
    return has.get(PROMPT) == "true"


def _whole(version: Any) -> int:
    text = str(version)
    return int(text) if text.isascii() and text.isdigit() else 0
