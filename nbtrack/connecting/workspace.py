"""An Azure ML workspace: the file that describes it, and its tracking URI, which only Azure knows."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from nbtrack.connecting import identity
from nbtrack.errors import Invalid, NotFound, StoreUnavailable
from nbtrack.store.faults import LoginNeeded
from nbtrack.troubles import trouble_of

if TYPE_CHECKING:
    from pathlib import Path

FILES = ("config.json", ".azureml/config.json")
_FIELDS = ("subscription_id", "resource_group", "workspace_name")
_NAME = re.compile(r"[\w().-]{1,90}")
_HOST = "https://management.azure.com"
_VERSION = "2024-04-01"
_LARGEST = 1 << 16  # bytes of a config.json
_PATIENCE = 8.0  # seconds


@dataclass(frozen=True, slots=True)
class Workspace:
    """What names a workspace in Azure.

    Attributes
    ----------
    subscription_id, resource_group, workspace_name
        As they stand in config.json.

    Raises
    ------
    Invalid
        If one of them can't be one.
    """

    subscription_id: str
    resource_group: str
    workspace_name: str

    def __post_init__(self) -> None:
        for field in _FIELDS:
            value = getattr(self, field)
            if not (isinstance(value, str) and _NAME.fullmatch(value)):
                raise Invalid(
                    f"{field} is {value!r:.100}, which names nothing in Azure.",
                    hint="Copy it from the overview of the workspace in Azure's portal.",
                )

    @property
    def path(self) -> str:
        """Its address below Azure's host."""
        return (
            f"/subscriptions/{quote(self.subscription_id)}/resourceGroups/{quote(self.resource_group)}"
            f"/providers/Microsoft.MachineLearningServices/workspaces/{quote(self.workspace_name)}"
        )


def described(folder: Path) -> tuple[Path, Workspace] | None:
    """Find the file that describes a workspace, from a folder upwards; a config.json of others is passed.

    Raises
    ------
    Invalid
        If a file has the fields, but not what names a workspace.
    """
    for place in (folder, *folder.parents):
        for name in FILES:
            found = _fields(place / name)
            if found is not None:
                return place / name, Workspace(**found)
    return None


def read(file: Path) -> Workspace:
    """Return the workspace that a file describes.

    Raises
    ------
    Invalid
        If it describes none.
    """
    found = _fields(file)
    if found is None:
        raise Invalid(
            f"{file} does not describe an Azure ML workspace.",
            hint=f"It needs {', '.join(_FIELDS)}: download config.json from the workspace in Azure's portal.",
        )
    return Workspace(**found)


def tracking_uri(workspace: Workspace) -> str:
    """Ask Azure for a workspace's tracking URI, which names its region.

    Raises
    ------
    LoginNeeded
        If nobody is signed in, or who is may not see it.
    NotFound
        If there is no such workspace.
    StoreUnavailable
        If Azure does not answer.
    """
    import requests

    token = identity.token()
    try:
        answer = requests.get(
            f"{_HOST}{workspace.path}",
            params={"api-version": _VERSION},
            headers={"Authorization": f"Bearer {token.text}"},
            timeout=_PATIENCE,
            allow_redirects=False,
        )
        said = answer.json() if answer.status_code == HTTPStatus.OK else {}
    except (requests.RequestException, ValueError) as error:
        trouble = trouble_of(f"{type(error).__name__} {error}")
        raise StoreUnavailable(
            f"management.azure.com {trouble.what if trouble else 'gave no answer that can be read'}.",
            hint=trouble.cure if trouble else "Try again.",
        ) from None  # its text holds the request
    _refuse(answer.status_code, workspace, token.who)
    uri = (said.get("properties") or {}).get("mlFlowTrackingUri") if isinstance(said, dict) else None
    if not (isinstance(uri, str) and uri.startswith("azureml://")):
        raise StoreUnavailable(
            f"Azure names no tracking URI for the workspace {workspace.workspace_name}.",
            hint="Copy it from the workspace's overview in Azure ML studio: «MLflow tracking URI».",
        )
    return uri


def _refuse(status: int, workspace: Workspace, who: str) -> None:
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise LoginNeeded(
            f"{who} may not see the workspace {workspace.workspace_name} ({status}).",
            hint=identity.ROLE,
        )
    if status == HTTPStatus.NOT_FOUND:
        raise NotFound(
            f"There is no workspace {workspace.workspace_name} in the resource group "
            f"{workspace.resource_group} of that subscription.",
            hint="Check subscription_id, resource_group and workspace_name.",
        )
    if status != HTTPStatus.OK:
        trouble = trouble_of(f"error code {status}")
        raise StoreUnavailable(
            f"management.azure.com {trouble.what if trouble else f'answered with {status}'}.",
            hint="Try again in a minute." if trouble is None else trouble.cure,
        )


def _fields(file: Path) -> dict[str, Any] | None:
    """Return the three fields of a file; None if it is not there, not JSON, or of something else."""
    try:
        if not file.is_file() or file.stat().st_size > _LARGEST:
            return None
        said = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or not all(field in said for field in _FIELDS):
        return None
    return {field: said[field] for field in _FIELDS}
