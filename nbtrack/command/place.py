"""The store of this folder, and the journals' disk: whether they can be used."""

from __future__ import annotations

import shlex
import shutil
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from nbtrack.command.finding import Finding, trouble, unknown, well, wrong
from nbtrack.command.words import amount, many
from nbtrack.errors import NbtrackError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

_LONGEST = 3.0  # seconds for a store to be opened
_SCARCE = 100 * 2**20  # bytes; less is soon full
_SOURCES = {
    "environment": "from MLFLOW_TRACKING_URI",
    "pyproject": "from [tool.nbtrack] in pyproject.toml",
    "found": "found in this folder or one above",
    "default": "the default",
}
_ELSEWHERE = "%track --store sqlite:////folder/mlflow.db"
_WELL = {
    "current": "The store can be read and written, and is of this MLflow's schema",
    "absent": "The store is empty: the first run that is logged fills it",
    "empty": "The store is empty: the first run that is logged fills it",
    "older": "The store is of an older MLflow's schema: nbtrack keeps a copy and upgrades it",
}


class _Silent(Exception):
    """It took too long."""


def store() -> Iterator[Finding]:
    """Find the store of the working directory, and ask whether it is there."""
    from nbtrack import settings
    from nbtrack.redact import redact

    try:
        found = settings.resolve(folder=Path.cwd(), root=None, notebook=None, experiment="-")
    except NbtrackError as error:
        yield trouble(error)
        return
    except OSError as error:
        yield wrong(f"This folder can't be looked at: {error.strerror or type(error).__name__}", "cd ~")
        return
    uri = redact(settings.without_credentials(found.store))
    yield well(f"The store of this folder: {uri} ({_SOURCES.get(found.store_source, found.store_source)})")
    try:
        yield _asked(found.store)
    except NbtrackError as error:
        yield trouble(error)


def disk() -> Iterator[Finding]:
    """Write a file where the journals lie, and take it back."""
    from nbtrack.journal.places import VARIABLE, root

    folder = root()
    try:
        there = _nearest(folder)
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(b"nbtrack")
        free = shutil.disk_usage(there).free
    except OSError as error:
        why = error.strerror or type(error).__name__
        yield wrong(
            f"The journals' folder {folder} can't be written: {why}", f"export {VARIABLE}=/folder/of/yours"
        )
        return
    if free < _SCARCE:
        yield wrong(
            f"The journals' disk is nearly full: {amount(free)} free in {there}", f"df -h {_quoted(there)}"
        )
    else:
        yield well(f"The journals' folder {folder} can be written, {amount(free)} free")


def left() -> Iterator[Finding]:
    """Count what waits in the journals."""
    from nbtrack.command.journals import looks

    found = looks()
    for one in found:
        if one.sent.refused:
            records = many(one.sent.refused, "record")
            yield wrong(f"{one.name}: the store refused {records} for good", f"less {_quoted(one.refused)}")
    waiting = [one for one in found if one.is_left]
    stuck = [one for one in waiting if one.sent.error or not one.is_alive]
    for one in stuck:
        records = many(one.waiting.records, "record") if one.waiting.records else "the end of its runs"
        why = one.error.rstrip(".") or "its kernel is gone"
        yield wrong(f"{one.name}: {records} not stored yet, {why}", "nbtrack sync")
    moving = sum(one.waiting.records for one in waiting if one not in stuck)
    if moving:
        yield well(f"{many(moving, 'record')} of kernels that live on the way to the store")
    elif not stuck:
        yield well("Nothing is waiting: all that was logged is stored")


def _asked(uri: str) -> Finding:
    """Ask a store whether it is there, where that can be known.

    Raises
    ------
    NbtrackError
        If it is not, with what to do.
    """
    from nbtrack import sqlite
    from nbtrack.store.kinds import kind_of

    file = sqlite.path_of(uri)
    if file is not None:
        return _opened(file, uri)
    if kind_of(uri) != "server":
        return unknown("The store was not asked: nbtrack can't tell for this kind of store")
    from nbtrack.store.door import Door, leads_to

    if not leads_to(uri):
        return unknown("The store was not asked: a proxy, or a URI with a query, is in between")
    Door(uri).check(silence_only=False)
    return well("The store's server is there")


def _opened(file: Path, uri: str) -> Finding:
    """Open a local SQLite file, and write to it without changing it.

    Raises
    ------
    NbtrackError
        If it can't be read or written, with what to do.
    """
    from nbtrack import schema, sqlite, storefile
    from nbtrack.store.faults import understood

    try:
        content = _soon(lambda: sqlite.look(file))
        if content is None and not _soon(file.exists):
            return _to_be_made(file)
        state = schema.state(file)  # loads MLflow, which may take its time
        if state == "current":
            _soon(lambda: storefile.try_writing(file))
    except _Silent:
        return wrong(f"The store's disk has not answered for {_LONGEST:.0f} s", f"ls -l {_quoted(file)}")
    except Exception as error:
        meant = understood(error, uri)
        if meant is None or meant is error:
            raise
        raise meant from error
    ours = content is not None and content.application_id == sqlite.APPLICATION_ID
    return _of_state(state, file, uri, ours=ours)


def _of_state(state: str, file: Path, uri: str, *, ours: bool) -> Finding:
    if state == "older" and not ours:
        return wrong(
            f"The store is of an older MLflow's schema; take a copy of {file} first",
            f"mlflow db upgrade {shlex.quote(uri)}",
        )
    if state in _WELL:
        return well(_WELL[state])
    if state == "newer":
        return wrong("The store was written by a newer MLflow than this one", "pip install -U mlflow")
    if state == "unreadable":
        return wrong(f"The store can't be read by this user, or is damaged: {file}", f"ls -l {_quoted(file)}")
    return wrong(f"The file {file} is not an MLflow store", _ELSEWHERE)


def _to_be_made(file: Path) -> Finding:
    try:
        with tempfile.TemporaryFile(dir=_nearest(file.parent)):
            pass
    except OSError as error:
        why = error.strerror or type(error).__name__
        return wrong(f"The store is not there yet, and can't be made in {file.parent}: {why}", _ELSEWHERE)
    return well("The store is not there yet: the first run that is logged makes it")


def _nearest(folder: Path) -> Path:
    """Return a folder, or the first above it that is there.

    Raises
    ------
    OSError
        If this user may not look there.
    """
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _soon(what: Callable[[], T]) -> T:
    """Return what comes of something; a disk that stalls is left to its thread.

    Raises
    ------
    _Silent
        If nothing has come of it in time.
    """
    answers: list[T] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            answers.append(what())
        except Exception as error:  # noqa: BLE001 - raised again by who waits
            errors.append(error)

    thread = threading.Thread(target=run, name="nbtrack-doctor", daemon=True)
    thread.start()
    thread.join(_LONGEST)
    if errors:
        raise errors[0]
    if not answers:
        raise _Silent
    return answers[0]


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))
