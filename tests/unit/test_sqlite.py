"""SQLite files as stores, against MLflow and SQLAlchemy themselves."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
import sqlalchemy

from nbtrack import sqlite
from nbtrack.errors import Invalid
from tests.unit import stores

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ["a b", "ü", "50%", "50%41", "a#b", "[x]&=;@:", "it's"]
UNQUOTES = sqlite._unquotes()  # SQLAlchemy from 2.1 on


@pytest.mark.parametrize("name", [*NAMES, "a?b"] if UNQUOTES else NAMES)
def test_a_uri_opens_that_very_file(tmp_path: Path, name: str) -> None:
    file = tmp_path / name / f"{name}.db"
    file.parent.mkdir()
    uri = sqlite.uri_of(file)
    engine = sqlalchemy.create_engine(uri)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE t (a)"))
    engine.dispose()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [file]
    assert sqlite.path_of(uri) == file
    look = sqlite.look(file)
    assert look == sqlite.Content(frozenset({"t"}), None, 0)


def test_a_question_mark_opens_or_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a?b.db"
    if UNQUOTES:
        assert sqlite.path_of(sqlite.uri_of(file)) == file
    else:
        with pytest.raises(Invalid, match="can't open"):
            sqlite.uri_of(file)


@pytest.mark.parametrize(
    "uri", ["http://h/x.db", "sqlite://", "sqlite:///:memory:", "sqlite:///file:x?uri=true"]
)
def test_what_is_no_file(uri: str) -> None:
    assert sqlite.path_of(uri) is None


def test_what_is_no_sqlite_file_is_not_looked_into(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("SQLite, but not really")
    (tmp_path / "empty.db").touch()
    for name in ("text.db", "empty.db", "missing.db", "", "text.db/below.db"):
        assert sqlite.look(tmp_path / name) is None
    assert not (tmp_path / "missing.db").exists()


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_a_file_that_another_has_locked_is_looked_into(tmp_path: Path, journal: str) -> None:
    file = tmp_path / "mlflow.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute(f"PRAGMA journal_mode = {journal}")
        writer.execute("CREATE TABLE alembic_version (version_num TEXT)")
        writer.execute("INSERT INTO alembic_version VALUES ('abc')")
        writer.execute(f"PRAGMA application_id = {sqlite.APPLICATION_ID}")
        writer.execute("PRAGMA wal_checkpoint")
        writer.execute("BEGIN EXCLUSIVE")
        assert sqlite.look(file) == sqlite.Content(
            frozenset({"alembic_version"}), "abc", sqlite.APPLICATION_ID
        )


def test_what_a_writer_left_half_is_undone(tmp_path: Path) -> None:
    file = tmp_path / "mlflow.db"
    stores.execute(file, "CREATE TABLE alembic_version (version_num TEXT)")
    stores.execute(file, "INSERT INTO alembic_version VALUES ('abc')")
    stores.tear(file)
    assert sqlite.look(file) == sqlite.Content(frozenset({"alembic_version"}), "abc", 0)


def test_damage_is_told(tmp_path: Path) -> None:
    file = tmp_path / "mlflow.db"
    file.write_bytes(b"SQLite format 3\0" + b"\xff" * 4096)
    with pytest.raises(sqlite3.Error):
        sqlite.look(file)
