"""Local SQLite files as stores: their URIs, and a short look inside that disturbs nobody."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from urllib.parse import quote, unquote

from nbtrack.errors import Invalid

APPLICATION_ID = 0x6E627472  # "nbtr": marks, in SQLite's own header, a store that nbtrack made
_MAGIC = b"SQLite format 3\0"
_URI = re.compile(r"sqlite(?:\+\w+)?:///(?P<database>[^?]*)")
_WAIT = 2.0  # seconds for a writer to finish before looking past its lock


@dataclass(frozen=True, slots=True)
class Content:
    """What a look inside an SQLite file found.

    Attributes
    ----------
    tables
        Names of the tables, without SQLite's own.
    revision
        MLflow's schema revision (the `alembic_version` table), or None.
    application_id
        SQLite's `application_id`, 0 where nobody set it.
    """

    tables: frozenset[str]
    revision: str | None
    application_id: int


def uri_of(path: Path) -> str:
    """Return the tracking URI of a local SQLite file, for any name a file can have.

    Raises
    ------
    Invalid
        If the path holds a `?` and the installed SQLAlchemy can't say so in a URI.
    """
    text = path.as_posix()
    # SQLAlchemy 2.1 unquotes the path; MLflow makes the parent folder of the path *as quoted*. So only what
    # would be misread is quoted, and only then is an empty folder with the quoted name left by MLflow.
    if _unquotes():
        text = re.sub(r"%(?=[0-9A-Fa-f]{2})", "%25", text).replace("?", "%3F")
    elif "?" in text:
        raise Invalid(
            f"The path {text} holds a `?`, which this SQLAlchemy can't open.",
            hint="Rename the folder, or type `pip install -U sqlalchemy`.",
        )
    return f"sqlite:///{text}"


def path_of(uri: str) -> Path | None:
    """Return the file of a SQLite URI; None for other URIs, and for SQLite in memory or by `file:` name."""
    match = _URI.match(uri)
    if match is None:
        return None
    text = match["database"]
    if not text or text == ":memory:" or text.startswith("file:"):
        return None
    return Path(unquote(text) if _unquotes() else text)


def look(path: Path) -> Content | None:
    """Look inside a file through a read-only connection that is closed at once.

    Returns
    -------
    Content or None
        None when the file is missing or is not an SQLite file.

    Raises
    ------
    OSError, sqlite3.Error
        If the file can't be read, or is damaged.
    """
    try:
        with path.open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                return None
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    try:
        return _look(path, "mode=ro")
    except sqlite3.OperationalError as error:
        # Locked by a long write, or in WAL mode inside a folder where SQLite can't make its `-shm` file:
        # `immutable` reads past both. The few rows that are read here change only in a migration.
        return _look(path, "mode=ro" if undone(path, error) else "mode=ro&immutable=1")


def undone(path: Path, error: sqlite3.OperationalError) -> bool:
    """Undo the half of a transaction whose writer died, if that is what kept a file from being read.

    Every connection that may write does so when it first reads; one that may not is refused, and reading past
    the refusal finds a torn file.

    Returns
    -------
    bool
        Whether there was such a half and is none any more: try again.
    """
    if error.sqlite_errorcode != sqlite3.SQLITE_READONLY_ROLLBACK:
        return False
    try:
        _look(path, "mode=rw")
    except sqlite3.Error:
        return False
    return True


def _look(path: Path, how: str) -> Content:
    with closing(sqlite3.connect(f"file:{quote(str(path))}?{how}", uri=True, timeout=_WAIT)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        tables = frozenset(name for (name,) in names if not name.startswith("sqlite_"))
        row = None
        if "alembic_version" in tables:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    return Content(tables, row[0] if row else None, application_id)


@lru_cache(maxsize=1)
def _unquotes() -> bool:
    """Whether the installed SQLAlchemy unquotes the path of a URI, as 2.1 began to."""
    try:
        major, minor = metadata.version("sqlalchemy").split(".")[:2]
    except metadata.PackageNotFoundError:
        return True
    return (int(major), int(re.sub(r"\D.*", "", minor))) >= (2, 1)
