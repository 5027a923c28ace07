"""Runs that MLflow's old file store left in a `./mlruns` folder, and how to bring them over.

MLflow chooses such a folder by itself when no store is set, and then refuses to open it.
"""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbtrack.records import Settings


def find(folders: Iterable[Path], store: str) -> Path | None:
    """Return the first `mlruns` folder with file-store data that `store` does not show.

    A folder with an `mlruns.db` beside it counts as brought over already.
    """
    for folder in folders:
        mlruns = folder / "mlruns"
        if _has_runs(mlruns) and not _target(mlruns).exists() and _folder_of(store) != mlruns.resolve():
            return mlruns
    return None


def leftover_notice(settings: Settings) -> str | None:
    """Return one sentence that says what was left over and what to type, or None when nothing was."""
    if settings.leftover_mlruns is None:
        return None
    mlruns = Path(settings.leftover_mlruns)
    # A file of its own: `mlflow migrate-filestore` deletes a target that exists, and takes no other.
    target = _target(mlruns)
    command = (
        f"mlflow migrate-filestore --source {shlex.quote(str(mlruns))} "
        f"--target {shlex.quote(f'sqlite:///{target.as_posix()}')}"
    )
    return (
        f"The older runs in {mlruns} are not in this store; to copy them into one that MLflow can open, type "
        f"`{command}`, then `%track --store {shlex.quote(str(target))}`, and keep the folder, since their "
        "artifacts stay in it."
    )


def _target(mlruns: Path) -> Path:
    return mlruns.with_name("mlruns.db")


def _has_runs(mlruns: Path) -> bool:
    """Look for `<digits>/meta.yaml`, as MLflow does. SQLite stores put artifacts there too, without it."""
    try:
        with os.scandir(mlruns) as entries:
            return any(entry.name.isdigit() and Path(entry.path, "meta.yaml").is_file() for entry in entries)
    except OSError:
        return False


def _folder_of(store: str) -> Path | None:
    """Return the folder of a file store; None for every other kind."""
    if store.startswith("file:"):
        return Path(unquote(urlsplit(store).path)).resolve()
    return None if "://" in store else Path(store).resolve()
