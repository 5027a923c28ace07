"""The version of a model in the registry: found, made, completed."""

from __future__ import annotations

import contextlib
import json
import time
from typing import TYPE_CHECKING, Any

from nbtrack.errors import NbtrackError, StoreUnavailable
from nbtrack.registering.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlflow import MlflowClient

    from nbtrack.registering.resolving import Chosen

_THERE = {"RESOURCE_ALREADY_EXISTS", "ALREADY_EXISTS"}
_MISSING = {"RESOURCE_DOES_NOT_EXIST", "NOT_FOUND"}
_PATIENCE = 120.0  # seconds that a registry may take to copy a model
_LOOK = 0.5
_LISTED = "mlflow.modelVersions"  # tag of a LoggedModel: what it is registered as


def model(client: MlflowClient, name: str) -> Any | None:
    """Return a registered model; None if there is none of that name."""
    from mlflow.exceptions import MlflowException

    try:
        return client.get_registered_model(name)
    except MlflowException as error:
        if error.error_code in _MISSING:
            return None
        raise


def found(client: MlflowClient, name: str, chosen: Chosen) -> Any | None:
    """Return the latest version of this name that is this very model; None if there is none."""
    if chosen.uri is None:
        return None
    # A name may have quotes of both kinds, which a filter can't have.
    query = f"run_id = '{chosen.run_id}'" if chosen.run_id else _name_is(name)
    sources = {chosen.source.rstrip("/"), chosen.uri.rstrip("/")}
    same = [
        one
        for one in client.search_model_versions(query, max_results=1000)
        if one.name == name and str(one.source).rstrip("/") in sources and one.status != "FAILED_REGISTRATION"
    ]
    return max(same, key=lambda one: int(one.version), default=None)


def next_number(registered: Any | None) -> str:
    """Return the number that the next version will have, as far as one can tell."""
    latest = () if registered is None else registered.latest_versions or ()
    return str(max((int(one.version) for one in latest), default=0) + 1)


def make(
    client: MlflowClient, name: str, chosen: Chosen, tags: Mapping[str, str], description: str | None
) -> Any:
    """Make a version, and the registered model where there is none yet."""
    new = _make_model(client, name)
    try:
        return client.create_model_version(
            name,
            chosen.source,
            chosen.run_id,
            tags=dict(tags),
            description=description,
            await_creation_for=0,
            model_id=chosen.model_id,
        )
    except BaseException:  # an interrupt, too
        if new:
            with contextlib.suppress(Exception):
                _remove_empty(client, name)
        raise


def complete(client: MlflowClient, version: Any, tags: Mapping[str, str], description: str | None) -> None:
    """Give a version what it does not have yet of what was wished."""
    name, number = version.name, str(version.version)
    for key, value in tags.items():
        if version.tags.get(key) != value:
            client.set_model_version_tag(name, number, key, value)
    if description is not None and (version.description or "") != description:
        client.update_model_version(name, number, description)


def listed(client: MlflowClient, chosen: Chosen, name: str, number: str) -> None:
    """Note in a LoggedModel what it is registered as, as MLflow's own `register_model` does."""
    from mlflow.exceptions import MlflowException

    if chosen.model_id is None:
        return
    with contextlib.suppress(MlflowException):  # pages show it; nothing else needs it
        tags = client.get_logged_model(chosen.model_id).tags
        with contextlib.suppress(ValueError, TypeError):
            known = json.loads(tags.get(_LISTED) or "[]")
            if not any(one.get("name") == name and str(one.get("version")) == number for one in known):
                text = json.dumps([*known, {"name": name, "version": int(number)}])
                client.set_logged_model_tags(chosen.model_id, {_LISTED: text})


def wait(client: MlflowClient, version: Any, tell: Callable[[Progress], None]) -> Any:
    """Wait until the registry has taken a version.

    Raises
    ------
    NbtrackError
        If it could not.
    StoreUnavailable
        If it is not there in two minutes.
    """
    until = time.monotonic() + _PATIENCE
    while str(version.status) != "READY":
        if str(version.status) == "FAILED_REGISTRATION":
            raise NbtrackError(
                f"The registry could not take version {version.version} of {version.name}: "
                f"{version.status_message or 'it does not say why'}.",
                hint="Register it again: that makes another version.",
            )
        if time.monotonic() > until:
            raise StoreUnavailable(
                f"The registry has not taken version {version.version} of {version.name} yet.",
                hint="Register it again later: what is there already is used.",
            )
        tell(Progress(f"waiting for the registry to take version {version.version}"))
        time.sleep(_LOOK)
        version = client.get_model_version(version.name, str(version.version))
    return version


def _make_model(client: MlflowClient, name: str) -> bool:
    """Make a registered model; False if it is there already."""
    from mlflow.exceptions import MlflowException

    try:
        client.create_registered_model(name)
    except MlflowException as error:
        if error.error_code not in _THERE:
            raise
        return False
    return True


def _remove_empty(client: MlflowClient, name: str) -> None:
    if not (client.get_registered_model(name).latest_versions or ()):
        client.delete_registered_model(name)


def _name_is(name: str) -> str:
    if "'" not in name:
        return f"name = '{name}'"
    return f'name = "{name}"' if '"' not in name else ""
