"""MLflow stores of the present, the past and the future, made by MLflow's own migrations."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from alembic import command
from mlflow.store.db import utils
from mlflow.store.tracking.dbmodels.initial_models import Base
from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

from nbtrack import schema, sqlite

if TYPE_CHECKING:
    from pathlib import Path


def make_current(file: Path) -> None:
    store = SqlAlchemyStore(f"sqlite:///{file}", f"{file.parent}/artifacts")
    store._dispose_engine()


def make_older(file: Path, *, steps: int = 3) -> str:
    """Stop MLflow's migrations some steps before the newest; returns the revision reached."""
    revision = schema._revisions()[steps]
    uri = f"sqlite:///{file}"
    engine = utils.create_sqlalchemy_engine(uri)
    Base.metadata.create_all(engine)
    config = utils._get_alembic_config(uri)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()
    return revision


def make_newer(file: Path) -> None:
    make_current(file)
    execute(file, "UPDATE alembic_version SET version_num = 'fedcba987654'")


def mark(file: Path) -> None:
    execute(file, f"PRAGMA application_id = {sqlite.APPLICATION_ID}")


def age(file: Path) -> None:
    """Say that a file was written long ago, so that nobody seems to be just making it."""
    os.utime(file, (0, 0))


def execute(file: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection, connection:
        return connection.execute(statement).fetchall()


# The small cache makes SQLite write pages before the commit: the file is torn, its journal has the rest.
_DIES = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 5")
connection.execute("BEGIN IMMEDIATE")
connection.execute("UPDATE alembic_version SET version_num = 'half'")
connection.execute("CREATE TABLE half (text)")
for _ in range(200):
    connection.execute("INSERT INTO half VALUES (?)", ("x" * 2000,))
os._exit(9)
"""


def tear(file: Path) -> None:
    """Leave a file as a writer does that dies amid a transaction."""
    assert subprocess.run([sys.executable, "-c", _DIES, str(file)], check=False).returncode == 9
    assert file.with_name(f"{file.name}-journal").stat().st_size
