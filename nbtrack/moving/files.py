"""Artifacts of a run or model, to and from a folder of this disk."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbtrack.errors import Conflict, Invalid
from nbtrack.moving.form import safe

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEEPEST = 50  # folders within folders
_BLOCK = 1 << 20


def fetch(root: str, into: Path) -> dict[str, list[Any]]:
    """Download all that is at an artifact URI; return size and SHA-256 of each file, by its path.

    Raises
    ------
    Invalid
        If a name leads out of the folder. Nothing has been written then.
    Conflict
        If a file changes meanwhile.
    """
    repository, names = _repository(root), list(_names(root))
    into.mkdir(parents=True)
    for name in names:
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        repository.download_artifacts(name, str(into))
    found = inventory(into)
    if sorted(found) != sorted(names):
        raise Conflict("Artifacts changed while they were read.", hint="Type the same again.")
    return found


def seen(root: str) -> dict[str, list[Any]]:
    """Return what `fetch` would; a file at a time is on this disk."""
    repository = _repository(root)
    found: dict[str, list[Any]] = {}
    for name in _names(root):
        with tempfile.TemporaryDirectory(prefix="nbtrack-move-") as folder:
            repository.download_artifacts(name, folder)
            found |= inventory(Path(folder))
    return found


def send(root: str, folder: Path, known: dict[str, list[Any]]) -> None:
    """Upload a folder that `fetch` made.

    Raises
    ------
    Invalid
        If the files are not those of the export.
    """
    if not known:
        return
    if inventory(folder) != known:
        raise Invalid(f"Files in {folder} are not those that were exported.", hint="Export anew.")
    _repository(root).log_artifacts(str(folder))


def inventory(folder: Path) -> dict[str, list[Any]]:
    """Return size and SHA-256 of each file in a folder, by its path there; links are none."""
    found = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink():
            digest = hashlib.sha256()
            with file.open("rb") as content:
                while block := content.read(_BLOCK):
                    digest.update(block)
            found[file.relative_to(folder).as_posix()] = [file.stat().st_size, digest.hexdigest()]
    return found


def _repository(root: str) -> Any:
    from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

    return get_artifact_repository(root)


def _names(root: str, folder: str | None = None, depth: int = 0) -> Iterator[str]:
    if depth > _DEEPEST:
        raise Invalid(f"There are more than {_DEEPEST} folders within folders at {folder!r}.")
    for one in _repository(root).list_artifacts(folder):
        if one.is_dir:
            yield from _names(root, one.path, depth + 1)
        else:
            yield safe(one.path)
