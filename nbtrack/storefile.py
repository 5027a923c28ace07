"""Making, upgrading and testing one local SQLite file; what fails half-way leaves nothing half-made."""

from __future__ import annotations

import errno
import logging
import os
import sqlite3
import threading
import uuid
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from nbtrack import sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL}
_WAIT = 2.0  # seconds for another process's transaction to end


def create(path: Path, *, artifacts: str | None, ours: bool) -> None:
    """Make an MLflow store, or leave alone one that another process made meanwhile.

    It is made under another name in the same folder and appears whole: no other process ever sees it half
    migrated, and a full disk or a killed kernel leaves no broken store behind.

    Parameters
    ----------
    path
        The file; its folder is made where it is missing.
    artifacts
        URI for the artifacts of the Default experiment, or None for what MLflow chooses.
    ours
        Whether to mark the store as made by nbtrack.

    Raises
    ------
    OSError, sqlite3.Error, sqlalchemy.exc.SQLAlchemyError, mlflow.MlflowException
        If it can't be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f".{path.name}-{os.getpid()}-{uuid.uuid4().hex[:8]}.tmp")
    try:
        initialize(made, artifacts=artifacts, ours=ours)
        try:
            os.link(made, path)  # unlike a rename, it fails when the name is taken
        except OSError as error:
            if error.errno in _NO_LINKS and not path.exists():
                made.rename(path)
            elif not path.exists():
                raise
    finally:
        for suffix in ("", "-journal", "-wal", "-shm"):
            Path(f"{made}{suffix}").unlink(missing_ok=True)


def initialize(path: Path, *, artifacts: str | None, ours: bool) -> None:
    """Have MLflow make its tables and its Default experiment in an empty file.

    Raises
    ------
    sqlite3.Error, sqlalchemy.exc.SQLAlchemyError, mlflow.MlflowException
        If it can't.
    """
    # Written before MLflow opens the file: MLflow would try for 100 s to open one that can't be written.
    with closing(sqlite3.connect(path, timeout=_WAIT)) as connection:
        connection.execute(f"PRAGMA application_id = {sqlite.APPLICATION_ID if ours else 0}")
        connection.execute("PRAGMA user_version = 0")
    from mlflow.store.db.utils import _initialize_tables
    from mlflow.store.tracking import DEFAULT_LOCAL_FILE_AND_ARTIFACT_PATH
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    with _engine(path) as engine:
        _initialize_tables(engine)
    store = SqlAlchemyStore(sqlite.uri_of(path), artifacts or DEFAULT_LOCAL_FILE_AND_ARTIFACT_PATH)
    store._dispose_engine()  # noqa: SLF001 - the file is about to get its real name


def upgrade(path: Path, revision: str) -> Path:
    """Copy a store beside itself and have MLflow bring it to its own schema revision.

    Returns
    -------
    Path
        The copy, `<name>.before-<revision>.bak`. It stays.

    Raises
    ------
    OSError, sqlite3.Error, sqlalchemy.exc.SQLAlchemyError, mlflow.MlflowException
        If it can't be copied, and then nothing was changed, or not upgraded.
    """
    from mlflow.store.db.utils import _upgrade_db

    copy = _unused(path.with_name(f"{path.name}.before-{revision}.bak"))
    try:
        with (
            closing(sqlite3.connect(path, timeout=_WAIT)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise
    with _engine(path) as engine:
        _upgrade_db(engine)
    return copy


def try_writing(path: Path) -> None:
    """Write to a store and take it back, so that a later `log_metric` is not the first to fail.

    Raises
    ------
    sqlite3.Error
        If it can't be written. A store that another process is writing to right now passes.
    """
    with closing(sqlite3.connect(path, timeout=_WAIT, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
            # Touching page 1 makes SQLite write its roll-back journal: to the folder, and to the disk.
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            connection.execute(f"PRAGMA user_version = {version}")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Hold off other kernels that make or upgrade a store in this folder, where the system can.

    The lock is on the folder itself: no lock file stays behind, and it ends with the process. A lock on the
    store would be dangerous, since closing it drops the locks that SQLite holds on the same file.
    """
    try:
        import fcntl

        handle = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):  # Windows; a folder that is missing or can't be read
        yield
        return
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError:  # some network file systems lock no folders
            logging.getLogger(__name__).debug("no lock on %s", folder, exc_info=True)
        yield
    finally:
        os.close(handle)


@contextmanager
def _engine(path: Path) -> Iterator[Engine]:
    """Open a file for a migration, and close it also when that fails: no handle outlives it."""
    from mlflow.store.db.utils import create_sqlalchemy_engine

    engine = create_sqlalchemy_engine(sqlite.uri_of(path))
    try:
        with _quiet():
            yield engine
    finally:
        engine.dispose()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep MLflow's and alembic's progress lines of this thread out of the user's notebook."""
    me = threading.get_ident()

    def passes(record: logging.LogRecord) -> bool:
        return record.thread != me or record.levelno >= logging.WARNING

    loggers = [logging.getLogger(name) for name in ("mlflow.store.db.utils", "alembic.runtime.migration")]
    for logger in loggers:
        logger.addFilter(passes)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(passes)


def _unused(path: Path) -> Path:
    """Return `path`, or the first of `path.2`, `path.3` … that does not exist: no copy is overwritten."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem}.{number}{path.suffix}")
    return free
