"""Whether a local SQLite store fits the installed MLflow, and making it fit where that is ours to do.

Nothing is migrated without being asked, except a store that nbtrack itself made.
"""

from __future__ import annotations

import errno
import functools
import shlex
import sqlite3
import time
from typing import TYPE_CHECKING, Literal

from nbtrack import sqlite, storefile
from nbtrack.errors import StoreUnavailable

if TYPE_CHECKING:
    from pathlib import Path

    from nbtrack.records import Settings

State = Literal["absent", "empty", "current", "older", "newer", "foreign", "unreadable"]

# Seconds without a write after which nobody is thought to be making or upgrading a store. MLflow, which takes
# seconds for either, leaves the file in these states on the way.
_QUIET: dict[State, float] = {"empty": 0.5, "foreign": 10.0, "older": 10.0}

_ELSEWHERE = "Use another file: `%track --store sqlite:////path/you/can/write/mlflow.db`."
_FULL = "its disk is full"
_READ_ONLY = "this user can't write it or its folder"
_BY_SQLITE = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_CORRUPT: "the file is damaged",
    sqlite3.SQLITE_NOTADB: "the file is damaged",
    sqlite3.SQLITE_BUSY: "another process keeps it locked",
    sqlite3.SQLITE_IOERR: "its disk does not answer or is full",
}
_BY_SYSTEM = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _READ_ONLY,
    errno.EPERM: _READ_ONLY,
    errno.ENOTDIR: "a part of its path is not a folder",
    errno.EEXIST: "a part of its path is not a folder",
}


def state(path: Path) -> State:
    """Compare a file with the schema of the installed MLflow, which is imported for it.

    Returns
    -------
    State
        `absent`; `empty`: no tables yet; `current`; `older` or `newer` than the installed MLflow;
        `foreign`: not an MLflow store; `unreadable`: no permission, or damaged.
    """
    try:
        content = sqlite.look(path)
        if content is None:
            return _no_sqlite(path)
    except (OSError, sqlite3.Error):
        return "unreadable"
    if content.revision is None:
        return "foreign" if content.tables - {"alembic_version"} else "empty"
    known = _revisions()
    if content.revision == known[0]:
        return "current"
    return "older" if content.revision in known else "newer"


def prepare(settings: Settings) -> None:
    """Make or upgrade the store where that is nbtrack's to do; takes seconds, so call it in the background.

    A missing local SQLite file is made. An older one that nbtrack made is copied and upgraded. Any other that
    MLflow could not use is refused and left as it is. Remote stores are left to MLflow. Two kernels may do
    this at once, and so may another process with plain MLflow: what it has begun is waited for.

    Raises
    ------
    StoreUnavailable
        With what is wrong, and what to type.
    """
    file = sqlite.path_of(settings.store)
    if file is None:
        return
    path = file.resolve()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with storefile.one_at_a_time(path.parent):
            _prepare(path, settings)
    except StoreUnavailable:
        raise
    except Exception as error:
        why = _reason(error)
        if why is None:
            raise
        raise StoreUnavailable(f"The store {path} can't be used: {why}.", hint=_ELSEWHERE) from error


def _prepare(path: Path, settings: Settings) -> None:
    found = _settled(path)
    if found == "absent":
        storefile.create(path, artifacts=settings.artifacts, ours=settings.made_by_nbtrack)
        found = _settled(path)  # another process may have made it, with another MLflow
    if found == "empty":
        storefile.initialize(path, artifacts=settings.artifacts, ours=settings.made_by_nbtrack)
        return
    if found == "older" and _is_ours(path):
        _upgrade(path)
    elif found == "current":
        storefile.try_writing(path)
    else:
        _refuse(path, found, settings.store)


def _settled(path: Path) -> State:
    """Return the state of a file once nobody seems to be making or upgrading it.

    Who is changes its tables or revision again and again; who only writes to it, however often, does not.
    """
    found, before, since = state(path), None, time.monotonic()
    while True:
        content, written = _progress(path)
        if content != before:
            before, since = content, time.monotonic()
        quiet = _QUIET.get(found, 0.0)
        if time.time() - written >= quiet or time.monotonic() - since >= quiet:
            return found
        time.sleep(0.1)
        found = state(path)


def _progress(path: Path) -> tuple[sqlite.Content | None, float]:
    """Return what a file holds, and when it was last written; 0 for one that is nothing that SQLite makes."""
    try:
        content, file = sqlite.look(path), path.stat()
    except (OSError, sqlite3.Error):
        return None, 0.0
    return content, file.st_mtime if content is not None or file.st_size == 0 else 0.0


def _upgrade(path: Path) -> None:
    storefile.try_writing(path)
    before = set(path.parent.glob(f"{path.name}.before-*.bak"))
    try:
        storefile.upgrade(path, _revisions()[0])
    except Exception as error:
        copies = set(path.parent.glob(f"{path.name}.before-*.bak")) - before
        why = _reason(error) or f"{type(error).__name__}: {error}".partition("\n")[0]
        if not copies:
            raise StoreUnavailable(
                f"The store {path} is older than this MLflow and was not upgraded: {why}.", hint=_ELSEWHERE
            ) from error
        copy = copies.pop()
        raise StoreUnavailable(
            f"The store {path} was not upgraded to this MLflow: {why}; a copy from before is {copy}.",
            hint=f"Put the copy back: `cp {shlex.quote(str(copy))} {shlex.quote(str(path))}`.",
        ) from error


def _refuse(path: Path, found: State, uri: str) -> None:
    """Say why a store is not touched.

    Raises
    ------
    StoreUnavailable
        Always.
    """
    import mlflow

    content = sqlite.look(path)  # of an unreadable file, this raises the cause; `prepare` puts it into words
    revision = content.revision if content else None
    if found == "older":
        raise StoreUnavailable(
            f"The store {path} has the schema {revision} of an older MLflow than this one "
            f"({mlflow.__version__}).",
            hint=f"Take a copy first, then type `mlflow db upgrade {shlex.quote(uri)}`.",
        )
    if found == "newer":
        raise StoreUnavailable(
            f"The store {path} was written by a newer MLflow (schema {revision}) than this one "
            f"({mlflow.__version__}).",
            hint="Type `pip install -U mlflow` and restart the kernel.",
        )
    raise StoreUnavailable(f"The file {path} is not an MLflow store.", hint=_ELSEWHERE)


def _no_sqlite(path: Path) -> State:
    try:
        size = path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        return "absent"
    return "empty" if size == 0 and path.is_file() else "foreign"


def _is_ours(path: Path) -> bool:
    content = sqlite.look(path)
    return content is not None and content.application_id == sqlite.APPLICATION_ID


@functools.cache
def _revisions() -> tuple[str, ...]:
    """Return the schema revisions that the installed MLflow knows, newest first."""
    from alembic.script import ScriptDirectory
    from mlflow.store.db.utils import _get_alembic_config

    scripts = ScriptDirectory.from_config(_get_alembic_config(""))
    return tuple(script.revision for script in scripts.walk_revisions())


def _reason(error: BaseException | None) -> str | None:
    """Put an error of SQLite or of the system into words, also where SQLAlchemy or MLflow wrapped it."""
    while error is not None:
        code = getattr(error, "sqlite_errorcode", None)
        if isinstance(error, sqlite3.Error) and code is not None:
            return _BY_SQLITE.get(code & 0xFF, str(error))
        if isinstance(error, OSError):
            return _BY_SYSTEM.get(error.errno or 0, error.strerror or str(error))
        error = error.__cause__ or error.__context__
    return None
