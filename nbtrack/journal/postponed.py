"""Models and files that are logged later: a folder each, in the journal of the kernel that has them.

::

    models/000001/call.json     whose model it is, and what must be stored before it
    models/000001/call.pkl      what MLflow's `Model.log` was called with, by cloudpickle; of files, where to
    models/000002/files/        files, which `log_artifacts` is to upload
    models/refused-000001/      the same, of one that could not be logged; with error.txt
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable

VARIABLE = "NBTRACK_MODEL_LIMIT"
_LIMIT_MB = 200.0
FOLDER, FILES = "models", "files"
CALL, ABOUT, ERROR = "call.pkl", "call.json", "error.txt"
_REFUSED, _NEW = "refused-", "new-"
_HOW_TO_LOAD = ("KERAS_BACKEND", "TF_USE_LEGACY_KERAS")


@dataclass(frozen=True, slots=True)
class Postponed:
    """A model that is to be logged, or files.

    Attributes
    ----------
    run_id
        As the kernel knows it.
    uri
        Tracking URI, without a password.
    model_id
        Of the model that MLflow has begun, pending; "" where it is still to be begun.
    flavor
        The module that saves it; "" of files.
    segment, offset
        What the journal has before this place is to be stored first: MLflow links it to the model.
    folder, path
        Where the kernel works, and its `sys.path`: the model's own modules may be there.
    environment
        Variables that tell how to load the model; no file holds any other.
    """

    run_id: str
    uri: str
    model_id: str
    flavor: str
    segment: int
    offset: int
    folder: str
    path: tuple[str, ...]
    environment: dict[str, str]


def here(
    run_id: str, uri: str, position: tuple[int, int], *, model_id: str = "", flavor: str = ""
) -> Postponed:
    """Return what is to be known of a call that this process puts off now."""
    environment = {name: os.environ[name] for name in _HOW_TO_LOAD if name in os.environ}
    return Postponed(run_id, uri, model_id, flavor, *position, str(Path.cwd()), tuple(sys.path), environment)


def limit_mb() -> float:
    """Return how large a thing may be that is put off, in MB (2**20 bytes)."""
    try:
        return float(os.environ[VARIABLE])
    except (KeyError, ValueError):
        return _LIMIT_MB


def begin(journal: Path, write: Callable[[BinaryIO], None]) -> Path:
    """Write what the call was made with, and return a folder for `commit`.

    Raises
    ------
    OSError
        If it can't be written; and whatever `write` raises. Nothing is left of it.
    """
    above = journal / FOLDER
    above.mkdir(mode=0o700, exist_ok=True)
    number = 1 + max((int(one.name[-6:]) for one in above.iterdir() if one.name[-6:].isdigit()), default=0)
    folder = above / f"{_NEW}{number:06}"
    folder.mkdir(mode=0o700)
    try:
        file = os.open(folder / CALL, os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(file, "wb") as stream:
            write(stream)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


def commit(folder: Path, about: Postponed) -> None:
    """Have a call made that `begin` has written.

    Raises
    ------
    OSError
        If it can't be written.
    """
    (folder / ABOUT).write_text(json.dumps(asdict(about)), encoding="utf-8")
    folder.rename(folder.with_name(folder.name.removeprefix(_NEW)))


def drop(folder: Path) -> None:
    """Forget a call: it was made, or is not to be."""
    # Without this file it is no call any more, even if the rest can't be removed.
    (folder / ABOUT).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def refuse(folder: Path) -> None:
    """Set a call aside that can't be made."""
    folder.rename(folder.with_name(f"{_REFUSED}{folder.name}"))


def waiting(journal: Path) -> list[Path]:
    """Return the calls of a journal that are to be made, in order."""
    try:
        found = sorted(one for one in (journal / FOLDER).iterdir() if one.name.isdigit())
    except OSError:
        return []
    return [one for one in found if (one / ABOUT).exists()]


def refused(journal: Path) -> dict[str, str]:
    """Return why the calls that are set aside could not be made, by their names."""
    try:
        found = sorted((journal / FOLDER).glob(f"{_REFUSED}*"))
    except OSError:
        return {}
    return {one.name: why(one) for one in found}


def why(folder: Path) -> str:
    """Return what went wrong with a call."""
    try:
        return (folder / ERROR).read_text(encoding="utf-8").strip()
    except OSError:
        return "its process ended"


def about(folder: Path) -> Postponed | None:
    """Return what a call is about; None where it is gone or damaged."""
    try:
        told = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        return Postponed(**{**told, "path": tuple(told["path"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None
