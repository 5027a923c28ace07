"""Artifacts of a run: listing folders, and the bytes of files."""

from __future__ import annotations

import mimetypes
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbtrack import capabilities
from nbtrack.errors import Invalid, NotFound
from nbtrack.store import local_run
from nbtrack.store.paths import inside, local_root, missing, opened, parts_of
from nbtrack.store.wire import Bytes

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from typing import BinaryIO

    from mlflow import MlflowClient
    from mlflow.entities import FileInfo

    from nbtrack.store.opened import Store

_MOST = 5000  # entries of a folder
_PLAIN = "application/octet-stream"

Json = dict[str, Any]


def listing(store: Store, run_id: str, path: str) -> Json:
    """List a folder of a run's artifacts; see `calls.artifacts`."""
    parts = parts_of(path)
    root = _root(store, run_id)
    items = _remote(store.client, run_id, parts) if root is None else _local(root, parts)
    items.sort(key=lambda item: item["path"])
    return {"items": items[:_MOST], "next_page_token": None, "total": len(items)}


def content(store: Store, run_id: str, path: str, max_bytes: int) -> Bytes:
    """Return the bytes of an artifact; see `calls.artifact`."""
    with file(store, run_id, path, max_bytes) as (handle, name):
        return Bytes(handle.read(max_bytes), mimetypes.guess_type(name)[0] or _PLAIN, name)


@contextmanager
def file(store: Store, run_id: str, path: str, max_bytes: int) -> Iterator[tuple[BinaryIO, str]]:
    """Open an artifact, here or copied from where it is, and give its name.

    Raises
    ------
    Invalid
        If it is no path, a folder, or larger than `max_bytes`.
    NotFound
        If the run has no such artifact.
    """
    parts = parts_of(path)
    if not parts:
        raise Invalid("The root of the artifacts is a folder.", hint="List it instead.")
    root = _root(store, run_id)
    with tempfile.TemporaryDirectory(prefix="nbtrack-") as folder:
        place = (
            inside(root, parts)
            if root is not None
            else _fetched(store.client, run_id, parts, max_bytes, folder)
        )
        handle, size = opened(place, path)
        with handle:
            _fits(path, size, max_bytes)
            yield handle, parts[-1]


def _root(store: Store, run_id: str) -> Path | None:
    """Return the folder with a run's artifacts; None where they are not on this machine."""

    def own(connection: sqlite3.Connection) -> str:
        return local_run.artifact_root(connection, run_id)

    uri = store.read(own, lambda client: str(client.get_run(run_id).info.artifact_uri or ""))
    base = store.file.parent if store.file is not None else store.root
    root = local_root(uri, base)
    if root is not None and not root.is_dir() and not Path(uri).is_absolute() and "://" not in uri:
        root = local_root(uri, store.root)
    return root


def _local(root: Path, parts: tuple[str, ...]) -> list[Json]:
    if not parts and not root.is_dir():
        return []  # nothing was logged yet
    folder = inside(root, parts)
    if not folder.is_dir():
        raise NotFound(f"{'/'.join(parts)[:200]!r} is no folder.", hint="Ask for its content instead.")
    top = root.resolve()
    items = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_symlink() and not _leads_inside(entry, top):
                continue
            is_dir = entry.is_dir()
            if not is_dir and not entry.is_file():
                continue
            path = "/".join((*parts, entry.name))
            size = None if is_dir else entry.stat().st_size
            items.append({"path": path, "name": entry.name, "is_dir": is_dir, "size": size})
    return items


def _leads_inside(entry: os.DirEntry[str], top: Path) -> bool:
    try:
        return Path(entry.path).resolve(strict=True).is_relative_to(top)
    except (OSError, RuntimeError):
        return False


def _remote(client: MlflowClient, run_id: str, parts: tuple[str, ...]) -> list[Json]:
    return [
        {
            "path": one.path,
            "name": one.path.rstrip("/").rpartition("/")[2],
            "is_dir": bool(one.is_dir),
            "size": None if one.is_dir else one.file_size,
        }
        for one in _listed(client, run_id, "/".join(parts))
    ]


def _listed(client: MlflowClient, run_id: str, path: str) -> list[FileInfo]:
    if not path or capabilities.of(client).logged_models:
        return list(client.list_artifacts(run_id, path or None))
    # MLflow 3 would ask whether the folder is a model with an id of its own, which this store can't answer.
    from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

    root = client.get_run(run_id).info.artifact_uri
    return list(get_artifact_repository(root, tracking_uri=client.tracking_uri).list_artifacts(path))


def _fetched(client: MlflowClient, run_id: str, parts: tuple[str, ...], max_bytes: int, folder: str) -> Path:
    """Copy an artifact from where it is, when its size is known to fit."""
    path = "/".join(parts)
    found = next((item for item in _remote(client, run_id, parts[:-1]) if item["path"] == path), None)
    if found is None:
        raise missing(path)
    if found["is_dir"]:
        raise Invalid(f"{path} is a folder.", hint="List it instead.")
    _fits(path, found["size"] or 0, max_bytes)
    return Path(client.download_artifacts(run_id, path, folder)).resolve()


def _fits(path: str, size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise Invalid(
            f"{path} has {size:,} bytes, more than the {max_bytes:,} that are sent.",
            hint="Read it from the notebook: mlflow.artifacts.download_artifacts(run_id=…, artifact_path=…).",
        )
