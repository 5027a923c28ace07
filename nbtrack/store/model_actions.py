"""Changing the registry: MLflow's client does it, whatever the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import aliases
from nbtrack.errors import Invalid
from nbtrack.store.faults import Changed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbtrack.store.opened import Store

_DESCRIPTION = 5000  # characters that every kind of MLflow store takes

Json = dict[str, Any]
Texts = dict[str, str | None]


def update_model(
    store: Store, name: str, *, description: str | None, changes: Mapping[str, str | None], expected: Texts
) -> Json:
    """Change a registered model; see `model_calls.update_model`.

    Raises
    ------
    Changed
        If it isn't what the caller believes; with what the store has.
    Invalid
        If a value can't be used.
    """
    _check(description)
    client = store.client
    found = client.get_registered_model(name)
    _same(found, expected, "this model")
    if description is not None:
        client.update_registered_model(name, description)
    _tag(
        found.tags,
        changes,
        lambda key, value: client.set_registered_model_tag(name, key, value),
        lambda key: client.delete_registered_model_tag(name, key),
    )
    return {}


def update_version(
    store: Store,
    name: str,
    version: str,
    *,
    description: str | None,
    changes: Mapping[str, str | None],
    expected: Texts,
) -> Json:
    """Change a version; see `model_calls.update_version`. Raises as `update_model`."""
    _check(description)
    client = store.client
    found = client.get_model_version(name, version)
    _same(found, expected, "this version")
    if description is not None:
        client.update_model_version(name, version, description)
    _tag(
        found.tags,
        changes,
        lambda key, value: client.set_model_version_tag(name, version, key, value),
        lambda key: client.delete_model_version_tag(name, version, key),
    )
    return {}


def set_alias(store: Store, name: str, alias: str, version: str | None, expected: str | None) -> Json:
    """Move or remove an alias, if it still is where the caller believes; see `model_calls.set_alias`.

    Raises
    ------
    Changed
        If it isn't; with the version that it is at.
    """
    aliases.move(store.client, name, alias, version, expected)
    return {}


def delete_version(store: Store, name: str, version: str) -> Json:
    """Delete a version and its aliases, for good."""
    client = store.client
    client.delete_model_version(name, version)
    # MLflow 3.15 leaves them behind.
    for alias, at in client.get_registered_model(name).aliases.items():
        if str(at) == version:
            client.delete_registered_model_alias(name, alias)
    return {}


def delete_model(store: Store, name: str) -> Json:
    """Delete a model and its versions, for good."""
    store.client.delete_registered_model(name)
    return {}


def _check(description: str | None) -> None:
    if description is not None and len(description) > _DESCRIPTION:
        raise Invalid(
            f"The description has {len(description):,} characters.",
            hint=f"{_DESCRIPTION:,} are kept; shorten it.",
        )


def _same(found: Any, expected: Texts, what: str) -> None:
    current: Texts = {}
    for field, believed in expected.items():
        if field == "description":
            now: str | None = found.description or ""
            believed = believed or ""  # noqa: PLW2901 - none and empty are the same here
        elif field.startswith("tags."):
            now = found.tags.get(field.removeprefix("tags."))
        else:
            raise Invalid(f"{field!r} can't be expected.", hint="Expect description or tags.<key>.")
        if now != believed:
            current[field] = now
    if current:
        raise Changed(
            f"Somebody else changed {what} meanwhile.",
            hint="Look at what it is now, and decide again.",
            current=current,
        )


def _tag(
    has: Mapping[str, str],
    changes: Mapping[str, str | None],
    put: Callable[[str, str], object],
    remove: Callable[[str], object],
) -> None:
    for key, value in changes.items():
        if value is not None:
            put(key, value)
        elif key in has:
            remove(key)
