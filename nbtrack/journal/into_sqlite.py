"""Sends straight into a local SQLite store, without MLflow, which takes seconds to import and longer to send.

What is stored is row for row what MLflow would store (see `sqlite_rows`), in one transaction for each batch.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import quote

from nbtrack import sqlite
from nbtrack.journal import sqlite_rows
from nbtrack.journal.target import Away, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nbtrack.journal.format import Batch

_WAIT = 2.0  # seconds for another writer to finish
_DAMAGED = "the file is damaged"
_READ_ONLY = "this user can't write it or its folder"
_REASONS = {
    sqlite3.SQLITE_BUSY: "another process keeps it locked",
    sqlite3.SQLITE_LOCKED: "another process keeps it locked",
    sqlite3.SQLITE_FULL: "its disk is full",
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: "it can't be opened",
    sqlite3.SQLITE_IOERR: "its disk does not answer or is full",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}
# What can't be bound: a number of more than 64 bits, half a character, a list.
_UNFIT = (
    sqlite3.DataError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
    OverflowError,
    UnicodeEncodeError,
)


def fits(path: Path) -> bool:
    """Tell whether a file is an MLflow store whose tables are known here; False if it can't be read."""
    # Not by `nbtrack.sqlite.look`: it opens the file past SQLite, and closing that lets go of the locks of
    # all connections which this process has.
    try:
        try:
            found = _revision_of(path, "mode=ro")
        except sqlite3.OperationalError as error:
            # The second reads past another's lock.
            found = _revision_of(path, "mode=ro" if sqlite.undone(path, error) else "mode=ro&immutable=1")
    except sqlite3.Error:
        return False
    return found in sqlite_rows.REVISIONS


class IntoSqlite:
    """Sends into an SQLite file for which `fits` is true.

    Once it no longer is, since MLflow upgraded the store, every call raises `Away`: look for a target anew.

    Parameters
    ----------
    path
        The file. It is never made, nor is its journal mode changed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()
        self._connection: sqlite3.Connection | None = None
        self._opened: tuple[int, int] | None = None

    def send(self, batch: Batch) -> None:
        """Store a batch. See `Target`."""
        sqlite_rows.check(batch)
        with self._within("BEGIN IMMEDIATE") as connection:
            sqlite_rows.write(connection, batch)

    def status(self, run_id: str) -> str | None:
        """Return a run's status. See `Target`."""
        with self._within("BEGIN") as connection:
            row = connection.execute("SELECT status FROM runs WHERE run_uuid = ?", (run_id,)).fetchone()
        return row[0] if row else None

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    @contextmanager
    def _within(self, begin: str) -> Iterator[sqlite3.Connection]:
        """Make a transaction, all of which is stored or nothing.

        Raises
        ------
        Away, Refused
            As they say.
        """
        try:
            connection = self._open()
            try:
                connection.execute(begin)
                self._check_revision(connection)
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    with suppress(sqlite3.Error):
                        connection.execute("ROLLBACK")
        except sqlite3.IntegrityError as error:
            raise Refused(f"The store {self._path} does not take it: {error}.") from error
        except _UNFIT as error:
            raise Refused(f"SQLite can't hold it: {error}.") from error
        except sqlite3.DatabaseError as error:
            self.close()
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            reason = _REASONS.get(code, str(error))
            raise Away(f"The store {self._path} can't be used: {reason}.") from error

    def _open(self) -> sqlite3.Connection:
        """Return a connection to the file that bears the name now, which may not be the one of before."""
        there = self._identity()
        if self._connection is not None and there == self._opened:
            return self._connection
        self.close()
        connection = _connect(self._path, "mode=rw")
        self._connection, self._opened = connection, there
        connection.execute("PRAGMA foreign_keys = ON")
        if self._identity() != there:
            self.close()
            raise Away(f"The store {self._path} is just being replaced.")
        return connection

    def _identity(self) -> tuple[int, int]:
        try:
            found = self._path.stat()
        except (FileNotFoundError, NotADirectoryError):
            self.close()
            raise Away(f"The store {self._path} is gone.") from None
        except OSError as error:
            self.close()
            raise Away(f"The store {self._path} can't be used: {error.strerror}.") from error
        return found.st_dev, found.st_ino

    def _check_revision(self, connection: sqlite3.Connection) -> None:
        found = _revision(connection)
        if found not in sqlite_rows.REVISIONS:
            raise Away(
                f"The store {self._path} has another schema now ({found}): it was upgraded or replaced."
            )


def _connect(path: Path, how: str) -> sqlite3.Connection:
    uri = f"file:{quote(str(path))}?{how}"
    return sqlite3.connect(uri, uri=True, timeout=_WAIT, isolation_level=None, check_same_thread=False)


def _revision_of(path: Path, how: str) -> str | None:
    with closing(_connect(path, how)) as connection:
        return _revision(connection)


def _revision(connection: sqlite3.Connection) -> str | None:
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return row[0] if row else None
