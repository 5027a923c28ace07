"""A local SQLite file: whether it can be read and written. Changes nothing."""

from __future__ import annotations

import shlex
import tempfile
from typing import TYPE_CHECKING

from nbtrack.connecting.limited import within
from nbtrack.connecting.step import Said

if TYPE_CHECKING:
    from pathlib import Path

_LONGEST = 3.0  # seconds for a disk
_ELSEWHERE = "Type `%track --store sqlite:////folder/mlflow.db`."
_EMPTY = "The store is empty: the first run that is logged fills it"
_WELL = {
    "current": "The store can be read and written, and is of this MLflow's schema",
    "absent": _EMPTY,
    "empty": _EMPTY,
    "older": "The store is of an older MLflow's schema: nbtrack keeps a copy and upgrades it",
}


def opened(file: Path, uri: str) -> Said:
    """Open a file, and write to it without changing it.

    Raises
    ------
    OSError, sqlite3.Error
        If it can't be read or written.
    Silent
        If the disk does not answer.
    """
    from nbtrack import schema, sqlite, storefile

    content = within(_LONGEST, lambda: sqlite.look(file))
    if content is None and not within(_LONGEST, file.exists):
        return _to_be_made(file)
    state = schema.state(file)  # loads MLflow, which may take its time
    if state == "current":
        within(_LONGEST, lambda: storefile.try_writing(file))
    ours = content is not None and content.application_id == sqlite.APPLICATION_ID
    return _of_state(state, file, uri, ours=ours)


def silent(file: Path) -> Said:
    """Return what is so where the disk does not answer."""
    words = f"The store's disk has not answered for {_LONGEST:.0f} s"
    return Said(words, "failed", f"Type `ls -l {shlex.quote(str(file))}`.", last=True)


def nearest(folder: Path) -> Path:
    """Return a folder, or the first above it that is there.

    Raises
    ------
    OSError
        If this user may not look there.
    """
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _of_state(state: str, file: Path, uri: str, *, ours: bool) -> Said:
    if state == "older" and not ours:
        return _bad(
            f"The store is of an older MLflow's schema; take a copy of {file} first",
            f"Type `mlflow db upgrade {shlex.quote(uri)}`.",
        )
    if state in _WELL:
        return Said(_WELL[state], last=state != "current")
    if state == "newer":
        return _bad("The store was written by a newer MLflow than this one", "Type `pip install -U mlflow`.")
    if state == "unreadable":
        return _bad(
            f"The store can't be read by this user, or is damaged: {file}",
            f"Type `ls -l {shlex.quote(str(file))}`.",
        )
    return _bad(f"The file {file} is not an MLflow store", _ELSEWHERE)


def _to_be_made(file: Path) -> Said:
    try:
        with tempfile.TemporaryFile(dir=nearest(file.parent)):
            pass
    except OSError as error:
        why = error.strerror or type(error).__name__
        return _bad(f"The store is not there yet, and can't be made in {file.parent}: {why}", _ELSEWHERE)
    return Said("The store is not there yet: the first run that is logged makes it", last=True)


def _bad(sentence: str, cure: str) -> Said:
    return Said(sentence, "failed", cure, last=True)
