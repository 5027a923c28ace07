"""The calls that read and change registered models; they are in `calls.CALLS`.

Versions are texts: not every store numbers them. Models and versions that are deleted are gone for good.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.errors import Invalid
from nbtrack.store import client_models, client_versions, local_models, local_versions, model_actions
from nbtrack.store.wanted import size_of

if TYPE_CHECKING:
    from nbtrack.store.opened import Store

    Json = dict[str, Any]
    Texts = dict[str, str | None]

_RUNS = 50


def models(store: Store, *, query: str = "", max_results: int = 100, page_token: str | None = None) -> Json:
    """List registered models whose name holds `query`, in any case; the most recently updated first.

    `items` are `{name, description, created, updated, latest: {version, status}, aliases: [{alias, version}],
    versions}`; `latest` is None without a version, `versions` None where counting isn't cheap.
    """
    size = size_of(max_results)
    return store.read(
        lambda connection: local_models.page(connection, query, max_results=size, page_token=page_token),
        lambda client: client_models.page(client, query, max_results=size, page_token=page_token),
    )


def model(store: Store, *, name: str) -> Json:
    """Return a registered model: its row, `tags`, and what its store can do with it.

    `history` has for each alias the versions that it was at, the newest last; `previous` the one that a
    rollback would go to; `notes` are sentences about what the store can't hold.
    """
    return store.read(
        lambda connection: local_models.model(connection, name),
        lambda client: client_models.model(client, name),
    )


def model_versions(
    store: Store,
    *,
    name: str | None = None,
    run_ids: list[str] | None = None,
    max_results: int = 50,
    page_token: str | None = None,
) -> Json:
    """List versions of a model, of runs, or of all models; the newest first.

    Each says where it came from, as far as that is still there: `run_id, run_name, experiment_id, notebook,
    cell_id, model_id`.
    """
    size = size_of(max_results)
    ids = None if run_ids is None else list(dict.fromkeys(run_ids))
    if ids is not None and len(ids) > _RUNS:
        raise Invalid(f"{len(ids)} runs are too many.", hint=f"Ask for {_RUNS} at most.")
    return store.read(
        lambda connection: local_versions.page(
            connection, name, ids, max_results=size, page_token=page_token
        ),
        lambda client: client_versions.page(client, name, ids, max_results=size, page_token=page_token),
    )


def update_model(
    store: Store,
    *,
    name: str,
    description: str | None = None,
    tags: Texts | None = None,
    expected: Texts | None = None,
) -> Json:
    """Change a registered model, if it still is what the caller believes.

    Parameters
    ----------
    description
        None leaves it.
    tags
        None deletes a tag.
    expected
        What the caller believes: `{"description": "old", "tags.k": None}`.
    """
    return model_actions.update_model(
        store, name, description=description, changes=tags or {}, expected=expected or {}
    )


def update_version(
    store: Store,
    *,
    name: str,
    version: str,
    description: str | None = None,
    tags: Texts | None = None,
    expected: Texts | None = None,
) -> Json:
    """Change a version, if it still is what the caller believes; as `update_model`."""
    return model_actions.update_version(
        store, name, version, description=description, changes=tags or {}, expected=expected or {}
    )


def set_alias(store: Store, *, name: str, alias: str, version: str | None, expected: str | None) -> Json:
    """Move an alias to a version, or remove it (None), if it is at the version `expected` (None: nowhere)."""
    return model_actions.set_alias(store, name, alias, version, expected)


def delete_version(store: Store, *, name: str, version: str) -> Json:
    """Delete a version and its aliases, for good."""
    return model_actions.delete_version(store, name, version)


def delete_model(store: Store, *, name: str) -> Json:
    """Delete a registered model and its versions, for good."""
    return model_actions.delete_model(store, name)


CALLS = (
    models, model, model_versions, update_model, update_version, set_alias, delete_version, delete_model,
)  # fmt: skip
